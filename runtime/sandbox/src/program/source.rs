//! What a tenant gives us to run, before it is loaded.

use crate::program::load_error::LoadError;
use hookmill_domain::program::ProgramKind;

/// What a tenant gave.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// A JavaScript source that declares `handler`.
    JavaScript {
        /// The file's name, for messages.
        name: &'a str,
        /// The source.
        text: &'a str,
    },
    /// A TypeScript source that declares `handler`; its types are removed.
    TypeScript {
        /// The file's name, for messages.
        name: &'a str,
        /// The source.
        text: &'a str,
    },
    /// A WebAssembly component of the world `hookmill:transform/transform`.
    Component {
        /// The file's name, for messages.
        name: &'a str,
        /// The binary.
        wasm: &'a [u8],
    },
}

impl<'a> Source<'a> {
    /// A file's bytes as what they are said to be; `name` stands in messages.
    ///
    /// # Errors
    /// [`LoadError::SyntaxError`] for a source that is not UTF-8.
    pub fn new(name: &'a str, kind: ProgramKind, bytes: &'a [u8]) -> Result<Self, LoadError> {
        let text = || {
            str::from_utf8(bytes).map_err(|error| LoadError::SyntaxError {
                name: name.to_owned(),
                message: format!("the file is not UTF-8: {error}"),
                position: None,
                excerpt: None,
            })
        };
        Ok(match kind {
            ProgramKind::Component => Self::Component { name, wasm: bytes },
            ProgramKind::JavaScript => Self::JavaScript {
                name,
                text: text()?,
            },
            ProgramKind::TypeScript => Self::TypeScript {
                name,
                text: text()?,
            },
        })
    }

    /// The file's name.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        match self {
            Self::JavaScript { name, .. }
            | Self::TypeScript { name, .. }
            | Self::Component { name, .. } => name,
        }
    }
}

//! Programs: what tenants give us to run, before and after it is loaded.
//!
//! A [`Program`] exists only when everything that can be known before the
//! first event has been checked. It holds no state of any run.

use crate::bindings::javascript::SharedEnginePre;
use crate::bindings::transform::TransformPre;
use crate::frozen::Frozen;
use crate::guest::Guest;
use std::fmt;
use std::sync::Arc;

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

/// Which kind of program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramKind {
    /// JavaScript, run by the shared engine.
    JavaScript,
    /// TypeScript, which runs as JavaScript.
    TypeScript,
    /// A component.
    Component,
}

impl ProgramKind {
    /// The stable text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JavaScript => "javascript",
            Self::TypeScript => "typescript",
            Self::Component => "component",
        }
    }
}

/// A program that is ready to run. Cheap to clone; belongs to the
/// [`Sandbox`](crate::Sandbox) that loaded it.
#[derive(Clone)]
pub struct Program(pub(crate) Arc<Loaded>);

pub(crate) struct Loaded {
    pub(crate) name: String,
    pub(crate) digest: [u8; 32],
    pub(crate) kind: ProgramKind,
    pub(crate) code: Code,
}

pub(crate) enum Code {
    Component {
        pre: TransformPre<Guest>,
        wasi: WasiUse,
    },
    JavaScript(JavaScript),
}

/// A JavaScript program in the shared engine.
pub(crate) enum JavaScript {
    /// Its top level runs for each event.
    Afresh {
        /// The engine that made the bytecode.
        engine: Arc<SharedEnginePre<Guest>>,
        bytecode: Vec<u8>,
    },
    /// Its top level has run: instances begin with the memory that it left.
    Frozen(Frozen),
}

/// Whether a component imports WASI. One that doesn't never pays for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WasiUse {
    None,
    Linked,
}

impl Program {
    /// The SHA-256 digest of what was loaded: the source or the component.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.0.digest
    }

    /// The digest in 64 hexadecimal digits.
    #[must_use]
    pub fn digest_hex(&self) -> String {
        hex(&self.0.digest)
    }

    /// Which kind of program it is.
    #[must_use]
    pub fn kind(&self) -> ProgramKind {
        self.0.kind
    }

    /// Bytes of memory that a JavaScript program's instances begin with, where
    /// its top level has run already; none where it runs for each event.
    #[must_use]
    pub fn frozen_bytes(&self) -> Option<usize> {
        match &self.0.code {
            Code::JavaScript(JavaScript::Frozen(frozen)) => Some(frozen.bytes()),
            _ => None,
        }
    }

    /// The file name that it was loaded under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("name", &self.name())
            .field("kind", &self.kind())
            .field("digest", &self.digest_hex())
            .finish()
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

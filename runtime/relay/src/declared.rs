//! What the operator declares: tenants, and their sources, endpoints and
//! transforms, with every reference and secret resolved.
//!
//! The server reads it from `hookmill.toml`; the relay reconciles it into the
//! store. It must stay plain data: whoever makes one has checked it already.

use bytes::Bytes;
use hookmill_domain::TenantId;
use hookmill_domain::endpoint::Endpoint;
use hookmill_domain::source::Source;
use hookmill_sandbox::ProgramKind;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;

/// Everything declared, over all tenants.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// Tenants, ordered by name.
    pub tenants: Vec<DeclaredTenant>,
    /// Sources, ordered by tenant and name; their paths are unique.
    pub sources: Vec<Source>,
    /// Endpoints, ordered by tenant and name; the sources and transforms that
    /// they name are declared by the same tenant.
    pub endpoints: Vec<Endpoint>,
    /// Transforms that are files, ordered by tenant and name.
    pub transforms: Vec<DeclaredTransform>,
    /// Transforms that are uploaded, ordered by tenant and name.
    pub uploads: Vec<DeclaredUpload>,
}

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredTenant {
    /// Its id, made from its name.
    pub id: TenantId,
    /// Its name.
    pub name: String,
}

/// A transform that is a file. It is read when it is loaded, and again when
/// somebody says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredTransform {
    /// Whose it is.
    pub tenant: TenantId,
    /// The tenant's name, for messages.
    pub tenant_name: String,
    /// Its name within the tenant.
    pub name: String,
    /// The file.
    pub file: PathBuf,
    /// What is in it, by its name.
    pub kind: TransformKind,
}

/// A transform's file can't be read.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableFile {
    /// The system says so.
    #[error("can't be read: {0}")]
    Io(#[from] io::Error),
    /// It is too large.
    #[error("is larger than {bytes_max} bytes, the most for its kind")]
    TooLarge {
        /// What it may have.
        bytes_max: usize,
    },
    /// It is a source, and no text.
    #[error("is not UTF-8: {0}")]
    NotUtf8(#[from] std::str::Utf8Error),
}

impl DeclaredTransform {
    /// Reads the file as it is now. Blocks.
    ///
    /// # Errors
    /// [`UnreadableFile`].
    pub fn read(&self) -> Result<Bytes, UnreadableFile> {
        let bytes_max = self.kind.bytes_max();
        let mut bytes = Vec::new();
        File::open(&self.file)?
            .take(bytes_max as u64 + 1)
            .read_to_end(&mut bytes)?;
        if bytes.len() > bytes_max {
            return Err(UnreadableFile::TooLarge { bytes_max });
        }
        if self.kind != TransformKind::Component {
            std::str::from_utf8(&bytes)?;
        }
        Ok(bytes.into())
    }
}

/// A transform whose versions are uploaded while the relay runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredUpload {
    /// Whose it is.
    pub tenant: TenantId,
    /// Its name within the tenant.
    pub name: String,
}

/// The kinds of transform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransformKind {
    /// JavaScript source with a `handler`.
    JavaScript,
    /// The same in TypeScript, whose types are removed.
    TypeScript,
    /// A WebAssembly component of the world `hookmill:transform`.
    Component,
}

impl From<TransformKind> for ProgramKind {
    /// What the sandbox calls it.
    fn from(kind: TransformKind) -> Self {
        match kind {
            TransformKind::JavaScript => Self::JavaScript,
            TransformKind::TypeScript => Self::TypeScript,
            TransformKind::Component => Self::Component,
        }
    }
}

impl TransformKind {
    /// The kind of a file with this extension (without the dot): `js` and
    /// `mjs` are JavaScript, `ts` and `mts` TypeScript, `wasm` is a component.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        match extension {
            "js" | "mjs" => Some(Self::JavaScript),
            "ts" | "mts" => Some(Self::TypeScript),
            "wasm" => Some(Self::Component),
            _ => None,
        }
    }

    /// The kind of a body of this media type, in small letters and without
    /// parameters.
    #[must_use]
    pub fn from_media_type(name: &str) -> Option<Self> {
        match name {
            "application/wasm" => Some(Self::Component),
            "text/javascript" | "application/javascript" => Some(Self::JavaScript),
            "text/typescript" | "application/typescript" => Some(Self::TypeScript),
            _ => None,
        }
    }

    /// What the name of a file of this kind ends in.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::JavaScript => "js",
            Self::TypeScript => "ts",
            Self::Component => "wasm",
        }
    }

    /// The stable word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JavaScript => "javascript",
            Self::TypeScript => "typescript",
            Self::Component => "component",
        }
    }

    /// The kind that a stable word stands for.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::JavaScript, Self::TypeScript, Self::Component];
        all.into_iter().find(|kind| kind.as_str() == name)
    }

    /// What a file without a known extension should rather be.
    #[must_use]
    pub fn expected(extension: Option<&str>) -> String {
        let hint = match extension {
            Some("jsx" | "tsx") => " (JSX is not supported: write plain objects and texts)",
            Some("cjs" | "cts") => " (CommonJS is not supported: export the `handler`)",
            Some("wat") => " (assemble it to a .wasm component first)",
            _ => "",
        };
        format!(
            "a transform's file ends in .js or .mjs (JavaScript), .ts or .mts (TypeScript) or .wasm (component){hint}"
        )
    }

    /// Bytes that a file of this kind may have.
    #[must_use]
    pub const fn bytes_max(self) -> usize {
        match self {
            Self::JavaScript | Self::TypeScript => hookmill_domain::caps::SOURCE_BYTES_MAX,
            Self::Component => hookmill_domain::caps::COMPONENT_BYTES_MAX,
        }
    }
}

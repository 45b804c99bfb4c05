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
    /// Transforms, ordered by tenant and name.
    pub transforms: Vec<DeclaredTransform>,
}

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredTenant {
    /// Its id, made from its name.
    pub id: TenantId,
    /// Its name.
    pub name: String,
}

/// A transform: a file, as it was when it was read.
#[derive(Clone, PartialEq, Eq)]
pub struct DeclaredTransform {
    /// Whose it is.
    pub tenant: TenantId,
    /// The tenant's name, for messages.
    pub tenant_name: String,
    /// Its name within the tenant.
    pub name: String,
    /// Where it was read from, for messages.
    pub file: PathBuf,
    /// What the bytes are.
    pub kind: TransformKind,
    /// The file's content; not loaded yet, so it may still be refused.
    pub bytes: Bytes,
}

impl std::fmt::Debug for DeclaredTransform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeclaredTransform")
            .field("tenant", &self.tenant_name)
            .field("name", &self.name)
            .field("file", &self.file)
            .field("kind", &self.kind)
            .field("bytes", &self.bytes.len())
            .finish()
    }
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

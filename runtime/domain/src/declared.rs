//! What the operator declares: tenants, and their sources, endpoints and
//! transforms, with every reference and secret resolved.
//!
//! Read from `hookmill.toml`; the relay reconciles it into the store. It must
//! stay plain data: who makes one has checked it already.

use crate::TenantId;
use crate::endpoint::Endpoint;
use crate::program::ProgramKind;
use crate::source::Source;
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
    pub kind: ProgramKind,
}

/// A transform whose versions are uploaded while the relay runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredUpload {
    /// Whose it is.
    pub tenant: TenantId,
    /// Its name within the tenant.
    pub name: String,
}

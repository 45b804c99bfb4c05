//! Sources: where a tenant's events come in, and how they are verified.

use crate::signature::Verifier;
use crate::{SourceId, TenantId};

/// A source with its keys resolved.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its id, made from its tenant's and its own name.
    pub id: SourceId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Its name within the tenant.
    pub name: String,
    /// The segment of `POST /in/{path}`; unique over all tenants.
    pub path: String,
    /// Checks its requests.
    pub verifier: Verifier,
}

//! What names a program that may have to be loaded.

use hookmill_domain::TenantId;
use hookmill_domain::transform::WantedVersion;

/// A transform of a tenant's, and which of its versions. A file is the active
/// one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LoadKey {
    pub(crate) tenant: TenantId,
    /// The transform's name within the tenant.
    pub(crate) transform: String,
    pub(crate) wanted: WantedVersion,
}

//! Declared resources: what the operator's configuration said last time.

use bytes::Bytes;
use hookmill_domain::{EndpointId, SourceId, TenantId, UnixMs};

/// A declared resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceRow {
    /// Which.
    pub id: ResourceId,
    /// Its path of names, for people.
    pub name: String,
    /// Everything that makes it what it is, in any form that is equal when
    /// and only when nothing changed; never a secret. At most 64 MiB.
    pub declaration: Bytes,
}

/// The id of a declared resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceId {
    /// A tenant.
    Tenant(TenantId),
    /// A source.
    Source(SourceId),
    /// An endpoint; its declaration includes its transform and the name of
    /// its credential.
    Endpoint(EndpointId),
}

/// How the declared resources differ from those of the last start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// New ones.
    pub added: Vec<ResourceId>,
    /// Those with another declaration.
    pub changed: Vec<ResourceId>,
    /// Those no longer declared, with their names.
    pub removed: Vec<(ResourceId, String)>,
}

/// An endpoint that takes no deliveries for now. Its deliveries stay in the
/// queue; that nothing is claimed for it is the caller's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disabled {
    /// Which.
    pub endpoint: EndpointId,
    /// Since when.
    pub since: UnixMs,
    /// What ends it, besides its removal from the declared resources.
    pub until: DisabledUntil,
    /// Why, in the caller's words; at most 1 KiB is kept.
    pub reason: String,
}

/// What ends that an endpoint is disabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisabledUntil {
    /// Another declaration of it, too.
    Redeclared,
    /// Nothing but [`Store::enable_endpoint`](crate::Store::enable_endpoint).
    Enabled,
}

//! A delivery that waits, and where.

use crate::ParkReason;
use crate::journal::lsn::Lsn;
use hookmill_domain::{DeliveryId, EndpointId, EventId, TenantId, UnixMs};

/// Whose delivery it is, and of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) delivery: DeliveryId,
    pub(crate) endpoint: EndpointId,
    pub(crate) event: EventId,
    pub(crate) tenant: TenantId,
    /// Where the event's frame is.
    pub(crate) accepted: Lsn,
}

/// Where a delivery stands in its lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    /// On the store's clock.
    pub(crate) due_ms: u64,
    pub(crate) delivery: DeliveryId,
}

/// A row of the index with waiting deliveries of one lane. It keeps its id
/// until it is empty, whatever leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PackId {
    /// When the first of those that it was made of was due.
    pub(crate) due_ms: u64,
    pub(crate) number: u64,
}

/// A delivery that waits, or is leased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) subject: Subject,
    pub(crate) due_ms: u64,
    /// Attempts made.
    pub(crate) attempts: u32,
    /// The number that the first attempt since the last replay has.
    pub(crate) first_attempt: u32,
    /// The frame that holds its request; none when its transform runs anew.
    pub(crate) request: Option<Lsn>,
    /// The frame since which it waits: it must be durable before anybody is
    /// told.
    pub(crate) since: Lsn,
    /// The row that it is in, or will be when the pass under way has ended.
    pub(crate) pack: Option<PackId>,
}

impl Waiting {
    pub(crate) fn position(&self) -> Position {
        Position {
            due_ms: self.due_ms,
            delivery: self.subject.delivery,
        }
    }
}

/// A delivery that is parked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParkedEntry {
    pub(crate) subject: Subject,
    pub(crate) parked_at: UnixMs,
    pub(crate) reason: ParkReason,
    pub(crate) attempts: u32,
    pub(crate) request: Option<Lsn>,
    pub(crate) event_type: String,
}

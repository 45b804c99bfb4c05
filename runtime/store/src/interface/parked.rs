//! Parked deliveries, and how they come back.

use super::settle::ParkReason;
use hookmill_domain::{DeliveryId, EndpointId, EventId, UnixMs};

/// One page of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; none when this is the last.
    pub next: Option<ParkedCursor>,
}

/// The last parked delivery that a page showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParkedCursor {
    /// When it was parked.
    pub parked_at: UnixMs,
    /// Which it is.
    pub delivery: DeliveryId,
}

/// A parked delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    /// Its id.
    pub delivery: DeliveryId,
    /// Where it goes.
    pub endpoint: EndpointId,
    /// Its event.
    pub event: EventId,
    /// The event's type.
    pub event_type: String,
    /// Why it is parked.
    pub reason: ParkReason,
    /// Since when.
    pub parked_at: UnixMs,
    /// Attempts made so far.
    pub attempts: u32,
    /// Whether its request is stored, so that it can be sent as it is.
    pub has_request: bool,
}

/// A parked delivery to put back into the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replay {
    /// Its event.
    pub event: EventId,
    /// The delivery.
    pub delivery: DeliveryId,
    /// With which request.
    pub request: ReplayRequest,
}

/// With which request a delivery is replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayRequest {
    /// The stored one, if there is one; otherwise the transform runs.
    Same,
    /// The transform runs again, as it is now.
    Again,
}

/// What became of a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// It is in the queue.
    Queued,
    /// It is not parked: unknown, swept, delivered, or in the queue already.
    NotParked,
    /// Its stored bytes are damaged; it stays parked.
    Corrupt,
}

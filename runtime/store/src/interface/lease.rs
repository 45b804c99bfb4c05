//! Claims on due deliveries. A lane is the queue of one endpoint.

use super::fencing::LeaseToken;
use hookmill_domain::event::Event;
use hookmill_domain::request::Request;
use hookmill_domain::{DeliveryId, EndpointId, EventId, UnixMs};
use std::sync::Arc;

/// Which deliveries to claim.
#[derive(Clone, Debug)]
pub struct LeaseRequest {
    /// The lanes to claim from, each once.
    pub lanes: Vec<LaneClaim>,
    /// Milliseconds until the leases expire.
    pub ttl_ms: u64,
    /// The present instant.
    pub now: UnixMs,
}

/// How much to claim of one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneClaim {
    /// Whose lane.
    pub endpoint: EndpointId,
    /// At most this many.
    pub max: usize,
}

/// A leased delivery.
#[derive(Clone, Debug)]
pub struct Leased {
    /// Settles it.
    pub token: LeaseToken,
    /// Which delivery.
    pub delivery: DeliveryId,
    /// Where it goes.
    pub endpoint: EndpointId,
    /// The number of the attempt to make now, from 1.
    pub attempt: u32,
    /// The number that the first attempt since the last replay has: 1 unless
    /// it was replayed. `attempt + 1 - first_attempt` counts along the retry
    /// schedule, which a replay begins anew.
    pub first_attempt: u32,
    /// The event.
    pub event: Arc<Event>,
    /// The stored request, when its transform is done already.
    pub request: Option<Request>,
}

impl Leased {
    /// The event's id.
    #[must_use]
    pub fn event_id(&self) -> EventId {
        self.event.id
    }
}

/// What is due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// The lanes that have something due.
    pub lanes: Vec<EndpointId>,
    /// When the next of the other lanes becomes due.
    pub next: Option<UnixMs>,
}

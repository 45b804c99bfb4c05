//! What goes in: events with their fan-out.

use hookmill_domain::event::Event;
use hookmill_domain::{DeliveryId, EndpointId, EventId};

/// An event to accept.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// The event, under a new id.
    pub event: Event,
    /// One delivery for each endpoint that wants it, under new ids; may be
    /// empty: the event is then recorded as finished, so that a repeat is
    /// recognised, and nothing is queued. At most 1,024.
    pub deliveries: Vec<(DeliveryId, EndpointId)>,
}

/// What became of an event to accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It is stored under its id.
    New(EventId),
    /// Its source and key are known already: this is the first one's id.
    Duplicate(EventId),
}

impl Accepted {
    /// The id under which the event is known.
    #[must_use]
    pub const fn id(self) -> EventId {
        match self {
            Self::New(id) | Self::Duplicate(id) => id,
        }
    }
}

//! Notices of attempts, for those who watch a running relay from within its
//! process. They are best effort: a slow watcher misses some, and nothing waits
//! for it.

use hookmill_domain::attempt::Attempt;
use hookmill_domain::{DeliveryId, EndpointId, EventId};

/// One attempt was made.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Whose delivery it is part of.
    pub event: EventId,
    /// The event's type.
    pub event_type: String,
    /// The delivery.
    pub delivery: DeliveryId,
    /// Where it goes.
    pub endpoint: EndpointId,
    /// The endpoint's name; none when it is not declared any more.
    pub endpoint_name: Option<String>,
    /// The attempt.
    pub attempt: Attempt,
    /// What follows.
    pub next: &'static str,
}

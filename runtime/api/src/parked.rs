//! A parked delivery: a dead letter, a failed transform, or what was damaged.

use hookmill_domain::{DeliveryId, EventId};
use serde::{Deserialize, Serialize};

/// A delivery that is not tried again by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parked {
    /// Its id.
    #[serde(with = "crate::text")]
    pub delivery_id: DeliveryId,
    /// Its event.
    #[serde(with = "crate::text")]
    pub event_id: EventId,
    /// The event's type; may be empty.
    pub event_type: String,
    /// Why: `dead_letter`, `transform_failed` or `corrupt`.
    pub reason: String,
    /// Since when.
    pub parked_at: String,
    /// Attempts made so far.
    pub attempts: u32,
    /// Whether its request is stored, so that it can be sent as it is.
    pub has_request: bool,
}

//! An event: its acknowledgement, and what became of it.
//!
//! Never holds the event's body.

use crate::delivery::Delivery;
use hookmill_domain::{EventId, SourceId};
use serde::{Deserialize, Serialize};

/// The answer to an event that came in, new or again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The event's id; of one that came again, its first.
    #[serde(with = "crate::text")]
    pub id: EventId,
}

/// An event with its deliveries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its id.
    #[serde(with = "crate::text")]
    pub id: EventId,
    /// Its type; may be empty.
    pub event_type: String,
    /// Where it came in.
    #[serde(with = "crate::text")]
    pub source: SourceId,
    /// The source's own id for it.
    pub key: String,
    /// When it was accepted.
    pub received_at: String,
    /// Bytes of its body.
    pub body_bytes: u64,
    /// Its deliveries, in the order in which they were accepted.
    pub deliveries: Vec<Delivery>,
}

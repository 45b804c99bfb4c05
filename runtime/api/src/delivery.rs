//! What became of an event at one endpoint.

use crate::attempt::Attempt;
use hookmill_domain::{DeliveryId, EndpointId};
use serde::{Deserialize, Serialize};

/// A delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// Its id.
    #[serde(with = "crate::text")]
    pub id: DeliveryId,
    /// The endpoint's name; none when it is not declared any more.
    pub endpoint: Option<String>,
    /// The endpoint.
    #[serde(with = "crate::text")]
    pub endpoint_id: EndpointId,
    /// `pending`, `delivered`, `canceled`, or why it is parked.
    pub status: String,
    /// Why it is not sent although it may be due: `endpoint_disabled` or
    /// `transform_waiting`.
    pub held: Option<String>,
    /// When it is due; none while an attempt is under way, and at the end.
    pub next_attempt_at: Option<String>,
    /// When it came to its end.
    pub ended_at: Option<String>,
    /// Its attempts, by number.
    pub attempts: Vec<Attempt>,
}

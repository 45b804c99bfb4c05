//! A delivery, in the shape of the API.

use super::attempt::attempt;
use super::timestamp::timestamp;
use hookmill_api::delivery::Delivery;
use hookmill_relay::Relay;
use hookmill_relay::view::{DeliveryState, DeliveryView, Held};

pub(super) fn delivery(relay: &Relay, view: &DeliveryView) -> Delivery {
    let (status, next_attempt_at, ended_at) = match view.state {
        DeliveryState::Pending { due } => ("pending", Some(due), None),
        DeliveryState::Leased => ("pending", None, None),
        DeliveryState::Delivered { at } => ("delivered", None, Some(at)),
        DeliveryState::Canceled { at } => ("canceled", None, Some(at)),
        DeliveryState::Parked { reason, at } => (reason.as_str(), None, Some(at)),
    };
    let held = relay.held(view.endpoint).filter(|_| ended_at.is_none());
    Delivery {
        id: view.id,
        endpoint: relay.endpoint_name(view.endpoint).map(str::to_owned),
        endpoint_id: view.endpoint,
        status: status.to_owned(),
        held: held.map(Held::as_str).map(str::to_owned),
        next_attempt_at: next_attempt_at.map(timestamp),
        ended_at: ended_at.map(timestamp),
        attempts: view.attempts.iter().map(attempt).collect(),
    }
}

//! A parked delivery, in the shape of the API.

use super::timestamp::timestamp;
use hookmill_api::parked::Parked;
use hookmill_relay::view::Parked as View;

/// A parked delivery.
pub(in super::super) fn parked(view: &View) -> Parked {
    Parked {
        delivery_id: view.delivery,
        event_id: view.event,
        event_type: view.event_type.clone(),
        reason: view.reason.as_str().to_owned(),
        parked_at: timestamp(view.parked_at),
        attempts: view.attempts,
        has_request: view.has_request,
    }
}

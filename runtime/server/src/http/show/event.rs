//! An event, in the shape of the API.

use super::delivery::delivery;
use super::timestamp::timestamp;
use hookmill_api::event::Event;
use hookmill_relay::Relay;
use hookmill_relay::view::EventView;

/// An event with its deliveries.
pub(in super::super) fn event(relay: &Relay, view: EventView) -> Event {
    let deliveries = view.deliveries.iter();
    Event {
        deliveries: deliveries.map(|one| delivery(relay, one)).collect(),
        id: view.id,
        event_type: view.event_type,
        source: view.source,
        key: view.key,
        received_at: timestamp(view.received_at),
        body_bytes: view.body_bytes,
    }
}

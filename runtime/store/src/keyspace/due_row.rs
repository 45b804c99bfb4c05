//! `Q endpoint16 due_ms8 delivery16` (hot): when a delivery is due. Ready and
//! delayed alike, so a lane's first row is its next due one. Every delivery
//! that waits has exactly one.
//!
//! Value, version 1: event16.

use super::codec::{Damaged, Decoder, Encoder};
use hookmill_domain::{DeliveryId, EndpointId, EventId};

const VERSION: u8 = 1;

/// When a delivery is due: the place of its row in its lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// By the store's clock.
    pub(crate) due_ms: u64,
    pub(crate) delivery: DeliveryId,
}

pub(crate) fn key(endpoint: EndpointId, place: Place) -> [u8; 41] {
    let mut key = [b'Q'; 41];
    key[1..17].copy_from_slice(&endpoint.to_bytes());
    key[17..25].copy_from_slice(&place.due_ms.to_be_bytes());
    key[25..].copy_from_slice(&place.delivery.to_bytes());
    key
}

/// What the keys of a lane begin with.
pub(crate) fn lane_prefix(endpoint: EndpointId) -> [u8; 17] {
    let mut prefix = [b'Q'; 17];
    prefix[1..].copy_from_slice(&endpoint.to_bytes());
    prefix
}

/// Where the keys of a lane end: after all of its own, before all others.
pub(crate) fn lane_end(endpoint: EndpointId) -> Vec<u8> {
    // One byte longer than what follows the endpoint in a key.
    [b"Q", &endpoint.to_bytes()[..], &[0xff; 25]].concat()
}

pub(crate) fn decode_key(key: &[u8]) -> Result<(EndpointId, Place), Damaged> {
    let mut parts = Decoder::bare(key, key.get(1..).unwrap_or_default());
    let endpoint = EndpointId::from_bytes(parts.id()?);
    let due_ms = parts.u64()?;
    let delivery = DeliveryId::from_bytes(parts.id()?);
    parts.end()?;
    Ok((endpoint, Place { due_ms, delivery }))
}

pub(crate) fn encode(key: &[u8], event: EventId) -> Vec<u8> {
    Encoder::new(VERSION, 16).raw(&event.to_bytes()).seal(key)
}

pub(crate) fn decode(key: &[u8], value: &[u8]) -> Result<EventId, Damaged> {
    let mut fields = Decoder::open(key, value, VERSION)?;
    let event = EventId::from_bytes(fields.id()?);
    fields.end()?;
    Ok(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_due_row_survives_and_sorts_by_time(ids: [[u8; 16]; 4], due: [u64; 2]) {
            let endpoint = EndpointId::from_bytes(ids[0]);
            let event = EventId::from_bytes(ids[1]);
            let place = |n: usize| Place {
                due_ms: due[n],
                delivery: DeliveryId::from_bytes(ids[n + 2]),
            };
            let (a, b) = (key(endpoint, place(0)), key(endpoint, place(1)));
            prop_assert_eq!(decode_key(&a), Ok((endpoint, place(0))));
            prop_assert_eq!(decode(&a, &encode(&a, event)), Ok(event));
            prop_assert_eq!(a.cmp(&b), place(0).cmp(&place(1)));
            prop_assert!(a.to_vec() < lane_end(endpoint));
        }
    }
}

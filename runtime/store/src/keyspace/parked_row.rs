//! Parked deliveries (cold), in two rows
//! - `W event16 delivery16`: the delivery. Value, version 1: endpoint16,
//!   attempts4, request_pieces2, ending10, type (len4, text).
//! - `Z endpoint16 parked_ms8 delivery16`: its place in the endpoint's list.
//!   Value, version 1: event16.

use super::codec::{Damaged, Decoder, Encoder};
use super::ending::Ending;
use hookmill_domain::{DeliveryId, EndpointId, EventId, UnixMs};

const VERSION: u8 = 1;

/// A parked delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParkedRow {
    pub(crate) endpoint: EndpointId,
    pub(crate) attempts: u32,
    /// 0 when no request is stored.
    pub(crate) request_pieces: u16,
    pub(crate) ending: Ending,
    pub(crate) event_type: String,
}

pub(crate) fn key(event: EventId, delivery: DeliveryId) -> [u8; 33] {
    let mut key = super::delivery_row::key(event, delivery);
    key[0] = b'W';
    key
}

impl ParkedRow {
    pub(crate) fn encode(&self, key: &[u8]) -> Vec<u8> {
        let value = Encoder::new(VERSION, 64)
            .raw(&self.endpoint.to_bytes())
            .u32(self.attempts)
            .u16(self.request_pieces);
        let value = self.ending.encode(value);
        value.data(self.event_type.as_bytes()).seal(key)
    }

    pub(crate) fn decode(key: &[u8], value: &[u8]) -> Result<Self, Damaged> {
        let mut fields = Decoder::open(key, value, VERSION)?;
        let row = Self {
            endpoint: EndpointId::from_bytes(fields.id()?),
            attempts: fields.u32()?,
            request_pieces: fields.u16()?,
            ending: Ending::decode(&mut fields)?,
            event_type: fields.text()?,
        };
        fields.end()?;
        Ok(row)
    }
}

/// The key of the place in the endpoint's list.
pub(crate) fn place_key(endpoint: EndpointId, parked_at: UnixMs, delivery: DeliveryId) -> [u8; 41] {
    let mut key = [b'Z'; 41];
    key[1..17].copy_from_slice(&endpoint.to_bytes());
    key[17..25].copy_from_slice(&parked_at.0.to_be_bytes());
    key[25..].copy_from_slice(&delivery.to_bytes());
    key
}

pub(crate) fn decode_place_key(key: &[u8]) -> Result<(EndpointId, UnixMs, DeliveryId), Damaged> {
    let mut parts = Decoder::bare(key, key.get(1..).unwrap_or_default());
    let endpoint = EndpointId::from_bytes(parts.id()?);
    let parked_at = UnixMs(parts.u64()?);
    let delivery = DeliveryId::from_bytes(parts.id()?);
    parts.end()?;
    Ok((endpoint, parked_at, delivery))
}

pub(crate) fn encode_place(key: &[u8], event: EventId) -> Vec<u8> {
    Encoder::new(VERSION, 16).raw(&event.to_bytes()).seal(key)
}

pub(crate) fn decode_place(key: &[u8], value: &[u8]) -> Result<EventId, Damaged> {
    let mut fields = Decoder::open(key, value, VERSION)?;
    let event = EventId::from_bytes(fields.id()?);
    fields.end()?;
    Ok(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::ending::tests::any_ending;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_parked_delivery_survives_its_rows(
            ids: [[u8; 16]; 3],
            counts: (u32, u16),
            ending in any_ending(),
            event_type in "[a-z.]{0,40}",
        ) {
            let (event, delivery) = (EventId::from_bytes(ids[0]), DeliveryId::from_bytes(ids[1]));
            let endpoint = EndpointId::from_bytes(ids[2]);
            let row = ParkedRow {
                endpoint,
                attempts: counts.0,
                request_pieces: counts.1,
                ending,
                event_type,
            };
            let key = key(event, delivery);
            prop_assert_eq!(ParkedRow::decode(&key, &row.encode(&key)), Ok(row));
            let place = place_key(endpoint, ending.at, delivery);
            prop_assert_eq!(decode_place_key(&place), Ok((endpoint, ending.at, delivery)));
            prop_assert_eq!(decode_place(&place, &encode_place(&place, event)), Ok(event));
        }
    }
}

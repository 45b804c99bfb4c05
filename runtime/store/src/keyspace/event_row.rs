//! `E event16 n2` (hot) and `P event16 n2` (cold): an event with its fan-out,
//! in pieces.
//!
//! Record, version 1: tenant16, source16, received_ms8, key (len4, text), type
//! (len4, text), count2 of deliveries, each delivery16 endpoint16, params
//! (len4, bytes), body (len4, bytes).

use super::chunk;
use super::codec::{Damaged, Decoder, Encoder};
use bytes::Bytes;
use hookmill_domain::event::Event;
use hookmill_domain::{DeliveryId, EndpointId, EventId, SourceId, TenantId, UnixMs};
use std::sync::Arc;

pub(crate) const VERSION: u8 = 1;

/// An event as it is stored. Clones share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredEvent {
    pub(crate) event: Arc<Event>,
    pub(crate) deliveries: Arc<[(DeliveryId, EndpointId)]>,
}

/// The key's part before the piece number. `kind` is `E` or `P`.
pub(crate) fn prefix(kind: u8, id: EventId) -> [u8; 17] {
    let mut key = [kind; 17];
    key[1..].copy_from_slice(&id.to_bytes());
    key
}

/// The event of a key of this kind, and the piece's number.
pub(crate) fn decode_key(key: &[u8]) -> Result<(EventId, u16), Damaged> {
    let mut parts = Decoder::bare(key, key.get(1..).unwrap_or_default());
    let decoded = (EventId::from_bytes(parts.id()?), parts.u16()?);
    parts.end()?;
    Ok(decoded)
}

impl StoredEvent {
    /// Bytes of the record.
    pub(crate) fn record_bytes(&self) -> usize {
        let event = &self.event;
        let texts = event.key.len() + event.event_type.len();
        let fixed = 16 + 16 + 8 + 4 + 4 + 2 + 4 + 4;
        fixed + texts + self.deliveries.len() * 32 + event.params.len() + event.body.len()
    }

    /// The number of rows.
    pub(crate) fn pieces(&self) -> u16 {
        chunk::pieces(self.record_bytes())
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let event = &self.event;
        let count = u16::try_from(self.deliveries.len()).expect("checked against ENDPOINTS_MAX");
        let mut record = Encoder::new(VERSION, self.record_bytes())
            .raw(&event.tenant.to_bytes())
            .raw(&event.source.to_bytes())
            .u64(event.received_at.0)
            .data(event.key.as_bytes())
            .data(event.event_type.as_bytes())
            .u16(count);
        for (delivery, endpoint) in self.deliveries.iter() {
            record = record.raw(&delivery.to_bytes()).raw(&endpoint.to_bytes());
        }
        record.data(&event.params).data(&event.body).into_payload()
    }

    /// Reads a record; the body and the parameters share its memory.
    pub(crate) fn decode(id: EventId, kind: u8, record: Vec<u8>) -> Result<Self, Damaged> {
        let record = Bytes::from(record);
        let prefix = prefix(kind, id);
        let mut fields = Decoder::bare(&prefix, &record);
        let tenant = TenantId::from_bytes(fields.id()?);
        let source = SourceId::from_bytes(fields.id()?);
        let received_at = UnixMs(fields.u64()?);
        let key = fields.text()?;
        let event_type = fields.text()?;
        let count = fields.u16()?;
        let deliveries = (0..count)
            .map(|_| {
                let delivery = DeliveryId::from_bytes(fields.id()?);
                Ok((delivery, EndpointId::from_bytes(fields.id()?)))
            })
            .collect::<Result<_, Damaged>>()?;
        let params = record.slice_ref(fields.data()?);
        let body = record.slice_ref(fields.data()?);
        fields.end()?;
        let event = Arc::new(Event {
            id,
            tenant,
            source,
            key,
            event_type,
            received_at,
            body,
            params,
        });
        Ok(Self { event, deliveries })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    prop_compose! {
        pub(crate) fn any_event()(
            ids: [[u8; 16]; 3],
            received_at: u64,
            key in "\\PC{0,40}",
            event_type in "[a-z.]{0,40}",
            body in proptest::collection::vec(any::<u8>(), 0..9_000),
            params in proptest::collection::vec(any::<u8>(), 0..60),
            deliveries in proptest::collection::vec(any::<([u8; 16], [u8; 16])>(), 0..12),
        ) -> StoredEvent {
            StoredEvent {
                event: Arc::new(Event {
                    id: EventId::from_bytes(ids[0]),
                    tenant: TenantId::from_bytes(ids[1]),
                    source: SourceId::from_bytes(ids[2]),
                    key,
                    event_type,
                    received_at: UnixMs(received_at),
                    body: body.into(),
                    params: params.into(),
                }),
                deliveries: deliveries
                    .into_iter()
                    .map(|(d, e)| (DeliveryId::from_bytes(d), EndpointId::from_bytes(e)))
                    .collect(),
            }
        }
    }

    proptest! {
        #[test]
        fn an_event_survives_its_rows(stored in any_event()) {
            let record = stored.encode();
            prop_assert_eq!(record.len(), stored.record_bytes());
            prop_assert_eq!(StoredEvent::decode(stored.event.id, b'E', record), Ok(stored));
        }

        #[test]
        fn any_bytes_are_an_event_or_damage_but_no_panic(record: Vec<u8>) {
            let _ = StoredEvent::decode(EventId::from_bytes([0; 16]), b'E', record);
        }
    }
}

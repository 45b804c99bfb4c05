//! An event with its fan-out, as it was accepted.
//!
//! event16, due_ms8 (on the store's clock), tenant16, source16, received_ms8,
//! key (length4, text), type (length4, text), count2 of deliveries, each
//! delivery16 endpoint16, params (length4, bytes), body (length4, bytes).

use super::codec::{Damaged, Fields, Put as _};
use crate::journal::frame::Frame;
use bytes::Bytes;
use hookmill_domain::event::Event;
use hookmill_domain::{DeliveryId, EndpointId, EventId, SourceId, TenantId, UnixMs};
use std::sync::Arc;

/// An event as it is stored. Clones share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) event: Arc<Event>,
    /// When its deliveries are due, on the store's clock.
    pub(crate) due_ms: u64,
    pub(crate) deliveries: Arc<[(DeliveryId, EndpointId)]>,
}

impl Accepted {
    /// Bytes of the record.
    pub(crate) fn record_bytes(&self) -> usize {
        let event = &self.event;
        let texts = event.key.len() + event.event_type.len();
        let fixed = 16 + 8 + 16 + 16 + 8 + 4 + 4 + 2 + 4 + 4;
        fixed + texts + self.deliveries.len() * 32 + event.params.len() + event.body.len()
    }

    pub(crate) fn frame(&self) -> Frame {
        let event = &self.event;
        let count = u16::try_from(self.deliveries.len()).expect("checked against ENDPOINTS_MAX");
        Frame::new(super::ACCEPTED, self.record_bytes(), |to| {
            to.put(&event.id.to_bytes());
            to.put_u64(self.due_ms);
            to.put(&event.tenant.to_bytes());
            to.put(&event.source.to_bytes());
            to.put_u64(event.received_at.0);
            to.put_data(event.key.as_bytes());
            to.put_data(event.event_type.as_bytes());
            to.put_u16(count);
            for (delivery, endpoint) in self.deliveries.iter() {
                to.put(&delivery.to_bytes());
                to.put(&endpoint.to_bytes());
            }
            to.put_data(&event.params);
            to.put_data(&event.body);
        })
    }

    /// Reads a record; the body and the parameters share its memory.
    pub(crate) fn decode(record: Vec<u8>) -> Result<Self, Damaged> {
        let record = Bytes::from(record);
        let mut fields = Fields::new(&record);
        let id = EventId::from_bytes(fields.id()?);
        let due_ms = fields.u64()?;
        let tenant = TenantId::from_bytes(fields.id()?);
        let source = SourceId::from_bytes(fields.id()?);
        let received_at = UnixMs(fields.u64()?);
        let key = fields.text()?.to_owned();
        let event_type = fields.text()?.to_owned();
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
        Ok(Self {
            event,
            due_ms,
            deliveries,
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::journal::frame;
    use crate::journal::lsn::Lsn;
    use proptest::prelude::*;

    prop_compose! {
        pub(crate) fn any_accepted()(
            ids: [[u8; 16]; 3],
            times: (u64, u64),
            key in "\\PC{0,40}",
            event_type in "[a-z.]{0,40}",
            body in proptest::collection::vec(any::<u8>(), 0..9_000),
            params in proptest::collection::vec(any::<u8>(), 0..60),
            deliveries in proptest::collection::vec(any::<([u8; 16], [u8; 16])>(), 0..12),
        ) -> Accepted {
            Accepted {
                event: Arc::new(Event {
                    id: EventId::from_bytes(ids[0]),
                    tenant: TenantId::from_bytes(ids[1]),
                    source: SourceId::from_bytes(ids[2]),
                    key,
                    event_type,
                    received_at: UnixMs(times.0),
                    body: body.into(),
                    params: params.into(),
                }),
                due_ms: times.1,
                deliveries: deliveries
                    .into_iter()
                    .map(|(d, e)| (DeliveryId::from_bytes(d), EndpointId::from_bytes(e)))
                    .collect(),
            }
        }
    }

    proptest! {
        #[test]
        fn an_event_survives_its_frame(accepted in any_accepted()) {
            let at = Lsn::new(1, 64);
            let bytes = accepted.frame().seal(at);
            let found = frame::read(&bytes, at).expect("whole");
            prop_assert_eq!(found.kind, crate::record::ACCEPTED);
            prop_assert_eq!(found.payload.len(), accepted.record_bytes());
            prop_assert_eq!(Accepted::decode(found.payload.to_vec()), Ok(accepted));
        }

        #[test]
        fn any_bytes_are_an_event_or_damage_but_no_panic(record: Vec<u8>) {
            let _ = Accepted::decode(record);
        }
    }
}

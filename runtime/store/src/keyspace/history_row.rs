//! `H event16` (cold), in pieces `n2`: a finished event without its body, and
//! how each delivery ended. Ids sort by time, so the sweep reads from the
//! oldest on; the idempotency key is in it, so that the sweep finds `I`.
//!
//! Record, version 1: tenant16, source16, received_ms8, body_bytes8, key (len4,
//! text), type (len4, text), count2, each delivery16 endpoint16 attempts4
//! ending10.

use super::codec::{Damaged, Decoder, Encoder};
use super::ending::Ending;
use super::event_row::StoredEvent;
use hookmill_domain::{DeliveryId, EndpointId, EventId, SourceId, TenantId, UnixMs};

pub(crate) const VERSION: u8 = 1;

pub(crate) fn prefix(event: EventId) -> [u8; 17] {
    super::event_row::prefix(b'H', event)
}

/// A finished event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HistoryRow {
    pub(crate) tenant: TenantId,
    pub(crate) source: SourceId,
    pub(crate) received_at: UnixMs,
    pub(crate) body_bytes: u64,
    pub(crate) key: String,
    pub(crate) event_type: String,
    pub(crate) deliveries: Vec<Ended>,
}

/// A delivery that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) delivery: DeliveryId,
    pub(crate) endpoint: EndpointId,
    pub(crate) attempts: u32,
    pub(crate) ending: Ending,
}

impl HistoryRow {
    pub(crate) fn new(stored: &StoredEvent, deliveries: Vec<Ended>) -> Self {
        let event = &stored.event;
        Self {
            tenant: event.tenant,
            source: event.source,
            received_at: event.received_at,
            body_bytes: event.body.len() as u64,
            key: event.key.clone(),
            event_type: event.event_type.clone(),
            deliveries,
        }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let count = u16::try_from(self.deliveries.len()).expect("checked against ENDPOINTS_MAX");
        let mut record = Encoder::new(VERSION, 96 + self.deliveries.len() * 46)
            .raw(&self.tenant.to_bytes())
            .raw(&self.source.to_bytes())
            .u64(self.received_at.0)
            .u64(self.body_bytes)
            .data(self.key.as_bytes())
            .data(self.event_type.as_bytes())
            .u16(count);
        for ended in &self.deliveries {
            record = record
                .raw(&ended.delivery.to_bytes())
                .raw(&ended.endpoint.to_bytes())
                .u32(ended.attempts);
            record = ended.ending.encode(record);
        }
        record.into_payload()
    }

    pub(crate) fn decode(event: EventId, record: &[u8]) -> Result<Self, Damaged> {
        let prefix = prefix(event);
        let mut fields = Decoder::bare(&prefix, record);
        let tenant = TenantId::from_bytes(fields.id()?);
        let source = SourceId::from_bytes(fields.id()?);
        let received_at = UnixMs(fields.u64()?);
        let body_bytes = fields.u64()?;
        let key = fields.text()?;
        let event_type = fields.text()?;
        let count = fields.u16()?;
        let deliveries = (0..count)
            .map(|_| {
                Ok(Ended {
                    delivery: DeliveryId::from_bytes(fields.id()?),
                    endpoint: EndpointId::from_bytes(fields.id()?),
                    attempts: fields.u32()?,
                    ending: Ending::decode(&mut fields)?,
                })
            })
            .collect::<Result<_, Damaged>>()?;
        fields.end()?;
        Ok(Self {
            tenant,
            source,
            received_at,
            body_bytes,
            key,
            event_type,
            deliveries,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::ending::tests::any_ending;
    use crate::keyspace::event_row::tests::any_event;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_finished_event_survives_its_rows(
            stored in any_event(),
            ends in proptest::collection::vec((any::<u32>(), any_ending()), 12),
        ) {
            let ended = stored.deliveries.iter().zip(ends);
            let ended = ended.map(|(&(delivery, endpoint), (attempts, ending))| {
                Ended { delivery, endpoint, attempts, ending }
            });
            let row = HistoryRow::new(&stored, ended.collect());
            prop_assert_eq!(HistoryRow::decode(stored.event.id, &row.encode()), Ok(row));
        }
    }
}

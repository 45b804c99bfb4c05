//! `Q endpoint16 due_ms8 number8`: up to 64 waiting deliveries of one lane.
//!
//! Value, version 1: for each delivery16 event16 tenant16 accepted8 due_ms8
//! attempts4 first_attempt4 request8 (0 none). In the order of their positions.

use super::seal;
use crate::journal::lsn::Lsn;
use crate::queue::waiting::{PackId, Subject, Waiting};
use crate::record::codec::{Damaged, Fields, Put as _};
use hookmill_domain::{DeliveryId, EndpointId, EventId, TenantId};

/// Deliveries in a row.
pub(crate) const LEN_MAX: usize = 64;

const VERSION: u8 = 1;

/// The first byte of the keys.
pub(crate) const KIND: u8 = b'Q';

pub(crate) fn key(endpoint: EndpointId, pack: PackId) -> [u8; 33] {
    let mut key = [KIND; 33];
    key[1..17].copy_from_slice(&endpoint.to_bytes());
    key[17..25].copy_from_slice(&pack.due_ms.to_be_bytes());
    key[25..].copy_from_slice(&pack.number.to_be_bytes());
    key
}

/// What the keys of a lane begin with.
pub(crate) fn lane_prefix(endpoint: EndpointId) -> [u8; 17] {
    let mut key = [KIND; 17];
    key[1..].copy_from_slice(&endpoint.to_bytes());
    key
}

pub(crate) fn decode_key(key: &[u8]) -> Result<(EndpointId, PackId), Damaged> {
    let mut parts = Fields::new(key.get(1..).unwrap_or_default());
    let endpoint = EndpointId::from_bytes(parts.id()?);
    let pack = PackId {
        due_ms: parts.u64()?,
        number: parts.u64()?,
    };
    parts.end()?;
    Ok((endpoint, pack))
}

pub(crate) fn encode(key: &[u8], deliveries: &[Waiting]) -> Vec<u8> {
    seal::seal(key, VERSION, |to| {
        for waiting in deliveries {
            to.put(&waiting.subject.delivery.to_bytes());
            to.put(&waiting.subject.event.to_bytes());
            to.put(&waiting.subject.tenant.to_bytes());
            to.put_lsn(waiting.subject.accepted);
            to.put_u64(waiting.due_ms);
            to.put_u32(waiting.attempts);
            to.put_u32(waiting.first_attempt);
            to.put_lsn(waiting.request.unwrap_or(Lsn::ZERO));
        }
    })
}

pub(crate) fn decode(key: &[u8], value: &[u8]) -> Result<Vec<Waiting>, Damaged> {
    let (endpoint, pack) = decode_key(key)?;
    let mut fields = seal::open(key, value, VERSION)?;
    let mut deliveries = Vec::with_capacity(LEN_MAX);
    while !fields.is_empty() {
        let delivery = DeliveryId::from_bytes(fields.id()?);
        let event = EventId::from_bytes(fields.id()?);
        let tenant = TenantId::from_bytes(fields.id()?);
        let subject = Subject {
            delivery,
            endpoint,
            event,
            tenant,
            accepted: fields.lsn()?,
        };
        deliveries.push(Waiting {
            subject,
            due_ms: fields.u64()?,
            attempts: fields.u32()?,
            first_attempt: fields.u32()?,
            request: Some(fields.lsn()?).filter(|lsn| *lsn != Lsn::ZERO),
            since: Lsn::ZERO,
            pack: Some(pack),
        });
    }
    Ok(deliveries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn deliveries_survive_their_row(
            endpoint: [u8; 16],
            pack: (u64, u64),
            deliveries in proptest::collection::vec(any::<([[u8; 16]; 3], [u64; 2], [u32; 2], Option<u64>)>(), 0..64),
        ) {
            let endpoint = EndpointId::from_bytes(endpoint);
            let pack = PackId { due_ms: pack.0, number: pack.1 };
            let deliveries: Vec<_> = deliveries.into_iter().map(|(ids, longs, shorts, request)| Waiting {
                subject: Subject {
                    delivery: DeliveryId::from_bytes(ids[0]),
                    endpoint,
                    event: EventId::from_bytes(ids[1]),
                    tenant: TenantId::from_bytes(ids[2]),
                    accepted: Lsn::from_u64(longs[0]),
                },
                due_ms: longs[1],
                attempts: shorts[0],
                first_attempt: shorts[1],
                request: request.filter(|lsn| *lsn != 0).map(Lsn::from_u64),
                since: Lsn::ZERO,
                pack: Some(pack),
            }).collect();
            let key = key(endpoint, pack);
            prop_assert_eq!(decode(&key, &encode(&key, &deliveries)), Ok(deliveries));
        }
    }
}

//! `W endpoint16 parked_ms8 delivery16`: a parked delivery. Beside it `P
//! delivery16`, by which it is found: endpoint16 parked_ms8, version 1.
//!
//! Value, version 1: event16 tenant16 accepted8 reason1 attempts4 request8 (0
//! none) type (length4, text).

use super::seal;
use crate::ParkReason;
use crate::journal::lsn::Lsn;
use crate::queue::waiting::{ParkedEntry, Subject};
use crate::record::codec::{Damaged, Fields, Put as _};
use hookmill_domain::{DeliveryId, EndpointId, EventId, TenantId, UnixMs};

const VERSION: u8 = 1;

/// The first byte of the keys.
pub(crate) const KIND: u8 = b'W';

pub(crate) fn key(endpoint: EndpointId, parked_at: UnixMs, delivery: DeliveryId) -> [u8; 41] {
    let mut key = [KIND; 41];
    key[1..17].copy_from_slice(&endpoint.to_bytes());
    key[17..25].copy_from_slice(&parked_at.0.to_be_bytes());
    key[25..].copy_from_slice(&delivery.to_bytes());
    key
}

/// The key of the row that says where a parked delivery's is.
pub(crate) fn place_key(delivery: DeliveryId) -> [u8; 17] {
    let mut key = [b'P'; 17];
    key[1..].copy_from_slice(&delivery.to_bytes());
    key
}

pub(crate) fn encode_place(key: &[u8], endpoint: EndpointId, parked_at: UnixMs) -> Vec<u8> {
    seal::seal(key, VERSION, |to| {
        to.put(&endpoint.to_bytes());
        to.put_u64(parked_at.0);
    })
}

pub(crate) fn decode_place(key: &[u8], value: &[u8]) -> Result<(EndpointId, UnixMs), Damaged> {
    let mut fields = seal::open(key, value, VERSION)?;
    let place = (EndpointId::from_bytes(fields.id()?), UnixMs(fields.u64()?));
    fields.end()?;
    Ok(place)
}

/// What the keys of an endpoint begin with.
pub(crate) fn endpoint_prefix(endpoint: EndpointId) -> [u8; 17] {
    let mut key = [KIND; 17];
    key[1..].copy_from_slice(&endpoint.to_bytes());
    key
}

pub(crate) fn decode_key(key: &[u8]) -> Result<(EndpointId, UnixMs, DeliveryId), Damaged> {
    let mut parts = Fields::new(key.get(1..).unwrap_or_default());
    let endpoint = EndpointId::from_bytes(parts.id()?);
    let parked_at = UnixMs(parts.u64()?);
    let delivery = DeliveryId::from_bytes(parts.id()?);
    parts.end()?;
    Ok((endpoint, parked_at, delivery))
}

pub(crate) fn encode(key: &[u8], entry: &ParkedEntry) -> Vec<u8> {
    seal::seal(key, VERSION, |to| {
        to.put(&entry.subject.event.to_bytes());
        to.put(&entry.subject.tenant.to_bytes());
        to.put_lsn(entry.subject.accepted);
        to.put_u8(entry.reason as u8);
        to.put_u32(entry.attempts);
        to.put_lsn(entry.request.unwrap_or(Lsn::ZERO));
        to.put_data(entry.event_type.as_bytes());
    })
}

pub(crate) fn decode(key: &[u8], value: &[u8]) -> Result<ParkedEntry, Damaged> {
    let (endpoint, parked_at, delivery) = decode_key(key)?;
    let mut fields = seal::open(key, value, VERSION)?;
    let event = EventId::from_bytes(fields.id()?);
    let tenant = TenantId::from_bytes(fields.id()?);
    let accepted = fields.lsn()?;
    let reason = ParkReason::from_ordinal(fields.u8()?).ok_or(Damaged("the reason is unknown"))?;
    let attempts = fields.u32()?;
    let request = Some(fields.lsn()?).filter(|lsn| *lsn != Lsn::ZERO);
    let event_type = fields.text()?.to_owned();
    fields.end()?;
    Ok(ParkedEntry {
        subject: Subject {
            delivery,
            endpoint,
            event,
            tenant,
            accepted,
        },
        parked_at,
        reason,
        attempts,
        request,
        event_type,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_parked_delivery_survives_its_row(
            ids: [[u8; 16]; 4],
            numbers: (u64, u64, u32, Option<u64>),
            reason in 0..ParkReason::ALL.len(),
            event_type in "\\PC{0,40}",
        ) {
            let entry = ParkedEntry {
                subject: Subject {
                    delivery: DeliveryId::from_bytes(ids[0]),
                    endpoint: EndpointId::from_bytes(ids[1]),
                    event: EventId::from_bytes(ids[2]),
                    tenant: TenantId::from_bytes(ids[3]),
                    accepted: Lsn::from_u64(numbers.0),
                },
                parked_at: UnixMs(numbers.1),
                reason: ParkReason::ALL[reason],
                attempts: numbers.2,
                request: numbers.3.filter(|lsn| *lsn != 0).map(Lsn::from_u64),
                event_type,
            };
            let key = key(entry.subject.endpoint, entry.parked_at, entry.subject.delivery);
            prop_assert_eq!(decode(&key, &encode(&key, &entry)), Ok(entry));
        }
    }
}

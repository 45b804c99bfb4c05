//! `D event16 delivery16` (hot): what happened to a delivery so far.
//!
//! Absent while nothing has: a delivery that its event's record names and that
//! has no row waits for its first attempt. So the common case, delivered at
//! the first attempt, never writes one.
//!
//! Value, version 1: tag1, attempts4, then
//! - 0, waiting: first_attempt4, due_ms8 (the store's clock), pieces2 of the
//!   stored request;
//! - 1, ended while other deliveries of its event go on: [`Ending`] (2 + 8).

use super::codec::{Damaged, Decoder, Encoder};
use super::ending::Ending;
use hookmill_domain::{DeliveryId, EventId};

const VERSION: u8 = 1;

pub(crate) fn key(event: EventId, delivery: DeliveryId) -> [u8; 33] {
    let mut key = [b'D'; 33];
    key[1..17].copy_from_slice(&event.to_bytes());
    key[17..].copy_from_slice(&delivery.to_bytes());
    key
}

pub(crate) fn decode_key(key: &[u8]) -> Result<(EventId, DeliveryId), Damaged> {
    let mut parts = Decoder::bare(key, key.get(1..).unwrap_or_default());
    let event = EventId::from_bytes(parts.id()?);
    let delivery = DeliveryId::from_bytes(parts.id()?);
    parts.end()?;
    Ok((event, delivery))
}

/// A delivery that something has happened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DeliveryRow {
    /// Attempts made.
    pub(crate) attempts: u32,
    pub(crate) progress: Progress,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// It waits for its next attempt.
    Waiting {
        /// The number of the first attempt since the last replay.
        first_attempt: u32,
        /// When it is due, by the store's clock.
        due_ms: u64,
        /// Pieces of its stored request; 0 when none is stored.
        request_pieces: u16,
    },
    /// It ended.
    Ended(Ending),
}

impl DeliveryRow {
    pub(crate) fn encode(&self, key: &[u8]) -> Vec<u8> {
        let value = Encoder::new(VERSION, 19);
        match self.progress {
            Progress::Waiting {
                first_attempt,
                due_ms,
                request_pieces,
            } => value
                .u8(0)
                .u32(self.attempts)
                .u32(first_attempt)
                .u64(due_ms)
                .u16(request_pieces),
            Progress::Ended(ending) => ending.encode(value.u8(1).u32(self.attempts)),
        }
        .seal(key)
    }

    pub(crate) fn decode(key: &[u8], value: &[u8]) -> Result<Self, Damaged> {
        let mut fields = Decoder::open(key, value, VERSION)?;
        let tag = fields.u8()?;
        let attempts = fields.u32()?;
        let progress = match tag {
            0 => Progress::Waiting {
                first_attempt: fields.u32()?,
                due_ms: fields.u64()?,
                request_pieces: fields.u16()?,
            },
            1 => Progress::Ended(Ending::decode(&mut fields)?),
            _ => return Err(fields.damaged("the delivery's tag is unknown")),
        };
        fields.end()?;
        Ok(Self { attempts, progress })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::ending::tests::any_ending;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_delivery_survives_its_row(
            ids: [[u8; 16]; 2],
            attempts: u32,
            waiting: Option<(u32, u64, u16)>,
            ending in any_ending(),
        ) {
            let (event, delivery) = (EventId::from_bytes(ids[0]), DeliveryId::from_bytes(ids[1]));
            let key = key(event, delivery);
            prop_assert_eq!(decode_key(&key), Ok((event, delivery)));
            let progress = match waiting {
                Some((first_attempt, due_ms, request_pieces)) => {
                    Progress::Waiting { first_attempt, due_ms, request_pieces }
                }
                None => Progress::Ended(ending),
            };
            let row = DeliveryRow { attempts, progress };
            prop_assert_eq!(DeliveryRow::decode(&key, &row.encode(&key)), Ok(row));
        }
    }
}

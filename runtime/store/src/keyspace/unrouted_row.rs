//! `F event16` (hot): an event that no endpoint wants, on its way to the
//! history. The row is there from its acceptance until it has arrived, so that
//! a crash in between is made good at the next open.
//!
//! Value, version 1: empty.

use super::codec::{Damaged, Decoder, Encoder};
use hookmill_domain::EventId;

const VERSION: u8 = 1;

pub(crate) fn key(event: EventId) -> [u8; 17] {
    let mut key = [b'F'; 17];
    key[1..].copy_from_slice(&event.to_bytes());
    key
}

pub(crate) fn decode_key(key: &[u8]) -> Result<EventId, Damaged> {
    let mut parts = Decoder::bare(key, key.get(1..).unwrap_or_default());
    let event = EventId::from_bytes(parts.id()?);
    parts.end()?;
    Ok(event)
}

pub(crate) fn encode(key: &[u8]) -> Vec<u8> {
    Encoder::new(VERSION, 0).seal(key)
}

pub(crate) fn decode(key: &[u8], value: &[u8]) -> Result<(), Damaged> {
    Decoder::open(key, value, VERSION)?.end()
}

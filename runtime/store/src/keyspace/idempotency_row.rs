//! `I source16 key` (hot while the event is undelivered, cold from then on):
//! which event a source's own id stands for.
//!
//! Value, version 1: event16.

use super::codec::{Damaged, Decoder, Encoder};
use hookmill_domain::{EventId, SourceId};

const VERSION: u8 = 1;

pub(crate) fn key(source: SourceId, key: &str) -> Vec<u8> {
    [b"I", &source.to_bytes()[..], key.as_bytes()].concat()
}

pub(crate) fn decode_key(key: &[u8]) -> Result<(SourceId, String), Damaged> {
    let mut parts = Decoder::bare(key, key.get(1..).unwrap_or_default());
    let source = SourceId::from_bytes(parts.id()?);
    let text = String::from_utf8(parts.rest().to_vec());
    Ok((
        source,
        text.map_err(|_| parts.damaged("the key is not UTF-8"))?,
    ))
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
        fn an_idempotency_row_survives(ids: [[u8; 16]; 2], text in "\\PC{0,60}") {
            let (source, event) = (SourceId::from_bytes(ids[0]), EventId::from_bytes(ids[1]));
            let key = key(source, &text);
            prop_assert_eq!(decode_key(&key), Ok((source, text)));
            prop_assert_eq!(decode(&key, &encode(&key, event)), Ok(event));
        }
    }
}

//! `X endpoint16` (hot): an endpoint that takes no more until its declaration
//! changes.
//!
//! Value, version 1: at_ms8, reason (len4, text of at most 1 KiB).

use super::codec::{Damaged, Decoder, Encoder};
use hookmill_domain::{EndpointId, UnixMs};

const VERSION: u8 = 1;

/// Bytes of a reason that are kept.
const REASON_BYTES_KEPT: usize = 1 << 10;

pub(crate) fn key(endpoint: EndpointId) -> [u8; 17] {
    let mut key = [b'X'; 17];
    key[1..].copy_from_slice(&endpoint.to_bytes());
    key
}

pub(crate) fn decode_key(key: &[u8]) -> Result<EndpointId, Damaged> {
    let mut parts = Decoder::bare(key, key.get(1..).unwrap_or_default());
    let endpoint = EndpointId::from_bytes(parts.id()?);
    parts.end()?;
    Ok(endpoint)
}

pub(crate) fn encode(key: &[u8], at: UnixMs, reason: &str) -> Vec<u8> {
    let kept = &reason[..reason.floor_char_boundary(REASON_BYTES_KEPT)];
    Encoder::new(VERSION, 12 + kept.len())
        .u64(at.0)
        .data(kept.as_bytes())
        .seal(key)
}

pub(crate) fn decode(key: &[u8], value: &[u8]) -> Result<(UnixMs, String), Damaged> {
    let mut fields = Decoder::open(key, value, VERSION)?;
    let decoded = (UnixMs(fields.u64()?), fields.text()?);
    fields.end()?;
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let endpoint = EndpointId::from_bytes([7; 16]);
        let key = key(endpoint);
        assert_eq!(decode_key(&key), Ok(endpoint));
        let value = encode(&key, UnixMs(5), &format!("a{}", "é".repeat(600)));
        let (at, reason) = decode(&key, &value).expect("just written");
        assert_eq!(at, UnixMs(5));
        assert_eq!(reason.len(), 1_023);
    }
}

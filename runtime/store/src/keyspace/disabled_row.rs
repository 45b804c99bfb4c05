//! `X endpoint16` (hot): an endpoint that takes no deliveries for now.
//!
//! Value, version 2: since_ms8, until1, reason (len4, text of at most 1 KiB).
//! Until: 0 its declaration changes, 1 it is enabled. Version 1 had no until1
//! and meant 0.

use super::codec::{Damaged, Decoder, Encoder};
use crate::interface::resource::{Disabled, DisabledUntil};
use hookmill_domain::{EndpointId, UnixMs};

const VERSION: u8 = 2;

/// Bytes of a reason that are kept.
const REASON_BYTES_KEPT: usize = 1 << 10;

pub(crate) fn key(endpoint: EndpointId) -> [u8; 17] {
    let mut key = [b'X'; 17];
    key[1..].copy_from_slice(&endpoint.to_bytes());
    key
}

fn decode_key(key: &[u8]) -> Result<EndpointId, Damaged> {
    let mut parts = Decoder::bare(key, key.get(1..).unwrap_or_default());
    let endpoint = EndpointId::from_bytes(parts.id()?);
    parts.end()?;
    Ok(endpoint)
}

pub(crate) fn encode(row: &Disabled) -> Vec<u8> {
    let kept = &row.reason[..row.reason.floor_char_boundary(REASON_BYTES_KEPT)];
    Encoder::new(VERSION, 13 + kept.len())
        .u64(row.since.0)
        .u8(match row.until {
            DisabledUntil::Redeclared => 0,
            DisabledUntil::Enabled => 1,
        })
        .data(kept.as_bytes())
        .seal(&key(row.endpoint))
}

pub(crate) fn decode(key: &[u8], value: &[u8]) -> Result<Disabled, Damaged> {
    let endpoint = decode_key(key)?;
    let is_first = value.first() == Some(&1);
    let mut fields = Decoder::open(key, value, if is_first { 1 } else { VERSION })?;
    let since = UnixMs(fields.u64()?);
    let until = if is_first { 0 } else { fields.u8()? };
    let until = match until {
        0 => DisabledUntil::Redeclared,
        1 => DisabledUntil::Enabled,
        _ => return Err(fields.damaged("what ends it is unknown")),
    };
    let reason = fields.text()?;
    fields.end()?;
    Ok(Disabled {
        endpoint,
        since,
        until,
        reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(until: DisabledUntil, reason: &str) -> Disabled {
        Disabled {
            endpoint: EndpointId::from_bytes([7; 16]),
            since: UnixMs(5),
            until,
            reason: reason.to_owned(),
        }
    }

    #[test]
    fn a_disabled_endpoint_survives_its_row() {
        for until in [DisabledUntil::Redeclared, DisabledUntil::Enabled] {
            let row = row(until, "operator");
            assert_eq!(decode(&key(row.endpoint), &encode(&row)), Ok(row));
        }
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let long = format!("a{}", "é".repeat(600));
        let row = row(DisabledUntil::Redeclared, &long);
        let read = decode(&key(row.endpoint), &encode(&row)).expect("just written");
        assert_eq!(read.reason.len(), 1_023);
    }

    #[test]
    fn a_row_of_the_first_version_is_read() {
        let expected = row(DisabledUntil::Redeclared, "gone");
        let key = key(expected.endpoint);
        let value = Encoder::new(1, 16).u64(5).data(b"gone").seal(&key);
        assert_eq!(decode(&key, &value), Ok(expected));
    }
}

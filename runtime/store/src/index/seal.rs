//! Values as they stand in the index: `version1 crc4 payload`, where the CRC-32
//! covers the key, the version and the payload. So a value that was damaged, or
//! that turns up under another row's key, is recognised wherever it is read.

use crate::record::codec::{Damaged, Fields};
use std::fmt;

/// Bytes that the seal adds to a payload.
const SEAL_BYTES: usize = 5;

/// A key as text: its kind's letter, then hexadecimal.
pub(crate) struct KeyText<'a>(pub(crate) &'a [u8]);

impl fmt::Display for KeyText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, rest) = self.0.split_first().unwrap_or((&b'?', &[]));
        write!(f, "{}:", char::from(*kind).escape_default())?;
        rest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The value for this key. `fill` appends the payload.
pub(crate) fn seal(key: &[u8], version: u8, fill: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut value = vec![version, 0, 0, 0, 0];
    fill(&mut value);
    let crc = checksum(key, version, &value[SEAL_BYTES..]);
    value[1..SEAL_BYTES].copy_from_slice(&crc.to_be_bytes());
    value
}

/// The payload of a value. Only `version` is known.
pub(crate) fn open<'a>(key: &[u8], value: &'a [u8], version: u8) -> Result<Fields<'a>, Damaged> {
    let (head, payload) = value
        .split_at_checked(SEAL_BYTES)
        .ok_or(Damaged("the value is cut short"))?;
    if checksum(key, head[0], payload).to_be_bytes() != head[1..] {
        return Err(Damaged("the checksum does not match"));
    }
    if head[0] != version {
        return Err(Damaged("the value's version is unknown"));
    }
    Ok(Fields::new(payload))
}

fn checksum(key: &[u8], version: u8, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(&[version]);
    hasher.update(payload);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_flipped_bit_of_key_or_value_is_noticed(
            key in proptest::collection::vec(any::<u8>(), 1..40),
            payload in proptest::collection::vec(any::<u8>(), 0..200),
            bit: proptest::sample::Index,
        ) {
            let value = seal(&key, 1, |to| to.extend_from_slice(&payload));
            let mut read = open(&key, &value, 1).expect("just sealed");
            prop_assert_eq!(read.raw(payload.len()), Ok(&payload[..]));
            let mut both = [key.clone(), value].concat();
            let bit = bit.index(both.len() * 8);
            both[bit / 8] ^= 1 << (bit % 8);
            let (key, value) = both.split_at(key.len());
            prop_assert!(open(key, value, 1).is_err());
        }
    }

    #[test]
    fn a_cut_value_and_an_unknown_version_are_named() {
        let value = seal(b"Kx", 2, |to| to.push(7));
        let error = |value, version| open(b"Kx", value, version).map(drop).expect_err("bad");
        assert_eq!(error(&value[..3], 2).0, "the value is cut short");
        assert_eq!(error(&value, 1).0, "the value's version is unknown");
    }
}

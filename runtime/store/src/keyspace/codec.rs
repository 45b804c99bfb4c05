//! Bytes of keys and values: big-endian numbers, lengths before texts.
//!
//! Every value is sealed: `version1 crc4 payload`, where the CRC-32 covers the
//! key, the version and the payload. So a value that was damaged, or that
//! turns up under another row's key, is recognised wherever it is read.

use std::fmt;

/// Bytes that the seal adds to a payload.
pub(crate) const SEAL_BYTES: usize = 5;

/// A stored key or value that is not what was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {key}: {problem}")]
pub(crate) struct Damaged {
    pub(crate) key: String,
    pub(crate) problem: &'static str,
}

impl Damaged {
    pub(crate) fn new(key: &[u8], problem: &'static str) -> Self {
        let key = KeyText(key).to_string();
        Self { key, problem }
    }
}

/// A key as text: its kind's letter, then hexadecimal.
pub(crate) struct KeyText<'a>(pub(crate) &'a [u8]);

impl fmt::Display for KeyText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, rest) = self.0.split_first().unwrap_or((&b'?', &[]));
        write!(f, "{}:", char::from(*kind).escape_default())?;
        rest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Writes the payload of a value and seals it.
pub(crate) struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    pub(crate) fn new(version: u8, payload_bytes: usize) -> Self {
        let mut bytes = Vec::with_capacity(SEAL_BYTES + payload_bytes);
        bytes.push(version);
        bytes.extend_from_slice(&[0; 4]);
        Self { bytes }
    }

    pub(crate) fn raw(mut self, data: &[u8]) -> Self {
        self.bytes.extend_from_slice(data);
        self
    }

    pub(crate) fn u8(self, value: u8) -> Self {
        self.raw(&[value])
    }

    pub(crate) fn u16(self, value: u16) -> Self {
        self.raw(&value.to_be_bytes())
    }

    pub(crate) fn u32(self, value: u32) -> Self {
        self.raw(&value.to_be_bytes())
    }

    pub(crate) fn u64(self, value: u64) -> Self {
        self.raw(&value.to_be_bytes())
    }

    /// A length in four bytes, then the data.
    pub(crate) fn data(self, data: &[u8]) -> Self {
        let length = u32::try_from(data.len()).expect("records are bounded far below 4 GiB");
        self.u32(length).raw(data)
    }

    /// The payload alone, for a record that is sealed piece by piece.
    pub(crate) fn into_payload(mut self) -> Vec<u8> {
        self.bytes.drain(..SEAL_BYTES);
        self.bytes
    }

    /// The value for this key.
    pub(crate) fn seal(mut self, key: &[u8]) -> Vec<u8> {
        let crc = checksum(key, self.bytes[0], &self.bytes[SEAL_BYTES..]);
        self.bytes[1..SEAL_BYTES].copy_from_slice(&crc.to_be_bytes());
        self.bytes
    }
}

fn checksum(key: &[u8], version: u8, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(&[version]);
    hasher.update(payload);
    hasher.finalize()
}

/// Reads a payload; every read says what is missing.
pub(crate) struct Decoder<'a> {
    key: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Decoder<'a> {
    /// Checks the seal of a value. Only `version` is known.
    pub(crate) fn open(key: &'a [u8], value: &'a [u8], version: u8) -> Result<Self, Damaged> {
        let Some((head, payload)) = value.split_at_checked(SEAL_BYTES) else {
            return Err(Damaged::new(key, "the value is cut short"));
        };
        if checksum(key, head[0], payload).to_be_bytes() != head[1..] {
            return Err(Damaged::new(key, "the checksum does not match"));
        }
        if head[0] != version {
            return Err(Damaged::new(key, "the value's version is unknown"));
        }
        Ok(Self { key, rest: payload })
    }

    /// Reads a payload whose pieces were checked already, or a key.
    pub(crate) fn bare(key: &'a [u8], payload: &'a [u8]) -> Self {
        Self { key, rest: payload }
    }

    pub(crate) fn damaged(&self, problem: &'static str) -> Damaged {
        Damaged::new(self.key, problem)
    }

    pub(crate) fn raw(&mut self, length: usize) -> Result<&'a [u8], Damaged> {
        let Some((head, rest)) = self.rest.split_at_checked(length) else {
            return Err(self.damaged("a field is cut short"));
        };
        self.rest = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Damaged> {
        let mut array = [0; N];
        array.copy_from_slice(self.raw(N)?);
        Ok(array)
    }

    pub(crate) fn id(&mut self) -> Result<[u8; 16], Damaged> {
        self.array()
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Damaged> {
        Ok(self.array::<1>()?[0])
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Damaged> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Damaged> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Damaged> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn data(&mut self) -> Result<&'a [u8], Damaged> {
        let length = self.u32()?;
        self.raw(length as usize)
    }

    pub(crate) fn text(&mut self) -> Result<String, Damaged> {
        let data = self.data()?;
        String::from_utf8(data.to_vec()).map_err(|_| self.damaged("a text is not UTF-8"))
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The end: nothing may be left over.
    pub(crate) fn end(self) -> Result<(), Damaged> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.damaged("bytes are left over"))
        }
    }
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
            let value = Encoder::new(1, 0).raw(&payload).seal(&key);
            prop_assert_eq!(Decoder::open(&key, &value, 1).map(|d| d.rest()), Ok(&payload[..]));
            let mut both = [key.clone(), value].concat();
            let bit = bit.index(both.len() * 8);
            both[bit / 8] ^= 1 << (bit % 8);
            let (key, value) = both.split_at(key.len());
            prop_assert!(Decoder::open(key, value, 1).is_err());
        }
    }

    #[test]
    fn a_cut_value_and_an_unknown_version_are_named() {
        let value = Encoder::new(2, 0).u32(7).seal(b"Kx");
        let short = Decoder::open(b"Kx", &value[..3], 2).err();
        assert_eq!(short.map(|d| d.problem), Some("the value is cut short"));
        let version = Decoder::open(b"Kx", &value, 1).err();
        assert_eq!(
            version.map(|d| d.to_string()).as_deref(),
            Some("row K:78: the value's version is unknown")
        );
    }
}

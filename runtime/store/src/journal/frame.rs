//! One entry of the journal: `length4 crc4 kind1 payload`, little-endian. The
//! length counts kind and payload.
//!
//! The CRC-32 covers length, kind, payload and the frame's own [`Lsn`]: a frame
//! is good only where it was written, so what a recycled segment holds from
//! before is never taken for new.

use super::lsn::Lsn;

/// Bytes before the payload.
pub(crate) const HEAD_BYTES: usize = 9;

/// Bytes that length and CRC take.
const PREFIX_BYTES: usize = 8;

/// A frame that has everything but its place in the journal.
#[derive(Debug)]
pub(crate) struct Frame {
    bytes: Vec<u8>,
    crc: crc32fast::Hasher,
}

impl Frame {
    /// A frame of this kind. `fill` appends the payload, of about
    /// `payload_bytes`.
    pub(crate) fn new(kind: u8, payload_bytes: usize, fill: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut bytes = Vec::with_capacity(HEAD_BYTES + payload_bytes);
        bytes.extend_from_slice(&[0; PREFIX_BYTES]);
        bytes.push(kind);
        fill(&mut bytes);
        let length = u32::try_from(bytes.len() - PREFIX_BYTES).expect("frames are far below 4 GiB");
        bytes[..4].copy_from_slice(&length.to_le_bytes());
        let mut crc = crc32fast::Hasher::new();
        crc.update(&bytes[..4]);
        crc.update(&bytes[PREFIX_BYTES..]);
        Self { bytes, crc }
    }

    /// Bytes in the journal.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The frame as it stands here.
    pub(crate) fn seal(self, at: Lsn) -> Vec<u8> {
        let Self { mut bytes, crc } = self;
        bytes[4..PREFIX_BYTES].copy_from_slice(&sealed(crc, at));
        bytes
    }
}

fn sealed(mut crc: crc32fast::Hasher, at: Lsn) -> [u8; 4] {
    crc.update(&at.to_u64().to_le_bytes());
    crc.finalize().to_le_bytes()
}

/// A frame as it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameRef<'a> {
    pub(crate) kind: u8,
    pub(crate) payload: &'a [u8],
    /// Bytes in the journal.
    pub(crate) len: usize,
}

/// The length of the frame that begins with these bytes, head included; none
/// when nothing was written here.
pub(crate) fn length(prefix: [u8; PREFIX_BYTES]) -> Option<usize> {
    let [a, b, c, d, ..] = prefix;
    match u32::from_le_bytes([a, b, c, d]) {
        0 => None,
        length => Some(PREFIX_BYTES + length as usize),
    }
}

/// The frame at the beginning of these bytes, which stand here; none when they
/// are no whole frame.
pub(crate) fn read(bytes: &[u8], at: Lsn) -> Option<FrameRef<'_>> {
    let prefix: [u8; PREFIX_BYTES] = bytes.get(..PREFIX_BYTES)?.try_into().ok()?;
    let len = length(prefix)?;
    let body = bytes.get(PREFIX_BYTES..len)?;
    let mut crc = crc32fast::Hasher::new();
    crc.update(&prefix[..4]);
    crc.update(body);
    if sealed(crc, at) != prefix[4..] {
        return None;
    }
    let (&kind, payload) = body.split_first()?;
    Some(FrameRef { kind, payload, len })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_frame_is_good_where_it_was_written_and_nowhere_else(
            kind: u8,
            payload: Vec<u8>,
            at: u64,
            elsewhere: u64,
            bit: proptest::sample::Index,
        ) {
            let at = Lsn::from_u64(at);
            let mut bytes = Frame::new(kind, payload.len(), |to| to.extend_from_slice(&payload)).seal(at);
            let expected = FrameRef { kind, payload: &payload, len: bytes.len() };
            prop_assert_eq!(read(&bytes, at), Some(expected));
            if elsewhere != at.to_u64() {
                prop_assert_eq!(read(&bytes, Lsn::from_u64(elsewhere)), None);
            }
            prop_assert_eq!(read(&bytes[..bytes.len() - 1], at), None);
            let bit = bit.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(read(&bytes, at), None);
        }

        #[test]
        fn any_bytes_are_a_frame_or_not_but_no_panic(bytes: Vec<u8>, at: u64) {
            let _ = read(&bytes, Lsn::from_u64(at));
        }
    }
}

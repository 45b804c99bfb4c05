//! A segment's file: its name, its header, and how it comes into being.
//!
//! File `{number:08x}.seg`: a header of 64 bytes, then frames, then zeros, or,
//! in a recycled file, what was there before. Header: magic8 (its last byte is
//! the version of the format), number4, zeros4, store8, born_ms8,
//! previous_end8, crc4, zeros. `store` tells the journals of two folders apart;
//! `previous_end` is where the segment before it ends, so that a piece that is
//! missing in the middle is damage and not an early end.

use super::lsn::Lsn;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Bytes before the first frame.
pub(crate) const HEADER_BYTES: u32 = 64;

const MAGIC: &[u8; 7] = b"HMjrnl\0";

/// The format of segments and frames that is written.
const VERSION: u8 = 1;

/// Bytes that the header's CRC covers.
const CHECKED_BYTES: usize = 40;

/// What a segment says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) number: u32,
    /// The store's random number.
    pub(crate) store: u64,
    /// When it was begun: no frame in it is older.
    pub(crate) born_ms: u64,
    /// The end of the segment before it.
    pub(crate) previous_end: Lsn,
}

/// A file is no segment of this store.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadSegment {
    #[error("it can't be read: {0}")]
    Io(#[from] io::Error),
    #[error("its header is damaged")]
    Header,
    #[error("its format is version {0}, which this hookmill does not know; use a newer one")]
    Version(u8),
    #[error("its header says that it is segment {0:08x}")]
    Number(u32),
}

/// Where a segment is.
pub(crate) fn path(journal: &Path, number: u32) -> PathBuf {
    journal.join(format!("{number:08x}.seg"))
}

/// The segments that there are, in order.
pub(crate) fn numbers(journal: &Path) -> io::Result<Vec<u32>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(journal)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".seg"));
        let number = number.filter(|it| it.len() == 8);
        numbers.extend(number.and_then(|it| u32::from_str_radix(it, 16).ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

impl Header {
    fn encode(self) -> [u8; HEADER_BYTES as usize] {
        let mut bytes = [0; HEADER_BYTES as usize];
        bytes[..7].copy_from_slice(MAGIC);
        bytes[7] = VERSION;
        bytes[8..12].copy_from_slice(&self.number.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.store.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.born_ms.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.previous_end.to_u64().to_le_bytes());
        let crc = crc32fast::hash(&bytes[..CHECKED_BYTES]);
        bytes[40..44].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Reads the header of a segment's file.
    pub(crate) fn read(file: &File, number: u32) -> Result<Self, BadSegment> {
        let mut bytes = [0; HEADER_BYTES as usize];
        file.read_exact_at(&mut bytes, 0)
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => BadSegment::Header,
                _ => BadSegment::Io(error),
            })?;
        let header = Self::decode(&bytes)?;
        if header.number == number {
            Ok(header)
        } else {
            Err(BadSegment::Number(header.number))
        }
    }

    fn decode(bytes: &[u8; HEADER_BYTES as usize]) -> Result<Self, BadSegment> {
        let crc = crc32fast::hash(&bytes[..CHECKED_BYTES]).to_le_bytes();
        if bytes[..7] != MAGIC[..] || bytes[40..44] != crc {
            return Err(BadSegment::Header);
        }
        if bytes[7] != VERSION {
            return Err(BadSegment::Version(bytes[7]));
        }
        let number = |at: usize| {
            let mut number = [0; 8];
            number.copy_from_slice(&bytes[at..at + 8]);
            u64::from_le_bytes(number)
        };
        Ok(Self {
            // Four zeros follow it.
            number: u32::try_from(number(8)).map_err(|_| BadSegment::Header)?,
            store: number(16),
            born_ms: number(24),
            previous_end: Lsn::from_u64(number(32)),
        })
    }
}

/// Opens a segment that is there.
pub(crate) fn open(journal: &Path, number: u32) -> io::Result<File> {
    let path = path(journal, number);
    OpenOptions::new().read(true).write(true).open(path)
}

/// Makes a file a segment, durably: its header first, then its name.
pub(crate) fn begin(journal: &Path, file: &File, name: &Path, header: Header) -> io::Result<()> {
    file.write_all_at(&header.encode(), 0)?;
    file.sync_all()?;
    fs::rename(name, path(journal, header.number))?;
    File::open(journal)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_header_survives_and_any_flipped_bit_is_noticed(
            number: u32, store: u64, born_ms: u64, end: u64, bit in 0_usize..44 * 8,
        ) {
            let header = Header { number, store, born_ms, previous_end: Lsn::from_u64(end) };
            let mut bytes = header.encode();
            prop_assert_eq!(Header::decode(&bytes).ok(), Some(header));
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(Header::decode(&bytes).is_err());
        }
    }

    #[test]
    fn a_newer_format_is_refused_by_its_number() {
        let mut bytes = Header {
            number: 1,
            store: 2,
            born_ms: 3,
            previous_end: Lsn::ZERO,
        }
        .encode();
        bytes[7] = 2;
        let crc = crc32fast::hash(&bytes[..CHECKED_BYTES]);
        bytes[40..44].copy_from_slice(&crc.to_le_bytes());
        let error = Header::decode(&bytes).expect_err("newer");
        assert!(matches!(error, BadSegment::Version(2)), "{error}");
    }
}

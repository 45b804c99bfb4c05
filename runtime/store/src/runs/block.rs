//! Blocks of a run's file: 4 KiB of entries of one table, in order.
//!
//! count2 crc4 entries. The CRC-32 covers the block's number, the count and the
//! entries, so a block that is elsewhere than it was written is damaged.

use super::entry::{Entry, Table};

/// Bytes of a block.
pub(crate) const BLOCK_BYTES: usize = 4 << 10;

const HEAD_BYTES: usize = 6;

/// Entries that fit into a block.
pub(crate) const fn len_max(table: Table) -> usize {
    (BLOCK_BYTES - HEAD_BYTES) / table.entry_bytes()
}

pub(crate) fn encode(table: Table, number: u32, entries: &[Entry]) -> [u8; BLOCK_BYTES] {
    let mut block = [0; BLOCK_BYTES];
    let count = u16::try_from(entries.len()).expect("a block holds a few hundred");
    block[..2].copy_from_slice(&count.to_le_bytes());
    let places = block[HEAD_BYTES..].chunks_exact_mut(table.entry_bytes());
    for (place, entry) in places.zip(entries) {
        place.copy_from_slice(entry.bytes(table));
    }
    let crc = checksum(number, &block);
    block[2..HEAD_BYTES].copy_from_slice(&crc.to_le_bytes());
    block
}

/// The entries of a block; none when it is damaged.
pub(crate) fn decode(table: Table, number: u32, block: &[u8; BLOCK_BYTES]) -> Option<Vec<Entry>> {
    if checksum(number, block).to_le_bytes() != block[2..HEAD_BYTES] {
        return None;
    }
    let count = usize::from(u16::from_le_bytes([block[0], block[1]]));
    let places = block[HEAD_BYTES..].chunks_exact(table.entry_bytes());
    (count <= len_max(table)).then(|| places.take(count).map(Entry::from_bytes).collect())
}

fn checksum(number: u32, block: &[u8; BLOCK_BYTES]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&number.to_le_bytes());
    hasher.update(&block[..2]);
    hasher.update(&block[HEAD_BYTES..]);
    hasher.finalize()
}

//! `S segment4`: how many frames of a segment are needed by what waits or is
//! parked, or by the catalog. Value, version 1: count8. A segment without a row
//! has none.

use super::seal;
use crate::journal::lsn::Lsn;
use crate::record::codec::{Damaged, Fields, Put as _};
use std::collections::HashMap;

const VERSION: u8 = 1;

/// The first byte of the keys.
pub(crate) const KIND: u8 = b'S';

pub(crate) fn key(segment: u32) -> [u8; 5] {
    let mut key = [KIND; 5];
    key[1..].copy_from_slice(&segment.to_be_bytes());
    key
}

pub(crate) fn decode_key(key: &[u8]) -> Result<u32, Damaged> {
    let mut parts = Fields::new(key.get(1..).unwrap_or_default());
    let segment = parts.u32()?;
    parts.end()?;
    Ok(segment)
}

pub(crate) fn encode(key: &[u8], count: u64) -> Vec<u8> {
    seal::seal(key, VERSION, |to| to.put_u64(count))
}

pub(crate) fn decode(key: &[u8], value: &[u8]) -> Result<u64, Damaged> {
    let mut fields = seal::open(key, value, VERSION)?;
    let count = fields.u64()?;
    fields.end()?;
    Ok(count)
}

/// How the counts change in a pass.
#[derive(Debug, Default)]
pub(crate) struct AliveChanges(HashMap<u32, i64>);

impl AliveChanges {
    /// This frame is needed.
    pub(crate) fn hold(&mut self, frame: Lsn) {
        *self.0.entry(frame.segment()).or_default() += 1;
    }

    /// This frame is needed by one less.
    pub(crate) fn release(&mut self, frame: Lsn) {
        *self.0.entry(frame.segment()).or_default() -= 1;
    }

    /// The segments whose counts changed, and by how much.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, i64)> + '_ {
        let changed = self.0.iter().filter(|(_, by)| **by != 0);
        changed.map(|(segment, by)| (*segment, *by))
    }
}

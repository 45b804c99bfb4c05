//! `G key`: where the newest value of a row of the catalog is. Value, version
//! 1: lsn8.

use super::seal;
use crate::journal::lsn::Lsn;
use crate::record::codec::{Damaged, Put as _};

const VERSION: u8 = 1;

/// The first byte of the keys.
pub(crate) const KIND: u8 = b'G';

/// The key in the index of a row's own.
pub(crate) fn key(row: &[u8]) -> Vec<u8> {
    [&[KIND], row].concat()
}

pub(crate) fn encode(key: &[u8], value: Lsn) -> Vec<u8> {
    seal::seal(key, VERSION, |to| to.put_lsn(value))
}

pub(crate) fn decode(key: &[u8], value: &[u8]) -> Result<Lsn, Damaged> {
    let mut fields = seal::open(key, value, VERSION)?;
    let lsn = fields.lsn()?;
    fields.end()?;
    Ok(lsn)
}

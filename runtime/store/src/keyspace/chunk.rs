//! Records in pieces of at most 4 KiB.
//!
//! sled moves a page larger than a quarter of a segment into a file of its
//! own, which it never syncs. A leaf holds about 17 items, so values of 4 KiB
//! stay far below that.
//!
//! Piece `n` of a record stands under `prefix n2`. Piece 0 begins with the
//! record's length in four bytes; every piece is sealed for itself.

use super::codec::{Damaged, Decoder, Encoder, SEAL_BYTES};

/// Bytes of a stored value at most.
pub(crate) const VALUE_BYTES_MAX: usize = 4 << 10;

/// Bytes of a record in one piece.
const PIECE_BYTES: usize = VALUE_BYTES_MAX - SEAL_BYTES - 4;

/// Bytes of a record at most: 65,535 pieces.
pub(crate) const RECORD_BYTES_MAX: usize = PIECE_BYTES * u16::MAX as usize;

/// How many pieces a record of this length has; at least one.
pub(crate) fn pieces(record_bytes: usize) -> u16 {
    let count = record_bytes.div_ceil(PIECE_BYTES).max(1);
    u16::try_from(count).expect("records are checked against RECORD_BYTES_MAX")
}

/// The key of piece `n`.
pub(crate) fn piece_key(prefix: &[u8], n: u16) -> Vec<u8> {
    [prefix, &n.to_be_bytes()].concat()
}

/// Cuts a record into its rows.
pub(crate) fn split<'a>(
    prefix: &'a [u8],
    version: u8,
    record: &'a [u8],
) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> + 'a {
    (0..pieces(record.len())).map(move |n| {
        let start = usize::from(n) * PIECE_BYTES;
        let piece = &record[start..record.len().min(start + PIECE_BYTES)];
        let key = piece_key(prefix, n);
        let mut value = Encoder::new(version, piece.len() + 4);
        if n == 0 {
            let length = u32::try_from(record.len()).expect("bounded by RECORD_BYTES_MAX");
            value = value.u32(length);
        }
        let value = value.raw(piece).seal(&key);
        (key, value)
    })
}

/// Puts a record together from its rows, which `get` fetches by key. None
/// when there is no first piece.
pub(crate) fn join<E, V: AsRef<[u8]>>(
    prefix: &[u8],
    version: u8,
    mut get: impl FnMut(&[u8]) -> Result<Option<V>, E>,
) -> Result<Option<Vec<u8>>, E>
where
    E: From<Damaged>,
{
    let key = piece_key(prefix, 0);
    let Some(first) = get(&key)? else {
        return Ok(None);
    };
    let mut piece = Decoder::open(&key, first.as_ref(), version)?;
    let length = piece.u32()? as usize;
    if length > RECORD_BYTES_MAX {
        return Err(Damaged::new(&key, "the record's length is impossible").into());
    }
    let mut record = Vec::with_capacity(length);
    record.extend_from_slice(piece.rest());
    for n in 1..pieces(length) {
        let key = piece_key(prefix, n);
        let Some(value) = get(&key)? else {
            return Err(Damaged::new(&key, "a piece of the record is missing").into());
        };
        record.extend_from_slice(Decoder::open(&key, value.as_ref(), version)?.rest());
    }
    if record.len() != length {
        return Err(Damaged::new(&key, "the record's length does not match").into());
    }
    Ok(Some(record))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn joined(rows: &BTreeMap<Vec<u8>, Vec<u8>>) -> Result<Option<Vec<u8>>, Damaged> {
        join(b"Ex", 1, |key| Ok(rows.get(key)))
    }

    #[test]
    fn a_record_of_any_length_comes_back_from_small_rows() {
        for length in [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 1 << 20] {
            let record: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
            let rows: BTreeMap<_, _> = split(b"Ex", 1, &record).collect();
            assert!(rows.values().all(|value| value.len() <= VALUE_BYTES_MAX));
            assert_eq!(rows.len(), usize::from(pieces(length)));
            assert_eq!(joined(&rows), Ok(Some(record)), "{length}");
        }
    }

    #[test]
    fn missing_and_shortened_pieces_are_noticed() {
        let mut rows: BTreeMap<_, _> = split(b"Ex", 1, &[7; 3 * PIECE_BYTES]).collect();
        rows.remove(&piece_key(b"Ex", 1));
        let missing = joined(&rows).expect_err("piece 1 is missing");
        assert_eq!(missing.problem, "a piece of the record is missing");
        let key = piece_key(b"Ex", 1);
        rows.insert(key.clone(), Encoder::new(1, 0).raw(b"short").seal(&key));
        let short = joined(&rows).expect_err("piece 1 is short");
        assert_eq!(short.problem, "the record's length does not match");
        assert_eq!(joined(&BTreeMap::new()), Ok(None));
    }
}

//! Finding the end of plain text inside a JSON string, sixteen bytes at a time.
//!
//! The hottest loop of reading and writing. Looks only; decides nothing.

use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, v128_load, v128_or};

const LANES: usize = 16;

/// How many bytes at the start need no attention in a JSON string: the text up
/// to a quote, a backslash or a control character.
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk::<LANES>) {
        // SAFETY: the block has the sixteen bytes that are loaded; the load
        // needs no alignment.
        let block = unsafe { v128_load(block.as_ptr().cast()) };
        let special = v128_or(
            v128_or(
                u8x16_eq(block, u8x16_splat(b'"')),
                u8x16_eq(block, u8x16_splat(b'\\')),
            ),
            u8x16_lt(block, u8x16_splat(b' ')),
        );
        let found = u8x16_bitmask(special);
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += LANES;
    }
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..b' ');
    let rest = &bytes[at..];
    at + rest.iter().position(special).unwrap_or(rest.len())
}

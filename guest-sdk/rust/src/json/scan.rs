//! Finding the end of plain text inside a JSON string.
//!
//! The hottest loop of a transform. Looks only; decides nothing.

#![cfg_attr(
    target_family = "wasm",
    allow(
        unsafe_code,
        reason = "loading sixteen bytes at once is in terms of pointers"
    )
)]

/// The position, from `start` on, of the first byte that is not plain inside a
/// JSON string: a quote, a backslash or a control character. The text's length
/// when there is none.
#[cfg(not(target_family = "wasm"))]
pub(super) fn plain_end(bytes: &[u8], start: usize) -> usize {
    one_by_one(bytes, start)
}

/// The position, from `start` on, of the first byte that is not plain inside a
/// JSON string: a quote, a backslash or a control character. The text's length
/// when there is none.
#[cfg(target_family = "wasm")]
#[target_feature(enable = "simd128")]
pub(super) fn plain_end(bytes: &[u8], mut start: usize) -> usize {
    use core::arch::wasm32::{
        u8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, v128, v128_load, v128_or,
    };

    const LANES: usize = size_of::<v128>();
    while let Some(block) = bytes.get(start..).and_then(<[u8]>::first_chunk::<LANES>) {
        // SAFETY: the block has the sixteen bytes that are loaded; the load
        // needs no alignment.
        let block = unsafe { v128_load(block.as_ptr().cast()) };
        let special = v128_or(
            v128_or(
                u8x16_eq(block, u8x16_splat(b'"')),
                u8x16_eq(block, u8x16_splat(b'\\')),
            ),
            u8x16_lt(block, u8x16_splat(0x20)),
        );
        let found = u8x16_bitmask(special);
        if found != 0 {
            return start + found.trailing_zeros() as usize;
        }
        start += LANES;
    }
    one_by_one(bytes, start)
}

fn one_by_one(bytes: &[u8], start: usize) -> usize {
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    let rest = bytes.get(start..).unwrap_or_default();
    rest.iter()
        .position(special)
        .map_or(bytes.len(), |length| start + length)
}

//! `Math.random`, `crypto.getRandomValues` and `crypto.randomUUID`.
//!
//! Predictable by design: the same delivery draws the same numbers. No secret
//! may be made from them.

use core::fmt::Write;

use crate::clock;
use crate::js::{Js, Thrown, Value, holds_integers};

/// What the standard lets be asked for at once.
const BYTES_MAX: usize = 65_536;

/// `Math.random`: 53 random bits as a fraction.
pub(super) fn math_random(_: Js, _: &[Value]) -> Result<Value, Thrown> {
    let fraction = (clock::random_bits() >> 11) as f64 / (1u64 << 53) as f64;
    Ok(Value::number(fraction))
}

/// Fills a typed array of integers.
pub(crate) fn fill(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let Some(target) = arguments.first().copied() else {
        return Err(js.throw_missing("\"data\" argument"));
    };
    let view = js.view(target);
    let bytes = match view {
        Some(view) if view.kind.is_some_and(holds_integers) => view.bytes,
        _ => {
            let message = "The data argument must be an integer-type TypedArray";
            return Err(js.throw_dom(c"TypeMismatchError", message));
        }
    };
    if bytes > BYTES_MAX {
        let message = "The requested length exceeds 65,536 bytes";
        return Err(js.throw_dom(c"QuotaExceededError", message));
    }
    js.with_buffer(target, |bytes| {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&clock::random_bits().to_le_bytes()[..chunk.len()]);
        }
    });
    if let Some(view) = view {
        js.free(view.buffer);
    }
    Ok(js.keep(target))
}

/// A random UUID, version 4.
pub(crate) fn uuid(js: Js, _: &[Value]) -> Result<Value, Thrown> {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&clock::random_bits().to_le_bytes());
    bytes[8..].copy_from_slice(&clock::random_bits().to_le_bytes());
    bytes[6] = bytes[6] & 15 | 64;
    bytes[8] = bytes[8] & 63 | 128;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    js.string(&text)
}

//! Bytes as `node:crypto` takes and writes them: texts in an encoding, buffers
//! and views of buffers.

use crate::js::{Error, Js, Thrown, Value};

const HEX: &[u8; 16] = b"0123456789abcdef";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Lends what a value stands for: a text (UTF-8, unless `encoding` names
/// another), an `ArrayBuffer` or a view of one; `what` it is goes into the
/// message about anything else.
pub(super) fn of<R>(
    js: Js,
    value: Value,
    what: &str,
    encoding: Value,
    look: impl FnOnce(&[u8]) -> R,
) -> Result<R, Thrown> {
    if value.is_string() {
        let encoding = match encoding.is_undefined() || encoding.is_null() {
            true => String::new(),
            false => js.usv(encoding)?.to_ascii_lowercase(),
        };
        if matches!(encoding.as_str(), "" | "utf8" | "utf-8") {
            return Ok(look(js.text(value)?.as_bytes()));
        }
        let text = js.text(value)?;
        let bytes = match encoding.as_str() {
            "hex" => from_hex(&text),
            "base64" | "base64url" => from_base64(&text),
            "latin1" | "binary" => text.chars().map(|c| c as u8).collect(),
            _ => {
                return Err(js.throw_coded(
                    Error::Type,
                    "ERR_UNKNOWN_ENCODING",
                    "Unknown encoding: write \"utf8\", \"hex\", \"base64\", \"base64url\" or \
                     \"latin1\"",
                ));
            }
        };
        return Ok(look(&bytes));
    }
    let mut look = Some(look);
    let looked = js.with_buffer(value, |bytes| look.take().map(|look| look(bytes)));
    looked.flatten().ok_or_else(|| {
        let message = format!("{what} must be a string, an ArrayBuffer or a view of one");
        js.throw_coded(Error::Type, "ERR_INVALID_ARG_TYPE", &message)
    })
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(HEX[digit as usize]))
        .collect()
}

pub(super) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

pub(super) fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            text.push(match at <= group.len() {
                true => char::from(BASE64[(bits >> (18 - 6 * at) & 63) as usize]),
                false => '=',
            });
        }
    }
    text
}

pub(super) fn base64url(bytes: &[u8]) -> String {
    let text = base64(bytes).replace('+', "-").replace('/', "_");
    text.trim_end_matches('=').to_owned()
}

/// Up to the first pair that is not two digits, as Node.js reads it.
fn from_hex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, _) = text.as_bytes().as_chunks::<2>();
    pairs
        .iter()
        .map_while(|[high, low]| Some((digit(*high)? * 16 + digit(*low)?) as u8))
        .collect()
}

/// Either alphabet, with or without padding; other characters are left out, as
/// Node.js reads it.
fn from_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes().take_while(|byte| *byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

//! SHA-256 and its HMAC behind `crypto.createHash` and `crypto.createHmac`:
//! for signatures and hashed identifiers that a destination asks for.
//!
//! Synchronous, because handlers are. There must be no secret in here that the
//! handler does not have already.

use hmac::{Hmac, Mac};
use sha2::digest::Update;
use sha2::{Digest, Sha256};

use crate::js::{Js, Thrown, Value};

const HEX: &[u8; 16] = b"0123456789abcdef";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// `sha256(encoding, key, ...inputs)`: the digest of the inputs one after
/// another, each a text or a `Uint8Array`; an HMAC unless `key` is undefined.
/// A text in `hex`, `base64` or `base64url`, or a `Uint8Array` when `encoding`
/// is undefined.
pub(crate) fn sha256(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let [encoding, key, inputs @ ..] = arguments else {
        return Err(js.throw_type_error("sha256 takes an encoding and a key"));
    };
    let encode: fn(&[u8]) -> String = match &*js.text(*encoding)? {
        "hex" => hex,
        "base64" => base64,
        "base64url" => base64url,
        _ if encoding.is_undefined() => |_| String::new(),
        _ => {
            return Err(js.throw_type_error(
                "unknown encoding: write \"hex\", \"base64\", \"base64url\", or nothing for bytes",
            ));
        }
    };
    let digest: [u8; 32] = if key.is_undefined() {
        let mut hash = Sha256::new();
        feed(js, &mut hash, inputs)?;
        hash.finalize().into()
    } else {
        let key = bytes(js, *key)?;
        let mac = Hmac::<Sha256>::new_from_slice(&key);
        let mut mac = mac.expect("an HMAC takes a key of any length");
        feed(js, &mut mac, inputs)?;
        mac.finalize().into_bytes().into()
    };
    if encoding.is_undefined() {
        return js.bytes(&digest);
    }
    js.string(&encode(&digest))
}

fn feed(js: Js, hash: &mut impl Update, inputs: &[Value]) -> Result<(), Thrown> {
    for input in inputs {
        hash.update(&bytes(js, *input)?);
    }
    Ok(())
}

fn bytes(js: Js, value: Value) -> Result<Vec<u8>, Thrown> {
    if value.is_string() {
        return js.text(value).map(String::into_bytes);
    }
    js.copy_bytes(value)
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(HEX[digit as usize]))
        .collect()
}

fn base64(bytes: &[u8]) -> String {
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

fn base64url(bytes: &[u8]) -> String {
    let text = base64(bytes).replace('+', "-").replace('/', "_");
    text.trim_end_matches('=').to_owned()
}

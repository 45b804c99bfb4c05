//! SHA-256 and its HMAC, as `crypto.createHash` and `crypto.createHmac` of
//! `node:crypto`: for signatures and hashed identifiers that a destination
//! asks for.
//!
//! Synchronous, because handlers are. There must be no secret in here that the
//! handler does not have already.

use core::cell::RefCell;
use std::rc::Rc;

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use super::bytes;
use crate::js::{Class, Error, Feature, Js, Thrown, Value};

pub(crate) static HASH: Class = Class::new(
    "Hash",
    None,
    &[
        Feature::Method("update", 1, |js, this, arguments| {
            update(js, &HASH, this, arguments)
        }),
        Feature::Method("digest", 1, |js, this, arguments| {
            digest(js, &HASH, this, arguments)
        }),
        Feature::Method("copy", 0, copy),
    ],
);

pub(crate) static HMAC: Class = Class::new(
    "Hmac",
    None,
    &[
        Feature::Method("update", 1, |js, this, arguments| {
            update(js, &HMAC, this, arguments)
        }),
        Feature::Method("digest", 1, |js, this, arguments| {
            digest(js, &HMAC, this, arguments)
        }),
    ],
);

/// What was hashed so far; nothing once the digest was taken.
type State = RefCell<Option<Hashing>>;

#[derive(Clone)]
enum Hashing {
    Plain(Sha256),
    Keyed(Hmac<Sha256>),
}

impl Hashing {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Plain(hash) => Digest::update(hash, bytes),
            Self::Keyed(mac) => Mac::update(mac, bytes),
        }
    }

    fn finish(self) -> [u8; 32] {
        match self {
            Self::Plain(hash) => hash.finalize().into(),
            Self::Keyed(mac) => mac.finalize().into_bytes().into(),
        }
    }
}

/// `crypto.createHash(algorithm)`.
pub(crate) fn create_hash(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    check_algorithm(js, arguments)?;
    refuse_options(js, "createHash", arguments.get(1))?;
    hold(js, &HASH, Hashing::Plain(Sha256::new()))
}

/// `crypto.createHmac(algorithm, key)`.
pub(crate) fn create_hmac(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    check_algorithm(js, arguments)?;
    refuse_options(js, "createHmac", arguments.get(2))?;
    let key = arguments.get(1).copied().unwrap_or(Value::UNDEFINED);
    let mac = bytes::of(js, key, "key", Value::UNDEFINED, |key| {
        Hmac::<Sha256>::new_from_slice(key).expect("an HMAC takes a key of any length")
    })?;
    hold(js, &HMAC, Hashing::Keyed(mac))
}

fn check_algorithm(js: Js, arguments: &[Value]) -> Result<(), Thrown> {
    let name = arguments.first().copied().unwrap_or(Value::UNDEFINED);
    let name = js.usv(name)?;
    match name.to_ascii_lowercase().as_str() {
        "sha256" | "sha-256" => Ok(()),
        _ => Err(js.throw_type_error(&format!(
            "unknown algorithm {name:?}: there is \"sha256\" only"
        ))),
    }
}

fn refuse_options(js: Js, function: &str, options: Option<&Value>) -> Result<(), Thrown> {
    match options {
        Some(options) if !options.is_undefined() && !options.is_null() => {
            Err(js.throw_type_error(&format!("crypto.{function} takes no options here")))
        }
        _ => Ok(()),
    }
}

fn hold(js: Js, class: &Class, hashing: Hashing) -> Result<Value, Thrown> {
    js.hold(class, Value::UNDEFINED, Rc::new(State::new(Some(hashing))))
}

fn over(js: Js) -> Thrown {
    js.throw_coded(
        Error::Plain,
        "ERR_CRYPTO_HASH_FINALIZED",
        "digest() was called already",
    )
}

fn update(js: Js, class: &Class, this: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    let state = js.this::<State>(class, this)?;
    if state.borrow().is_none() {
        return Err(over(js));
    }
    let argument = |at: usize| arguments.get(at).copied().unwrap_or(Value::UNDEFINED);
    bytes::of(js, argument(0), "data", argument(1), |bytes| {
        if let Some(hashing) = state.borrow_mut().as_mut() {
            hashing.update(bytes);
        }
    })?;
    Ok(js.keep(this))
}

fn digest(js: Js, class: &Class, this: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    let state = js.this::<State>(class, this)?;
    let encoding = arguments.first().copied().unwrap_or(Value::UNDEFINED);
    let encode: Option<fn(&[u8]) -> String> = match encoding.is_undefined() {
        true => None,
        false => match js.usv(encoding)?.to_ascii_lowercase().as_str() {
            "hex" => Some(bytes::hex),
            "base64" => Some(bytes::base64),
            "base64url" => Some(bytes::base64url),
            "latin1" | "binary" => Some(bytes::latin1),
            "buffer" => None,
            _ => {
                return Err(js.throw_type_error(
                    "unknown encoding: write \"hex\", \"base64\", \"base64url\", \"latin1\", or \
                     nothing for bytes",
                ));
            }
        },
    };
    let Some(hashing) = state.take() else {
        return Err(over(js));
    };
    let digest = hashing.finish();
    match encode {
        Some(encode) => js.string(&encode(&digest)),
        None => js.bytes(&digest),
    }
}

fn copy(js: Js, this: Value, _: &[Value]) -> Result<Value, Thrown> {
    let state = js.this::<State>(&HASH, this)?;
    let hashing = state.borrow().clone();
    match hashing {
        Some(hashing) => hold(js, &HASH, hashing),
        None => Err(over(js)),
    }
}

//! JSON to typed values and back, made for a module that lives for one event.
//!
//! Reading is most of a transform's work. This reader looks at sixteen bytes at
//! a time, steps over what nobody asked for, lends text instead of copying it,
//! and has no words for floating-point numbers in its errors: a payment to Segment
//! takes a tenth less time in all than with `serde_json`, a quarter less inside
//! the transform, in a smaller component. Writing is `serde_json`'s.
//!
//! Accepts what RFC 8259 allows, with two decisions of its own: the half of a
//! surrogate pair, which an escape can write and a string can't hold, becomes
//! U+FFFD, so that a name cut in two by its source does not stop an event; and
//! nesting deeper than [`DEPTH_MAX`] is refused. It must not put a payload's
//! values into an error: those are shown to people.

mod access;
mod error;
mod escape;
mod key;
mod reader;
mod scan;
mod skip;
mod variant;

pub use error::Error;

use reader::Reader;
use serde::{Deserialize, Serialize};

/// How deep arrays and objects may be nested; each level takes stack.
pub const DEPTH_MAX: usize = 128;

/// The values of a JSON text, borrowed from it where `T` borrows: see
/// [`Text`](crate::Text).
///
/// `serde_json`'s `RawValue` is not understood; use `serde_json::from_str` for
/// a type that holds one.
///
/// ```
/// use hookmill_guest::json;
///
/// let pair: (u8, &str) = json::from_str(r#"[7, "seven"]"#)?;
/// assert_eq!(pair, (7, "seven"));
/// let error = json::from_str::<(u8, &str)>("[7]\n").unwrap_err();
/// assert!(error.to_string().ends_with("at line 1 column 2"), "{error}");
/// # Ok::<(), json::Error>(())
/// ```
///
/// # Errors
/// When the text is no JSON or does not have the shape of `T`; the error names
/// the place, never a value.
pub fn from_str<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Error> {
    let mut reader = Reader::new(text);
    let value = T::deserialize(&mut reader).and_then(|value| {
        reader.end()?;
        Ok(value)
    });
    value.map_err(|error| error.at(text, reader.position()))
}

/// The same for bytes, as a webhook's payload is.
///
/// # Errors
/// The same, and when they are not UTF-8.
pub fn from_slice<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Error> {
    let text = std::str::from_utf8(bytes);
    from_str(text.map_err(|error| Error::not_text(bytes, error.valid_up_to()))?)
}

/// The same as bytes, as a webhook's payload is.
///
/// # Errors
/// The same as those of [`to_string`].
pub fn to_vec(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    to_string(value).map(String::into_bytes)
}

/// The JSON text of a value.
///
/// # Errors
/// When the value can't be written as JSON, for instance a map whose keys are
/// no strings.
pub fn to_string(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(Error::from)
}

#[cfg(test)]
mod tests;

//! JSON to typed values and back: `serde_json`, with two decisions of our own.
//!
//! The half of a surrogate pair, which an escape can write and a string can't
//! hold, becomes U+FFFD, so that a name cut in two by its source does not stop
//! an event. And an error never quotes what stood in a payload: errors are
//! shown to people.

mod error;
mod surrogate;

pub use error::Error;

use serde::{Deserialize, Serialize};

/// The values of a JSON text, borrowed from it where `T` borrows: see
/// [`Text`](crate::Text).
///
/// ```
/// use hookmill_guest::json;
///
/// let pair: (u8, &str) = json::from_str(r#"[7, "seven"]"#)?;
/// assert_eq!(pair, (7, "seven"));
/// let error = json::from_str::<(u8, &str)>("[7]\n").unwrap_err();
/// assert!(error.to_string().ends_with("at line 1 column 3"), "{error}");
/// # Ok::<(), json::Error>(())
/// ```
///
/// # Errors
/// When the text is not JSON, nests what is wanted more than 127 levels deep or
/// does not have the shape of `T`; the error names the place, never a value.
pub fn from_str<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Error> {
    let mut text = text;
    loop {
        match serde_json::from_str(text) {
            Ok(value) => return Ok(value),
            Err(error) => match surrogate::mended(text) {
                // The values may borrow from it, and what a transform allocates
                // lives as long as the transform: for one event.
                Some(mended) => text = mended.leak(),
                None => return Err(Error::reading(&error)),
            },
        }
    }
}

/// Reads a value from JSON in bytes, as a webhook's payload is.
///
/// # Errors
/// Those of [`from_str`], and when the bytes are not UTF-8.
pub fn from_slice<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Error> {
    from_str(std::str::from_utf8(bytes).map_err(Error::not_text)?)
}

/// The JSON text of a value as bytes, as a webhook's payload is.
///
/// # Errors
/// Those of [`to_string`].
pub fn to_vec(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(Error::writing)
}

/// The JSON text of a value.
///
/// # Errors
/// When the value can't be written as JSON, for instance a map whose keys
/// are not strings.
pub fn to_string(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(Error::writing)
}

#[cfg(test)]
mod tests;

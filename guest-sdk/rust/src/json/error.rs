//! Why a text did not become a value.
//!
//! Says what was expected and where, never what stood there: a transform's
//! failures are shown to the endpoint's owner, and payloads hold personal data.

use serde::de::{Expected, Unexpected};
use std::fmt::{self, Display};

/// A text that is no JSON or has another shape, or a value that can't be
/// written.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    text: String,
}

impl Error {
    #[cold]
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
        }
    }

    /// Bytes that are not UTF-8 from a position on.
    #[cold]
    pub(super) fn not_text(bytes: &[u8], position: usize) -> Self {
        let text = std::str::from_utf8(bytes.get(..position).unwrap_or_default());
        Self::new("the text is not UTF-8").at(text.unwrap_or_default(), position)
    }

    /// The error, naming the place by line and column, both counted from 1, the
    /// column in bytes.
    #[cold]
    pub(super) fn at(mut self, text: &str, position: usize) -> Self {
        let before = text.as_bytes().get(..position).unwrap_or_default();
        let line_start = before.iter().rposition(|byte| *byte == b'\n');
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = position - line_start.map_or(0, |newline| newline + 1);
        self.text.push_str(" at line ");
        self.text.push_str(&line.to_string());
        self.text.push_str(" column ");
        self.text.push_str(&column.max(1).to_string());
        self
    }
}

impl Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, formatter)
    }
}

impl std::error::Error for Error {}

/// An error of writing; reading has none of `serde_json`'s.
impl From<serde_json::Error> for Error {
    #[cold]
    fn from(error: serde_json::Error) -> Self {
        Self {
            text: error.to_string(),
        }
    }
}

impl serde::de::Error for Error {
    #[cold]
    fn custom<T: Display>(message: T) -> Self {
        Self {
            text: message.to_string(),
        }
    }

    /// Names the kind of what stood there, not the value.
    #[cold]
    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!(
            "invalid type: {}, expected {expected}",
            kind(&found)
        ))
    }

    #[cold]
    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid value, expected {expected}"))
    }

    #[cold]
    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        let mut text = "unknown variant, expected one of ".to_owned();
        text.push_str(&expected.join(", "));
        Self { text }
    }
}

fn kind(found: &Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
        Unexpected::Float(_) => "a number with a fraction",
        Unexpected::Char(_) | Unexpected::Str(_) => "a string",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "an array",
        Unexpected::Map => "an object",
        _ => "another type",
    }
}

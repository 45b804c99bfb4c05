//! Why a text did not become a value.
//!
//! Says what was expected and where, never what stood there: a transform's
//! failures are shown to the endpoint's owner, and payloads hold personal data.

use std::fmt::{self, Display};
use std::str::Utf8Error;

/// How serde begins a sentence that quotes what stood in the text. What was
/// expected, the types' own words, ends it.
const QUOTING: [&str; 3] = ["invalid type: ", "invalid value: ", "unknown variant "];

/// A text that is not JSON or has another shape, or a value that can't be
/// written.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    text: String,
}

impl Error {
    #[cold]
    pub(super) fn reading(error: &serde_json::Error) -> Self {
        let text = error.to_string();
        Self {
            text: without_value(&text).unwrap_or(text),
        }
    }

    #[cold]
    pub(super) fn writing(error: serde_json::Error) -> Self {
        Self {
            text: error.to_string(),
        }
    }

    /// Bytes that are not UTF-8.
    #[cold]
    pub(super) fn not_text(error: Utf8Error) -> Self {
        Self {
            text: format!("the text is not UTF-8 after {} bytes", error.valid_up_to()),
        }
    }
}

/// The sentence with the kind of what stood there instead of its value. `None`
/// when it quotes nothing.
fn without_value(text: &str) -> Option<String> {
    let start = QUOTING.iter().find_map(|words| {
        let is_first = text.starts_with(words);
        is_first.then_some(words.len())
    })?;
    // The last one: what stood there may say the same.
    let end = text.rfind(", expected ").unwrap_or(text.len());
    let quoted = text.get(start..end)?;
    let kind = quoted.split(['"', '`']).next()?;
    Some([text[..start + kind.len()].trim_end(), &text[end..]].concat())
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

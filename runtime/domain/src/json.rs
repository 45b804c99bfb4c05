//! JSON that somebody else wrote: events, samples, variables, expectations,
//! orders to the HTTP routes. One reader, so that the relay and the command
//! line say the same of the same bytes.
//!
//! The rules: UTF-8; a byte-order mark before it is skipped (RFC 8259, section
//! 8.1); nested at most [`JSON_DEPTH_MAX`] deep. Nothing here goes deeper into
//! the stack for a deeper text: what is nested is kept as text (`RawValue`) or
//! skipped, never read into a tree.

use crate::caps::JSON_DEPTH_MAX;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::borrow::Cow;

/// The character that editors put first to say how a text is encoded.
const MARK: char = '\u{feff}';

/// A text is not JSON that can be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidJson {
    /// Not UTF-8; another encoding is named where it can be told.
    #[error("{0}")]
    Encoding(Cow<'static, str>),
    /// Nested too deep.
    #[error(
        "objects and lists stand in each other more than {depth_max} deep at line {line} column {column}"
    )]
    TooDeep {
        /// The most that there may be.
        depth_max: u32,
        /// Counted from 1.
        line: usize,
        /// In bytes, counted from 1.
        column: usize,
    },
    /// Not JSON, or not of the shape that is wanted.
    #[error(transparent)]
    Syntax(#[from] serde_json::Error),
}

/// The text without its byte-order mark.
#[must_use]
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix(MARK).unwrap_or(text)
}

/// The text of bytes that should be JSON, without a byte-order mark. Looks at
/// the encoding and the depth, and at nothing else.
///
/// # Errors
/// [`InvalidJson::Encoding`], [`InvalidJson::TooDeep`].
pub fn text(bytes: &[u8]) -> Result<&str, InvalidJson> {
    text_within(bytes, JSON_DEPTH_MAX)
}

/// The text of bytes that should be JSON, as [`text`] gives it, with another
/// limit of depth.
pub(crate) fn text_within(bytes: &[u8], depth_max: u32) -> Result<&str, InvalidJson> {
    let text =
        str::from_utf8(bytes).map_err(|error| InvalidJson::Encoding(encoding(bytes, error)))?;
    let text = without_mark(text);
    check_depth(text, depth_max)?;
    Ok(text)
}

/// Checks that bytes are one JSON value.
///
/// # Errors
/// [`InvalidJson`].
pub fn check(bytes: &[u8]) -> Result<&str, InvalidJson> {
    let text = text(bytes)?;
    serde_json::from_str::<IgnoredAny>(text)?;
    Ok(text)
}

/// Reads one JSON value, of a shape that is not deep itself: parts of any depth
/// have to be `RawValue` or ignored.
///
/// # Errors
/// [`InvalidJson`].
pub fn read<'t, T: Deserialize<'t>>(bytes: &'t [u8]) -> Result<T, InvalidJson> {
    read_text(text(bytes)?)
}

/// Reads one JSON value from a text that [`text`] gave.
pub(crate) fn read_text<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, InvalidJson> {
    Ok(serde_json::from_str(text)?)
}

fn encoding(bytes: &[u8], error: std::str::Utf8Error) -> Cow<'static, str> {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it is UTF-16: save it as UTF-8".into(),
        _ => format!("it is not UTF-8: {error}").into(),
    }
}

/// Counts brackets outside of texts: what is not JSON is left to the parser.
fn check_depth(text: &str, depth_max: u32) -> Result<(), InvalidJson> {
    // Most texts are too short to be too deep.
    if text.len() <= depth_max as usize {
        return Ok(());
    }
    let (mut depth, mut in_text, mut escaped) = (0_u32, false, false);
    for (at, byte) in text.bytes().enumerate() {
        if in_text {
            in_text = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' if depth == depth_max => {
                let before = &text[..at];
                return Err(InvalidJson::TooDeep {
                    depth_max,
                    line: before.matches('\n').count() + 1,
                    column: at - before.rfind('\n').map_or(0, |end| end + 1) + 1,
                });
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{check, read};
    use crate::caps::JSON_DEPTH_MAX;
    use std::collections::BTreeMap;

    fn nested(levels: u32) -> String {
        let levels = levels as usize;
        format!("{}1{}", "[".repeat(levels), "]".repeat(levels))
    }

    #[test]
    fn a_byte_order_mark_is_skipped_once() {
        assert_eq!(check("\u{feff}{}".as_bytes()).expect("JSON"), "{}");
        assert!(check("\u{feff}\u{feff}{}".as_bytes()).is_err());
        let read: BTreeMap<String, u8> = read("\u{feff}{\"a\":1}".as_bytes()).expect("JSON");
        assert_eq!(read["a"], 1);
    }

    #[test]
    fn the_depth_has_a_limit_that_texts_do_not_count_for() {
        let deepest = nested(JSON_DEPTH_MAX);
        assert!(check(deepest.as_bytes()).is_ok());
        let too_deep = format!("\n{}", nested(JSON_DEPTH_MAX + 1));
        let error = check(too_deep.as_bytes());
        let column = JSON_DEPTH_MAX + 1;
        assert_eq!(
            error.expect_err("too deep").to_string(),
            format!(
                "objects and lists stand in each other more than {JSON_DEPTH_MAX} deep at line 2 column {column}"
            )
        );
        let in_a_text = format!("\"\\\"{}\"", "[".repeat(JSON_DEPTH_MAX as usize + 1));
        assert!(check(in_a_text.as_bytes()).is_ok());
        let side_by_side = format!("[{}[]]", "[],".repeat(JSON_DEPTH_MAX as usize));
        assert!(check(side_by_side.as_bytes()).is_ok());
    }

    #[test]
    fn what_is_not_utf_8_is_named() {
        let utf_16: Vec<u8> = "\u{feff}{}"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let said = |bytes: &[u8]| check(bytes).expect_err("no JSON").to_string();
        assert_eq!(said(&utf_16), "it is UTF-16: save it as UTF-8");
        assert_eq!(
            said(b"{\"a\":\"\xff\"}"),
            "it is not UTF-8: invalid utf-8 sequence of 1 bytes from index 6"
        );
    }

    #[test]
    fn what_follows_a_value_is_refused() {
        assert!(check(b"{} {}").is_err());
        assert!(read::<BTreeMap<String, u8>>(b"{} {}").is_err());
    }
}

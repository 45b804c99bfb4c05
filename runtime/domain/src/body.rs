//! How a payload becomes a body: what fits which content type.
//!
//! One decision for all languages: JSON must be JSON, everything else is sent
//! as it is. Nothing is turned into something that its author did not mean: a
//! value that does not fit its content type is refused with what to write
//! instead. The JavaScript engine compiles this file into its standalone
//! components, too, so it must not use anything but `media_type` and the
//! language's own library.

use crate::media_type::{BYTES, FORM, is_form, is_json};

/// What a handler in JavaScript left in the payload's place.
#[derive(Clone, Copy, Debug)]
pub enum Shape<'a> {
    /// The event as it came, a JSON object.
    LeftAlone,
    /// What only JSON can hold, as JSON text.
    Json(&'a str),
    /// A text.
    Text,
    /// The text of a form's fields.
    Form,
    /// Bytes.
    Bytes,
}

/// How it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// As it is.
    Plain,
    /// As it is, once it was found to be JSON.
    CheckedJson,
    /// A text as JSON: in quotes.
    Quoted,
    /// As it is, with this content type, because nobody has set one.
    As(&'static str),
}

/// Decides for a handler in JavaScript. `own` is the content type that it set
/// itself, `endpoint` the one that holds without it; without either a body is
/// JSON.
///
/// # Errors
/// The value does not fit the content type: a sentence that says what would.
pub fn writing(
    shape: Shape<'_>,
    own: Option<&str>,
    endpoint: Option<&str>,
) -> Result<Writing, String> {
    let content_type = own.or(endpoint);
    let other = content_type.filter(|it| !is_json(it));
    match (shape, content_type) {
        // What an endpoint says of its events is its owner's choice, as it is
        // without a transform. A handler that says so must do so.
        (Shape::LeftAlone, _) => match own.filter(|it| !is_json(it)) {
            Some(own) => Err(misfit("was left alone: it is an object", own)),
            None => Ok(Writing::Plain),
        },
        (Shape::Json(text), _) => match other {
            Some(other) => Err(misfit(&format!("is {}", kind(text)), other)),
            None => Ok(Writing::Plain),
        },
        (Shape::Text, _) if other.is_none() => Ok(Writing::Quoted),
        (Shape::Form, None) => Ok(Writing::As(FORM)),
        (Shape::Form, Some(json)) if other.is_none() => Err(format!(
            "`payload` is a URLSearchParams, but the content type is {:?}. Leave the content type \
             out, and the form's own is sent; or set `payload` to an object, such as \
             `Object.fromEntries(webhook.payload)`.",
            shown(json)
        )),
        (Shape::Bytes, None) => Ok(Writing::As(BYTES)),
        (Shape::Bytes, Some(_)) if other.is_none() => Ok(Writing::CheckedJson),
        (Shape::Text | Shape::Form | Shape::Bytes, _) => Ok(Writing::Plain),
    }
}

/// Decides for a component, which returns bytes: whether they must be JSON.
#[must_use]
pub fn must_be_json(own: Option<&str>, endpoint: Option<&str>) -> bool {
    own.or(endpoint).is_none_or(is_json)
}

/// A value that only JSON can hold, under another content type.
fn misfit(what: &str, content_type: &str) -> String {
    let instead = if what.ends_with(HALF) {
        "`webhook.payload.toWellFormed()`"
    } else if what.ends_with(TEXT) {
        "`String(webhook.payload)`"
    } else if is_form(content_type) {
        "`new URLSearchParams(webhook.payload)`, or to a text"
    } else {
        "a text, such as `JSON.stringify(webhook.payload)`, or to bytes"
    };
    format!(
        "`payload` {what}, but the content type is {:?}, which is not JSON. Set it to {instead}.",
        shown(content_type)
    )
}

const HALF: &str = "a text with half of a character (a lone surrogate)";
const TEXT: &str = "an object whose JSON is a text";

/// What a JSON text is, as a message says it.
fn kind(json: &str) -> &'static str {
    match json.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') if json.contains("\\ud") => HALF,
        Some(b'"') => TEXT,
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

fn shown(content_type: &str) -> String {
    content_type.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "text/plain";
    const URLENCODED: &str = "application/x-www-form-urlencoded";
    const PROBLEM: &str = "application/problem+json";

    #[test]
    fn a_payload_is_sent_as_its_content_type_wants_it() {
        use Shape::{Bytes, Form, Json, LeftAlone, Text};
        use Writing::{As, CheckedJson, Plain, Quoted};
        for (shape, own, endpoint, expected) in [
            (LeftAlone, None, None, Plain),
            (LeftAlone, Some(PROBLEM), None, Plain),
            (LeftAlone, None, Some(PLAIN), Plain),
            (Json("{}"), None, None, Plain),
            (Json("1"), Some(PROBLEM), Some(PLAIN), Plain),
            (Text, None, None, Quoted),
            (Text, Some(PROBLEM), None, Quoted),
            (Text, Some(PROBLEM), Some(PLAIN), Quoted),
            (Text, Some(PLAIN), None, Plain),
            (Text, None, Some(URLENCODED), Plain),
            (Form, None, None, As(FORM)),
            (Form, Some(URLENCODED), None, Plain),
            (Form, None, Some(URLENCODED), Plain),
            (Form, Some(PLAIN), Some(PROBLEM), Plain),
            (Bytes, None, None, As(BYTES)),
            (Bytes, Some(PROBLEM), None, CheckedJson),
            (Bytes, Some("image/png"), None, Plain),
        ] {
            let found = writing(shape, own, endpoint);
            assert_eq!(found, Ok(expected), "{shape:?} {own:?} {endpoint:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_would() {
        use Shape::{Form, Json, LeftAlone};
        for (shape, own, endpoint, expected) in [
            (
                LeftAlone,
                Some(URLENCODED),
                None,
                "left alone: it is an object, but the content type is \
                 \"application/x-www-form-urlencoded\", which is not JSON. Set it to \
                 `new URLSearchParams(webhook.payload)`",
            ),
            (Json("{}"), None, Some(URLENCODED), "is an object, but"),
            (
                Json("[]"),
                Some(PLAIN),
                None,
                "`JSON.stringify(webhook.payload)`",
            ),
            (Json("-1"), Some(PLAIN), None, "is a number"),
            (Json("false"), Some(PLAIN), None, "is a boolean"),
            (Json("null"), Some(PLAIN), None, "is null"),
            (Json(r#""\ud800""#), Some(PLAIN), None, "toWellFormed()"),
            (
                Json(r#""2026""#),
                Some(PLAIN),
                None,
                "`String(webhook.payload)`",
            ),
            (
                Form,
                Some("application/json"),
                None,
                "is a URLSearchParams, but",
            ),
            (Form, None, Some(PROBLEM), "Leave the content type out"),
        ] {
            let error = writing(shape, own, endpoint).expect_err(expected);
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn a_components_bytes_must_be_json_unless_somebody_says_otherwise() {
        assert!(must_be_json(None, None));
        assert!(must_be_json(Some(PROBLEM), Some(PLAIN)));
        assert!(!must_be_json(Some(PLAIN), None));
        assert!(!must_be_json(None, Some(PLAIN)));
    }
}

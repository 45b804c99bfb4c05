//! Event types: which texts can be one, and how it is read from a body.

use crate::caps::{EVENT_DEPTH_MAX, EVENT_TYPE_BYTES_MAX};
use crate::json::{self, InvalidJson};
use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;

/// A text can't be an event type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an event type has at most {EVENT_TYPE_BYTES_MAX} visible ASCII characters, such as `payment.succeeded`"
)]
pub struct BadEventType;

/// Checks a text that is to be an event type. The empty one is that of events
/// without a type.
///
/// # Errors
/// [`BadEventType`]: it is too long, or has characters that are not visible
/// ASCII.
pub fn check_event_type(text: &str) -> Result<(), BadEventType> {
    let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_visible && text.len() <= EVENT_TYPE_BYTES_MAX {
        Ok(())
    } else {
        Err(BadEventType)
    }
}

/// A body is not an event that can be accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MalformedEvent {
    /// The body is not one JSON object.
    #[error("the body must be one JSON object in UTF-8: {0}")]
    NotAnObject(String),
    /// The event type can't be used.
    #[error(
        "the body's `type` must be a text of at most {EVENT_TYPE_BYTES_MAX} visible ASCII characters, such as `payment.succeeded`{found}"
    )]
    BadType {
        /// `: it is a number`, or nothing.
        found: &'static str,
    },
    /// Readers of JSON disagree about which of two counts.
    #[error("the body has `type` twice: which of them counts can't be told")]
    TypeTwice,
}

/// What a body says of itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Envelope<'b> {
    /// The body without a byte-order mark.
    pub(crate) text: &'b str,
    /// Empty when there is no `type`, or a null one.
    pub(crate) event_type: String,
}

/// Reads the envelope of a body: one JSON object, of which `type` alone is
/// looked at. Absent, null and empty are the same: an event without a type.
pub(crate) fn read_envelope(body: &[u8]) -> Result<Envelope<'_>, MalformedEvent> {
    let not_an_object = |error: InvalidJson| MalformedEvent::NotAnObject(error.to_string());
    let text = json::text_within(body, EVENT_DEPTH_MAX).map_err(not_an_object)?;
    let found: Types = json::read_text(text).map_err(not_an_object)?;
    let event_type = match found {
        Types::None | Types::One(Type::Null) => String::new(),
        Types::One(Type::Text(text)) if check_event_type(&text).is_ok() => text,
        Types::One(Type::Text(_)) => return Err(MalformedEvent::BadType { found: "" }),
        Types::One(Type::Other(found)) => return Err(MalformedEvent::BadType { found }),
        Types::Many => return Err(MalformedEvent::TypeTwice),
    };
    Ok(Envelope { text, event_type })
}

/// The values of an object's `type`.
enum Types {
    None,
    One(Type),
    Many,
}

enum Type {
    Null,
    Text(String),
    /// Says what it is instead.
    Other(&'static str),
}

impl<'de> Deserialize<'de> for Types {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(TypesVisitor)
    }
}

struct TypesVisitor;

impl<'de> Visitor<'de> for TypesVisitor {
    type Value = Types;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Types, A::Error> {
        let mut types = Types::None;
        while let Some(key) = map.next_key::<Key>()? {
            if key == Key::Other {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = map.next_value()?;
            types = match types {
                Types::None => Types::One(value),
                _ => Types::Many,
            };
        }
        Ok(types)
    }
}

/// A key of the object; only one of them matters.
#[derive(PartialEq, Eq)]
enum Key {
    Type,
    Other,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E: de::Error>(self, key: &str) -> Result<Key, E> {
                Ok(if key == "type" { Key::Type } else { Key::Other })
            }
        }
        from.deserialize_str(KeyVisitor)
    }
}

impl<'de> Deserialize<'de> for Type {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TypeVisitor)
    }
}

struct TypeVisitor;

impl<'de> Visitor<'de> for TypeVisitor {
    type Value = Type;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Type, E> {
        Ok(Type::Text(text.to_owned()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Type, E> {
        Ok(Type::Null)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Type, E> {
        Ok(Type::Other(", not true or false"))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Type, E> {
        Ok(Type::Other(", not a number"))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Type, E> {
        Ok(Type::Other(", not a number"))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Type, E> {
        Ok(Type::Other(", not a number"))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Type, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Type::Other(", not a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Type, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Type::Other(", not an object"))
    }
}

#[cfg(test)]
mod tests {
    use super::{MalformedEvent, read_envelope};

    fn event_type(body: &[u8]) -> Result<String, MalformedEvent> {
        read_envelope(body).map(|it| it.event_type)
    }

    #[test]
    fn absent_null_and_empty_are_an_event_without_a_type() {
        for body in ["{}", r#"{"type":null}"#, r#"{"type":""}"#, "\u{feff} {} \n"] {
            assert_eq!(event_type(body.as_bytes()).as_deref(), Ok(""), "{body}");
        }
        let escaped = br#"{"a":{"type":1},"\u0074ype":"pay\u006dent.succeeded"}"#;
        assert_eq!(event_type(escaped).as_deref(), Ok("payment.succeeded"));
    }

    #[test]
    fn odd_types_are_refused_by_what_they_are() {
        let long = format!(r#"{{"type":"{}"}}"#, "a".repeat(257));
        for (body, end) in [
            (r#"{"type":1}"#, "`payment.succeeded`, not a number"),
            (r#"{"type":-1}"#, "not a number"),
            (r#"{"type":1.5}"#, "not a number"),
            (r#"{"type":true}"#, "not true or false"),
            (r#"{"type":["a"]}"#, "not a list"),
            (r#"{"type":{"type":"a"}}"#, "not an object"),
            (r#"{"type":"a b"}"#, "such as `payment.succeeded`"),
            ("{\"type\":\"caf\u{e9}\"}", "such as `payment.succeeded`"),
            (&long, "such as `payment.succeeded`"),
        ] {
            let error = event_type(body.as_bytes()).expect_err(body);
            assert!(matches!(error, MalformedEvent::BadType { .. }), "{error}");
            assert!(error.to_string().ends_with(end), "{body}: {error}");
        }
        for body in [
            r#"{"type":"a","type":"a"}"#,
            r#"{"type":1,"\u0074ype":null}"#,
        ] {
            assert_eq!(event_type(body.as_bytes()), Err(MalformedEvent::TypeTwice));
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for body in [
            "",
            " ",
            "[]",
            "[1]",
            "\"a\"",
            "null",
            "7",
            "{",
            "{} {}",
            "{}x",
            "{'a':1}",
            "{\"a\":1,}",
            "\u{c}{}",
            "\u{a0}{}",
        ] {
            let error = event_type(body.as_bytes()).expect_err(body);
            assert!(matches!(error, MalformedEvent::NotAnObject(_)), "{error}");
        }
    }
}

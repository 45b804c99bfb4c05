//! Text that is borrowed from a payload where it can be.
//!
//! A `&str` can't hold what JSON writes with an escape, and serde makes a
//! `Cow` inside an `Option` own its text always. This type borrows whenever the
//! text has no escapes, wherever it stands.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// Text of a payload. In a struct that derives `Deserialize`, mark the field
/// with `#[serde(borrow)]`.
///
/// ```
/// use hookmill_guest::{Text, json};
///
/// #[derive(serde::Deserialize)]
/// struct Customer<'a> {
///     #[serde(borrow)]
///     name: Text<'a>,
///     #[serde(borrow)]
///     phone: Option<Text<'a>>,
/// }
///
/// let customer: Customer = json::from_str(r#"{"name":"Zo\u00eb"}"#)?;
/// assert_eq!(&*customer.name, "Zoë");
/// assert!(customer.phone.is_none());
/// # Ok::<(), json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text<'a>(Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        self
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self)
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test's panic is its failure")]

    use super::*;
    use crate::json;

    fn parse(json: &str) -> Vec<Option<Text<'_>>> {
        json::from_str(json).unwrap()
    }

    #[test]
    fn text_without_escapes_is_borrowed_even_when_optional() {
        let json = r#"["plain", "שלום 👩‍🚀"]"#;
        for text in parse(json) {
            assert!(matches!(text.unwrap().0, Cow::Borrowed(_)));
        }
    }

    #[test]
    fn text_with_escapes_is_unescaped() {
        let texts = parse(r#"["a\"b\\\n\ud83d\ude80", null]"#);
        assert_eq!(texts[0].as_deref(), Some("a\"b\\\n🚀"));
        assert_eq!(texts[1], None);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(json::from_str::<Text>("12").is_err());
        assert!(json::from_str::<Text>("null").is_err());
    }
}

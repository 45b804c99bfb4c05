//! One value of the file, with its position and its full key: typed access that
//! reports what does not fit.
//!
//! A wrong value may be a secret in the wrong key, so messages say a
//! value's type, and show the value itself only where it is a number or the
//! text failed to parse as something that is not a secret.

use super::document::Document;
use hookmill_domain::destination_url::DestinationUrl;
use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;
use toml::Spanned;
use toml::de::DeValue;

/// A value.
#[derive(Clone)]
pub(super) struct Value<'t> {
    pub(super) document: &'t Document<'t>,
    pub(super) key: String,
    pub(super) span: Range<usize>,
    pub(super) value: &'t DeValue<'t>,
}

impl<'t> Value<'t> {
    pub(super) fn new(
        document: &'t Document<'t>,
        key: String,
        value: &'t Spanned<DeValue<'t>>,
    ) -> Self {
        Self {
            document,
            key,
            span: value.span(),
            value: value.get_ref(),
        }
    }

    /// Records a problem at this value.
    pub(super) fn report(&self, message: impl Display) {
        self.document
            .report(&self.span, &self.key, message.to_string());
    }

    /// Records that the file which this value names can't be used.
    pub(super) fn report_unusable(&self, message: impl Display) {
        self.document
            .report_unusable(&self.span, &self.key, message.to_string());
    }

    /// Whether it is a table, inline or not.
    pub(super) fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    /// A text that is not empty.
    pub(super) fn text(&self) -> Option<&'t str> {
        match self.value {
            DeValue::String(text) if text.is_empty() => {
                self.report("must not be empty");
                None
            }
            DeValue::String(text) => Some(text),
            _ => self.wrong_type("a text in quotes"),
        }
    }

    /// A text, which may be empty.
    pub(super) fn text_or_empty(&self) -> Option<&'t str> {
        match self.value {
            DeValue::String(text) => Some(text),
            _ => self.wrong_type("a text in quotes"),
        }
    }

    /// A text that parses. The parser's error must say what was expected.
    pub(super) fn parse<T: FromStr<Err: Display>>(&self) -> Option<T> {
        let parsed = self.text()?.parse::<T>();
        parsed.map_err(|error| self.report(error)).ok()
    }

    /// An absolute `http` or `https` URL.
    pub(super) fn url(&self) -> Option<DestinationUrl> {
        self.url_of(self.text()?)
    }

    /// An absolute `http` or `https` URL in a text that the value refers to.
    pub(super) fn url_of(&self, text: &str) -> Option<DestinationUrl> {
        let parsed = text.parse::<DestinationUrl>();
        // The URL itself may hold a password: the position says enough.
        parsed
            .map_err(|error| self.report(format_args!("is {}", error.problem)))
            .ok()
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(value) => Some(*value),
            _ => self.wrong_type("true or false"),
        }
    }

    /// A whole number within the range.
    pub(super) fn integer(&self, range: RangeInclusive<u64>) -> Option<u64> {
        let DeValue::Integer(integer) = self.value else {
            return self.wrong_type("a whole number");
        };
        let found = i128::from_str_radix(integer.as_str(), integer.radix());
        let number = found.ok().and_then(|found| u64::try_from(found).ok());
        let fitting = number.filter(|number| range.contains(number));
        if fitting.is_none() {
            let (min, max) = range.into_inner();
            self.report(format_args!("must be {min} to {max}, not {integer}"));
        }
        fitting
    }

    /// A number from 0 to 1, in thousandths.
    pub(super) fn permille(&self) -> Option<u32> {
        let text = match self.value {
            DeValue::Integer(integer) => integer.as_str(),
            DeValue::Float(float) => float.as_str(),
            _ => return self.wrong_type("a number from 0 to 1"),
        };
        let number = text.parse::<f64>().ok();
        let fitting = number.filter(|number| (0.0..=1.0).contains(number));
        if fitting.is_none() {
            self.report(format_args!("must be 0 to 1, not {text}"));
        }
        // In range, so the cast loses only what is finer than a thousandth.
        fitting.map(|number| (number * 1_000.0).round() as u32)
    }

    /// A list; its elements have the keys `key[0]`, `key[1]`, ...
    pub(super) fn list(&self) -> Option<Vec<Value<'t>>> {
        let DeValue::Array(array) = self.value else {
            return self.wrong_type("a list in [ ]");
        };
        let element =
            |(index, value)| Value::new(self.document, format!("{}[{index}]", self.key), value);
        Some(array.iter().enumerate().map(element).collect())
    }

    /// A list with at least one element.
    pub(super) fn list_not_empty(&self, hint: &str) -> Option<Vec<Value<'t>>> {
        let list = self.list()?;
        if list.is_empty() {
            self.report(format_args!("must not be empty: {hint}"));
            return None;
        }
        Some(list)
    }

    /// Reports that the value is of another type.
    pub(super) fn wrong_type<T>(&self, expected: &str) -> Option<T> {
        let found = match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "a true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.report(format_args!("must be {expected}, not {found}"));
        None
    }
}

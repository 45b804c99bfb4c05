//! `Intl.PluralRules`: which form of a word goes with a number.

use crate::decimal::Decimal;
use crate::number::{Digits, Resolved};
use crate::options::{Failure, Options, matcher, one_of};

const OWNER: &str = "Intl.PluralRules";

/// Rules for counting, or for places in a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PluralRules {
    ordinal: bool,
    digits: Digits,
}

impl PluralRules {
    /// Reads the options.
    ///
    /// # Errors
    /// A value that an option does not have.
    pub fn new(options: &mut impl Options) -> Result<Self, Failure> {
        matcher(options, OWNER)?;
        let ordinal = one_of(options, OWNER, "type", &["cardinal", "ordinal"])? == Some(1);
        let digits = Digits::new(options, OWNER, 0, 3, false)?;
        Ok(Self { ordinal, digits })
    }

    /// The form for a number.
    #[must_use]
    pub fn select(&self, mut number: Decimal) -> &'static str {
        if !number.is_finite() {
            return "other";
        }
        let part_min = self.digits.round(&mut number);
        let (whole, part) = number.written(1, part_min);
        if !self.ordinal {
            return if whole == "1" && part.is_empty() {
                "one"
            } else {
                "other"
            };
        }
        if part.bytes().any(|byte| byte != b'0') {
            return "other";
        }
        let tens = whole.len() > 1 && whole.as_bytes()[whole.len() - 2] == b'1';
        match whole.as_bytes().last() {
            _ if tens => "other",
            Some(b'1') => "one",
            Some(b'2') => "two",
            Some(b'3') => "few",
            _ => "other",
        }
    }

    /// The form for a range.
    ///
    /// # Errors
    /// An end that is not a number.
    pub fn select_range(&self, start: &Decimal, end: &Decimal) -> Result<&'static str, Failure> {
        for (name, number) in [("startRange", start), ("endRange", end)] {
            if number.is_nan() {
                return Err(Failure::range(format!("Invalid {name} : NaN")));
            }
        }
        Ok("other")
    }

    /// What `resolvedOptions` tells, without the locale.
    #[must_use]
    pub fn resolved(&self) -> Vec<(&'static str, Resolved)> {
        let kind = if self.ordinal { "ordinal" } else { "cardinal" };
        let mut list = vec![("type", kind.into())];
        self.digits.tell_counts(&mut list);
        let forms = match self.ordinal {
            true => vec!["few", "one", "two", "other"],
            false => vec!["one", "other"],
        };
        list.push(("pluralCategories", Resolved::List(forms)));
        list
    }
}

//! What `resolvedOptions` tells of a number format.

use super::digits::ROUNDINGS;
use super::{
    CurrencyDisplay, Digits, Grouping, Notation, NumberFormat, Priority, Sign, Style, UNIT_WIDTHS,
};

/// A value that `resolvedOptions` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// A text.
    Text(String),
    /// A whole number.
    Number(u16),
    /// True or false.
    Flag(bool),
    /// A list of texts.
    List(Vec<&'static str>),
}

impl From<&str> for Resolved {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u16> for Resolved {
    fn from(number: u16) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Resolved {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

type List = Vec<(&'static str, Resolved)>;

impl NumberFormat {
    /// The names and values, without the locale.
    #[must_use]
    pub fn resolved(&self) -> List {
        let mut list: List = vec![("numberingSystem", "latn".into())];
        match &self.style {
            Style::Decimal => list.push(("style", "decimal".into())),
            Style::Percent => list.push(("style", "percent".into())),
            Style::Currency(currency) => {
                list.push(("style", "currency".into()));
                list.push(("currency", currency.code.as_str().into()));
                let display = match currency.display {
                    CurrencyDisplay::Code => "code",
                    CurrencyDisplay::Symbol => "symbol",
                    CurrencyDisplay::NarrowSymbol => "narrowSymbol",
                    CurrencyDisplay::Name => "name",
                };
                list.push(("currencyDisplay", display.into()));
                let sign = if currency.accounting {
                    "accounting"
                } else {
                    "standard"
                };
                list.push(("currencySign", sign.into()));
            }
            Style::Unit(unit) => {
                list.push(("style", "unit".into()));
                list.push(("unit", unit.name.as_str().into()));
                list.push(("unitDisplay", UNIT_WIDTHS[unit.width].into()));
            }
        }
        self.digits.tell_counts(&mut list);
        let grouping = match self.grouping {
            Grouping::Auto => "auto".into(),
            Grouping::Always => "always".into(),
            Grouping::Min2 => "min2".into(),
            Grouping::Never => false.into(),
        };
        list.push(("useGrouping", grouping));
        let (notation, display) = match self.notation {
            Notation::Standard => ("standard", None),
            Notation::Scientific => ("scientific", None),
            Notation::Engineering => ("engineering", None),
            Notation::CompactShort => ("compact", Some("short")),
            Notation::CompactLong => ("compact", Some("long")),
        };
        list.push(("notation", notation.into()));
        if let Some(display) = display {
            list.push(("compactDisplay", display.into()));
        }
        let sign = match self.sign {
            Sign::Auto => "auto",
            Sign::Always => "always",
            Sign::Never => "never",
            Sign::ExceptZero => "exceptZero",
            Sign::Negative => "negative",
        };
        list.push(("signDisplay", sign.into()));
        self.digits.tell_rounding(&mut list);
        list
    }
}

impl Digits {
    pub(crate) fn tell_counts(&self, list: &mut List) {
        list.push(("minimumIntegerDigits", self.whole_min.into()));
        if let Some((few, many)) = self.significant {
            list.push(("minimumSignificantDigits", few.into()));
            list.push(("maximumSignificantDigits", many.into()));
        }
        if let Some((low, high)) = self.fraction {
            list.push(("minimumFractionDigits", low.into()));
            list.push(("maximumFractionDigits", high.into()));
        }
    }

    pub(crate) fn tell_rounding(&self, list: &mut List) {
        list.push(("roundingMode", ROUNDINGS[self.rounding as usize].into()));
        list.push(("roundingIncrement", self.increment.into()));
        let strip = if self.strip { "stripIfInteger" } else { "auto" };
        list.push(("trailingZeroDisplay", strip.into()));
        let priority = match self.priority {
            Priority::Auto => "auto",
            Priority::More => "morePrecision",
            Priority::Less => "lessPrecision",
        };
        list.push(("roundingPriority", priority.into()));
    }
}

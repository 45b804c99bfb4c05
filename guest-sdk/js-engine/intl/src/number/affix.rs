//! What surrounds a number's digits: signs, currencies, units, powers in words.

use core::cmp::Ordering;

use super::format::Rounded;
use super::{Currency, CurrencyDisplay, NumberFormat, Style, Unit};
use crate::parts::{Parts, Source};
use crate::tables::{self, Section};

/// The surroundings of one number, from the inside to the outside: what a
/// range may share it shares by these layers.
#[derive(PartialEq, Eq)]
pub(super) struct Affixes {
    /// Whether the number and the next one are so near that they look alike.
    pub(super) approximate: bool,
    sign: Ordering,
    /// Negative amounts are in parentheses.
    accounting: bool,
    /// The currency's symbol or code.
    symbol: String,
    /// A blank between the symbol and the digits.
    spaced: bool,
    /// The kind of part that a percent sign next to the digits is.
    percent: Option<&'static str>,
    compact: &'static str,
    /// The currency's name or the unit, behind everything; `{0}` is the rest.
    name: Option<(&'static str, String)>,
}

impl NumberFormat {
    pub(super) fn has_currency_sign(&self) -> bool {
        matches!(&self.style, Style::Currency(currency) if currency.display != CurrencyDisplay::Name)
    }
}

impl Affixes {
    pub(super) fn new(format: &NumberFormat, rounded: &Rounded) -> Self {
        Self::with_form(format, rounded, is_one(rounded))
    }

    /// For a range's end: ranges are in the plural.
    pub(super) fn of_range(format: &NumberFormat, rounded: &Rounded) -> Self {
        Self::with_form(format, rounded, false)
    }

    fn with_form(format: &NumberFormat, rounded: &Rounded, one: bool) -> Self {
        let number = &rounded.number;
        let mut affixes = Self {
            approximate: false,
            sign: format.sign_of(number),
            accounting: false,
            symbol: String::new(),
            spaced: false,
            percent: None,
            compact: format.compact(rounded),
            name: None,
        };
        match &format.style {
            Style::Currency(currency) if currency.display == CurrencyDisplay::Name => {
                let text = format!("{{0}} {}", currency_name(&currency.code, one));
                affixes.name = Some(("currency", text));
            }
            Style::Currency(currency) => {
                // ICU has no parentheses for patterns with a power of ten.
                affixes.accounting = currency.accounting && affixes.compact.is_empty();
                affixes.symbol = symbol(currency);
                let lettered = |c: char| c.is_alphabetic() || c == '.';
                affixes.spaced = number.is_finite() && affixes.symbol.ends_with(lettered);
            }
            // ICU takes the sign for a unit where powers are in letters.
            Style::Percent if format.notation.is_compact() => {
                affixes.name = Some(("unit", "{0}%".to_owned()));
            }
            Style::Percent => affixes.percent = Some("percentSign"),
            Style::Unit(unit)
                if unit.name == "percent" && unit.width > 0 && !format.notation.is_compact() =>
            {
                affixes.percent = Some("unit");
            }
            Style::Unit(unit) => {
                affixes.name = Some(("unit", unit_pattern(unit, one)));
            }
            Style::Decimal => {}
        }
        affixes
    }

    /// Whether a range has this layer once: signs, symbols and powers, when
    /// they are the same and more than one character.
    pub(super) fn shares_middle(&self, other: &Self) -> bool {
        let same = self.sign == other.sign && self.compact == other.compact;
        let mut size = self.symbol.chars().count() + self.compact.chars().count();
        size += usize::from(self.spaced) + usize::from(self.percent.is_some());
        size += match self.sign {
            Ordering::Equal => 0,
            Ordering::Less if self.accounting => 2,
            _ => 1,
        };
        same && size > 1
    }

    /// Whether there is anything in that layer.
    pub(super) fn has_middle(&self) -> bool {
        self.sign != Ordering::Equal
            || self.percent.is_some()
            || !self.symbol.is_empty()
            || !self.compact.is_empty()
    }

    /// What stands in front of the digits.
    pub(super) fn open(&self, parts: &mut Parts, source: Source) {
        if self.accounting && self.sign == Ordering::Less {
            // ICU has no place for "~" here.
            parts.push_from("literal", "(", source);
        } else {
            if self.approximate {
                parts.push_from("approximatelySign", "~", source);
            }
            match self.sign {
                Ordering::Less => parts.push_from("minusSign", "-", source),
                Ordering::Greater => parts.push_from("plusSign", "+", source),
                Ordering::Equal => {}
            }
        }
        parts.push_from("currency", self.symbol.as_str(), source);
        if self.spaced {
            parts.push_from("literal", "\u{a0}", source);
        }
    }

    /// What stands behind them.
    pub(super) fn close(&self, parts: &mut Parts, source: Source) {
        match self.compact.strip_prefix(' ') {
            Some(word) => {
                parts.push_from("literal", " ", source);
                parts.push_from("compact", word, source);
            }
            None => parts.push_from("compact", self.compact, source),
        }
        if let Some(kind) = self.percent {
            parts.push_from(kind, "%", source);
        }
        if self.accounting && self.sign == Ordering::Less {
            parts.push_from("literal", ")", source);
        }
    }

    /// The name or unit around all that.
    pub(super) fn name(&self, parts: &mut Parts) {
        let Some((kind, pattern)) = &self.name else {
            return;
        };
        let (before, after) = pattern.split_once("{0}").unwrap_or(("", pattern));
        let mut whole = Parts::default();
        whole.push_framed(kind, before);
        whole.0.append(&mut parts.0);
        whole.push_framed(kind, after);
        *parts = whole;
    }
}

/// Whether words are in the singular: for exactly "1".
fn is_one(rounded: &Rounded) -> bool {
    rounded.exponent == 0 && rounded.number.is_finite() && rounded.written_plainly() == "1"
}

fn symbol(currency: &Currency) -> String {
    let row = tables::row(Section::Currencies, &currency.code);
    let found = match currency.display {
        CurrencyDisplay::Symbol => row.map(|row| row.field(1)),
        CurrencyDisplay::NarrowSymbol => row.map(|row| row.field(2)),
        CurrencyDisplay::Code | CurrencyDisplay::Name => None,
    };
    found.unwrap_or(&currency.code).to_owned()
}

fn currency_name(code: &str, one: bool) -> String {
    let row = tables::row(Section::Currencies, code);
    let name = row.map(|row| row.field(if one { 3 } else { 4 }));
    name.unwrap_or(code).to_owned()
}

fn unit_pattern(unit: &Unit, one: bool) -> String {
    let place = unit.width * 2 + usize::from(!one);
    if let Some(row) = tables::row(Section::Units, &unit.name) {
        return row.field(place).to_owned();
    }
    let (above, below) = unit.name.split_once("-per-").unwrap_or((&unit.name, ""));
    let above = tables::row(Section::Units, above);
    let below = tables::row(Section::Units, below);
    let above = above.map_or("{0}", |row| row.field(place));
    let below = below.map_or("", |row| row.field(6 + place));
    format!("{above}{below}")
}

//! Writing one number.

use super::affix::Affixes;
use super::{Grouping, Notation, NumberFormat, Sign, Style};
use crate::decimal::Decimal;
use crate::parts::{Parts, Source};

/// A number, rounded and taken apart, before its surroundings.
pub(super) struct Rounded {
    pub(super) number: Decimal,
    /// The power of ten that is written apart.
    pub(super) exponent: i32,
    part_min: usize,
}

impl Rounded {
    /// The digits as they are shown, without signs and groups.
    pub(super) fn written_plainly(&self) -> String {
        let (whole, part) = self.number.written(1, self.part_min);
        match part.is_empty() {
            true => whole,
            false => format!("{whole}.{part}"),
        }
    }
}

const SHORT: [&str; 5] = ["", "K", "M", "B", "T"];
const LONG: [&str; 5] = ["", " thousand", " million", " billion", " trillion"];

impl NumberFormat {
    /// The number's text.
    #[must_use]
    pub fn format(&self, number: Decimal) -> String {
        self.format_to_parts(number).join()
    }

    /// The number's text in parts.
    #[must_use]
    pub fn format_to_parts(&self, number: Decimal) -> Parts {
        let rounded = self.rounded(number);
        let mut parts = Parts::default();
        let affixes = Affixes::new(self, &rounded);
        affixes.open(&mut parts, Source::Shared);
        self.push_number(&mut parts, &rounded, Source::Shared);
        affixes.close(&mut parts, Source::Shared);
        affixes.name(&mut parts);
        parts
    }

    /// Rounds a number as it is shown.
    pub(super) fn rounded(&self, mut number: Decimal) -> Rounded {
        if self.style == Style::Percent {
            number.shift(2);
        }
        if !number.is_finite() {
            return Rounded {
                number,
                exponent: 0,
                part_min: 0,
            };
        }
        let mut exponent = self.exponent_at(number.magnitude(), number.is_zero());
        let mut shown = number.clone();
        shown.shift(-exponent);
        let magnitude = shown.magnitude();
        let mut part_min = self.digits.round(&mut shown);
        if !shown.is_zero() && shown.magnitude() != magnitude {
            // Rounding has brought another digit: perhaps another power.
            let other = self.exponent_at(number.magnitude() + 1, false);
            if other != exponent {
                exponent = other;
                shown = number;
                shown.shift(-exponent);
                part_min = self.digits.round(&mut shown);
            }
        }
        if self.digits.strip && shown.written(1, 0).1.is_empty() {
            part_min = 0;
        }
        Rounded {
            number: shown,
            exponent,
            part_min,
        }
    }

    fn exponent_at(&self, magnitude: i32, zero: bool) -> i32 {
        match self.notation {
            Notation::Standard => 0,
            _ if zero => 0,
            Notation::Scientific => magnitude,
            Notation::Engineering => magnitude.div_euclid(3) * 3,
            _ => (magnitude / 3 * 3).clamp(0, 12),
        }
    }

    /// The digits, and what belongs to them: powers of ten.
    pub(super) fn push_number(&self, parts: &mut Parts, rounded: &Rounded, source: Source) {
        let number = &rounded.number;
        if number.is_nan() {
            parts.push_from("nan", "NaN", source);
            return;
        }
        if number.is_infinite() {
            parts.push_from("infinity", "∞", source);
            self.push_exponent(parts, rounded, source);
            return;
        }
        let whole_min = usize::from(self.digits.whole_min);
        let (whole, part) = number.written(whole_min, rounded.part_min);
        self.push_whole(parts, &whole, source);
        if !part.is_empty() {
            parts.push_from("decimal", ".", source);
            parts.push_from("fraction", part, source);
        }
        self.push_exponent(parts, rounded, source);
    }

    fn push_exponent(&self, parts: &mut Parts, rounded: &Rounded, source: Source) {
        if !rounded.number.is_finite() {
            return;
        }
        if matches!(self.notation, Notation::Scientific | Notation::Engineering) {
            parts.push_from("exponentSeparator", "E", source);
            if rounded.exponent < 0 {
                parts.push_from("exponentMinusSign", "-", source);
            }
            let size = rounded.exponent.unsigned_abs();
            parts.push_from("exponentInteger", size.to_string(), source);
        }
    }

    /// What stands for the power of ten in compact notation.
    pub(super) fn compact(&self, rounded: &Rounded) -> &'static str {
        let place = (rounded.exponent / 3) as usize;
        match self.notation {
            // Currencies have no long forms of their own.
            Notation::CompactLong if !self.has_currency_sign() => LONG[place],
            Notation::CompactShort | Notation::CompactLong => SHORT[place],
            _ => "",
        }
    }

    fn push_whole(&self, parts: &mut Parts, whole: &str, source: Source) {
        let least = match self.grouping {
            Grouping::Never => usize::MAX,
            Grouping::Min2 => 5,
            Grouping::Auto | Grouping::Always => 4,
        };
        if whole.len() < least {
            parts.push_from("integer", whole, source);
            return;
        }
        let first = match whole.len() % 3 {
            0 => 3,
            rest => rest,
        };
        parts.push_from("integer", &whole[..first], source);
        for at in (first..whole.len()).step_by(3) {
            parts.push_from("group", ",", source);
            parts.push_from("integer", &whole[at..at + 3], source);
        }
    }

    /// The sign to show: less than, more than 0, or none.
    pub(super) fn sign_of(&self, number: &Decimal) -> core::cmp::Ordering {
        use core::cmp::Ordering::{Equal, Greater, Less};
        let nothing = number.is_zero() || number.is_nan();
        match self.sign {
            Sign::Never => Equal,
            Sign::ExceptZero | Sign::Negative if nothing => Equal,
            _ if number.negative => Less,
            Sign::Always | Sign::ExceptZero => Greater,
            Sign::Auto | Sign::Negative => Equal,
        }
    }
}

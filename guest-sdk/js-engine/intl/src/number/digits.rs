//! How many digits are shown, and how they are rounded.

use crate::decimal::{Decimal, Rounding};
use crate::options::{Failure, Options, count, one_of, out_of_range};

/// Which count of digits decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Priority {
    /// Significant digits where they are given, else fraction digits.
    Auto,
    /// The one that shows more.
    More,
    /// The one that shows less.
    Less,
}

/// Counts of digits; those that do not apply are none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Digits {
    pub(crate) whole_min: u16,
    pub(crate) fraction: Option<(u16, u16)>,
    pub(crate) significant: Option<(u16, u16)>,
    pub(crate) priority: Priority,
    pub(crate) rounding: Rounding,
    pub(crate) increment: u16,
    pub(crate) strip: bool,
}

impl Default for Digits {
    fn default() -> Self {
        Self {
            whole_min: 1,
            fraction: Some((0, 3)),
            significant: None,
            priority: Priority::Auto,
            rounding: Rounding::HalfExpand,
            increment: 1,
            strip: false,
        }
    }
}

/// As in Node.js 20; later ones have 100.
const FRACTION_MAX: u16 = 20;
const INCREMENTS: [u16; 15] = [
    1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000,
];
pub(crate) const ROUNDINGS: [&str; 9] = [
    "ceil",
    "floor",
    "expand",
    "trunc",
    "halfCeil",
    "halfFloor",
    "halfExpand",
    "halfTrunc",
    "halfEven",
];
const MODES: [Rounding; 9] = [
    Rounding::Ceil,
    Rounding::Floor,
    Rounding::Expand,
    Rounding::Trunc,
    Rounding::HalfCeil,
    Rounding::HalfFloor,
    Rounding::HalfExpand,
    Rounding::HalfTrunc,
    Rounding::HalfEven,
];

impl Digits {
    /// Reads the options; `least` and `most` are the fraction digits without.
    ///
    /// # Errors
    /// A count or a word that the options do not have, or two that exclude
    /// each other.
    pub(crate) fn new(
        options: &mut impl Options,
        owner: &str,
        least: u16,
        most: u16,
        compact: bool,
    ) -> Result<Self, Failure> {
        let whole_min = count(options, "minimumIntegerDigits", 1, 21)?.unwrap_or(1);
        let low = options.number("minimumFractionDigits")?;
        let high = options.number("maximumFractionDigits")?;
        let few = options.number("minimumSignificantDigits")?;
        let many = options.number("maximumSignificantDigits")?;
        let priorities = ["auto", "morePrecision", "lessPrecision"];
        let priority = match options.text("roundingPriority")? {
            None => 0,
            Some(text) => match priorities.iter().position(|known| *known == text) {
                Some(place) => place,
                None => {
                    let owner = "SetNumberFormatDigitOptions";
                    return Err(out_of_range(owner, "roundingPriority", &text));
                }
            },
        };
        let increment = count(options, "roundingIncrement", 1, 5000)?.unwrap_or(1);
        if !INCREMENTS.contains(&increment) {
            return Err(Failure::range("roundingIncrement value is out of range."));
        }
        let mode = one_of(options, owner, "roundingMode", &ROUNDINGS)?.unwrap_or(6);
        let strips = ["auto", "stripIfInteger"];
        let strip = one_of(options, owner, "trailingZeroDisplay", &strips)? == Some(1);
        let most = if increment > 1 { least } else { most };
        let has_significant = few.is_some() || many.is_some();
        let has_fraction = low.is_some() || high.is_some();
        let need_significant = priority > 0 || has_significant;
        let need_fraction = priority > 0 || !(has_significant || !has_fraction && compact);
        let significant = match need_significant {
            true => Some(significant(few, many)?),
            false => None,
        };
        let fraction = match need_fraction {
            true => Some(fraction(low, high, least, most)?),
            false => None,
        };
        let (fraction, significant, priority) = match (fraction, significant) {
            (None, None) => (Some((0, 0)), Some((1, 2)), Priority::More),
            (fraction, significant) => {
                let priority = [Priority::Auto, Priority::More, Priority::Less][priority];
                (fraction, significant, priority)
            }
        };
        let digits = Self {
            whole_min,
            fraction,
            significant,
            priority,
            rounding: MODES[mode],
            increment,
            strip,
        };
        if increment > 1 {
            if digits.significant.is_some() {
                return Err(Failure::type_error("RoundingType is not fractionDigits"));
            }
            if digits.fraction.is_some_and(|(low, high)| low != high) {
                let message = "maximumFractionDigits not equal to minimumFractionDigits";
                return Err(Failure::range(message));
            }
        }
        Ok(digits)
    }

    /// Rounds, and gives how many fraction digits are shown at least.
    pub(crate) fn round(&self, number: &mut Decimal) -> usize {
        let least = match (self.fraction, self.significant) {
            (Some((low, high)), None) => {
                let increment = u32::from(self.increment);
                number.round(-i32::from(high), increment, self.rounding);
                i32::from(low)
            }
            (None, Some((few, many))) => {
                let place = number.magnitude() - i32::from(many) + 1;
                number.round(place, 1, self.rounding);
                i32::from(few) - 1 - number.magnitude()
            }
            (fraction, significant) => {
                let (low, high) = fraction.unwrap_or((0, 0));
                let (few, many) = significant.unwrap_or((1, 21));
                self.round_by_both(number, [low, high, few, many].map(i32::from))
            }
        };
        least.max(0) as usize
    }

    fn round_by_both(&self, number: &mut Decimal, [low, high, few, many]: [i32; 4]) -> i32 {
        let by_fraction = -high;
        let mut by_significant = number.magnitude() - many + 1;
        let place = match self.priority {
            Priority::Less => by_fraction.max(by_significant),
            _ => by_fraction.min(by_significant),
        };
        if !number.is_zero() {
            let before = number.magnitude();
            number.round(place, 1, self.rounding);
            if !number.is_zero() && number.magnitude() != before && by_fraction == by_significant {
                by_significant += 1;
            }
        }
        let significant_shown = few - 1 - number.magnitude();
        let finer = by_significant <= by_fraction;
        match (self.priority == Priority::Less, finer) {
            (false, true) | (true, false) => significant_shown,
            _ => low,
        }
    }
}

fn significant(few: Option<f64>, many: Option<f64>) -> Result<(u16, u16), Failure> {
    let few = in_range("minimumSignificantDigits", few, 1, 21)?.unwrap_or(1);
    let many = in_range("maximumSignificantDigits", many, few, 21)?.unwrap_or(21);
    Ok((few, many))
}

fn fraction(
    low: Option<f64>,
    high: Option<f64>,
    least: u16,
    most: u16,
) -> Result<(u16, u16), Failure> {
    let low = in_range("minimumFractionDigits", low, 0, FRACTION_MAX)?;
    let high = in_range("maximumFractionDigits", high, 0, FRACTION_MAX)?;
    match (low, high) {
        (None, None) => Ok((least, most)),
        (None, Some(high)) => Ok((least.min(high), high)),
        (Some(low), None) => Ok((low, most.max(low))),
        (Some(low), Some(high)) if low <= high => Ok((low, high)),
        _ => Err(Failure::range(
            "maximumFractionDigits value is out of range.",
        )),
    }
}

fn in_range(
    name: &'static str,
    value: Option<f64>,
    low: u16,
    high: u16,
) -> Result<Option<u16>, Failure> {
    count(&mut Given(value), name, low, high)
}

/// A number that was read already.
struct Given(Option<f64>);

impl Options for Given {
    fn text(&mut self, _: &'static str) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    fn number(&mut self, _: &'static str) -> Result<Option<f64>, Failure> {
        Ok(self.0)
    }

    fn flag(&mut self, _: &'static str) -> Result<Option<bool>, Failure> {
        Ok(None)
    }

    fn raw(&mut self, _: &'static str) -> Result<Option<crate::Raw>, Failure> {
        Ok(None)
    }
}

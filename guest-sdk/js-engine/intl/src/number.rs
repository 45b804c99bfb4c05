//! `Intl.NumberFormat`: what was asked for, checked.

mod affix;
mod digits;
mod format;
mod range;
mod resolved;

pub use digits::{Digits, Priority};
pub use resolved::Resolved;

use crate::options::{Failure, Options, Raw, matcher, numbering, one_of, out_of_range};
use crate::tables::{self, Section};

/// The name that its constructor gives in errors.
pub const OWNER: &str = "Intl.NumberFormat";

/// What numbers stand for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    Decimal,
    Percent,
    Currency(Currency),
    Unit(Unit),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Currency {
    /// In capitals.
    pub(crate) code: String,
    pub(crate) display: CurrencyDisplay,
    pub(crate) accounting: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CurrencyDisplay {
    Code,
    Symbol,
    NarrowSymbol,
    Name,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Unit {
    pub(crate) name: String,
    /// The place in `UNIT_WIDTHS`.
    pub(crate) width: usize,
}

pub(crate) const UNIT_WIDTHS: [&str; 3] = ["long", "short", "narrow"];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Notation {
    Standard,
    Scientific,
    Engineering,
    CompactShort,
    CompactLong,
}

impl Notation {
    pub(crate) fn is_compact(self) -> bool {
        matches!(self, Self::CompactShort | Self::CompactLong)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Grouping {
    Auto,
    Always,
    Min2,
    Never,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sign {
    Auto,
    Always,
    Never,
    ExceptZero,
    Negative,
}

/// A number format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NumberFormat {
    pub(crate) style: Style,
    pub(crate) notation: Notation,
    pub(crate) digits: Digits,
    pub(crate) grouping: Grouping,
    pub(crate) sign: Sign,
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self {
            style: Style::Decimal,
            notation: Notation::Standard,
            digits: Digits::default(),
            grouping: Grouping::Auto,
            sign: Sign::Auto,
        }
    }
}

impl NumberFormat {
    /// Reads the options, in the standard's order; `owner` is named in errors.
    ///
    /// # Errors
    /// A value that an option does not have, one that is missing, or one that
    /// is not available here.
    pub fn new(options: &mut impl Options, owner: &str) -> Result<Self, Failure> {
        matcher(options, owner)?;
        numbering(options)?;
        let style = style(options, owner)?;
        let notations = ["standard", "scientific", "engineering", "compact"];
        let notation = one_of(options, owner, "notation", &notations)?.unwrap_or(0);
        let compact = notation == 3;
        let (least, most) = match &style {
            Style::Currency(currency) => {
                let digits = currency_digits(&currency.code);
                (digits, digits)
            }
            Style::Percent => (0, 0),
            _ => (0, 3),
        };
        let digits = Digits::new(options, owner, least, most, compact)?;
        let display = one_of(options, owner, "compactDisplay", &["short", "long"])?;
        let notation = match (notation, display) {
            (0, _) => Notation::Standard,
            (1, _) => Notation::Scientific,
            (2, _) => Notation::Engineering,
            (_, Some(1)) => Notation::CompactLong,
            _ => Notation::CompactShort,
        };
        let grouping = grouping(options, owner, compact)?;
        let signs = ["auto", "never", "always", "exceptZero", "negative"];
        let sign = match one_of(options, owner, "signDisplay", &signs)? {
            Some(1) => Sign::Never,
            Some(2) => Sign::Always,
            Some(3) => Sign::ExceptZero,
            Some(4) => Sign::Negative,
            _ => Sign::Auto,
        };
        Ok(Self {
            style,
            notation,
            digits,
            grouping,
            sign,
        })
    }
}

fn style(options: &mut impl Options, owner: &str) -> Result<Style, Failure> {
    let styles = ["decimal", "percent", "currency", "unit"];
    let style = one_of(options, owner, "style", &styles)?.unwrap_or(0);
    let code = options.text("currency")?;
    if let Some(code) = &code
        && !(code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic()))
    {
        return Err(Failure::range(format!("Invalid currency code : {code}")));
    }
    if style == 2 && code.is_none() {
        return Err(Failure::type_error(
            "Currency code is required with currency style.",
        ));
    }
    let displays = ["code", "symbol", "narrowSymbol", "name"];
    let display = match one_of(options, owner, "currencyDisplay", &displays)? {
        Some(0) => CurrencyDisplay::Code,
        Some(2) => CurrencyDisplay::NarrowSymbol,
        Some(3) => CurrencyDisplay::Name,
        _ => CurrencyDisplay::Symbol,
    };
    let sign = one_of(options, owner, "currencySign", &["standard", "accounting"])?;
    let unit = options.text("unit")?;
    if let Some(unit) = &unit
        && !is_unit(unit)
    {
        let message = format!("Invalid unit argument for Intl.NumberFormat() '{unit}'");
        return Err(Failure::range(message));
    }
    if style == 3 && unit.is_none() {
        let message = "Invalid unit argument for Intl.NumberFormat() ''";
        return Err(Failure::type_error(message));
    }
    let width = one_of(options, owner, "unitDisplay", &["short", "narrow", "long"])?;
    let width = match width {
        Some(1) => 2,
        Some(2) => 0,
        _ => 1,
    };
    Ok(match (style, code, unit) {
        (1, ..) => Style::Percent,
        (2, Some(code), _) => Style::Currency(Currency {
            code: code.to_ascii_uppercase(),
            display,
            accounting: sign == Some(1),
        }),
        (3, _, Some(name)) => Style::Unit(Unit { name, width }),
        _ => Style::Decimal,
    })
}

fn is_unit(name: &str) -> bool {
    let known = |name: &str| tables::row(Section::Units, name).is_some() && !name.contains("-per-");
    match name.split_once("-per-") {
        Some((above, below)) => known(above) && known(below),
        None => known(name),
    }
}

fn currency_digits(code: &str) -> u16 {
    let row = tables::row(Section::Currencies, code);
    row.and_then(|row| row.field(0).parse().ok()).unwrap_or(2)
}

fn grouping(options: &mut impl Options, owner: &str, compact: bool) -> Result<Grouping, Failure> {
    let usual = if compact {
        Grouping::Min2
    } else {
        Grouping::Auto
    };
    Ok(match options.raw("useGrouping")? {
        None => usual,
        Some(Raw::True) => Grouping::Always,
        Some(Raw::Falsy) => Grouping::Never,
        Some(Raw::Text(text)) => match text.as_str() {
            "auto" => Grouping::Auto,
            "always" => Grouping::Always,
            "min2" => Grouping::Min2,
            "true" | "false" => usual,
            _ => return Err(out_of_range(owner, "useGrouping", &text)),
        },
    })
}

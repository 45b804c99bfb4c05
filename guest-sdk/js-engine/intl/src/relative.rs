//! `Intl.RelativeTimeFormat`: "in 3 days", "yesterday".

use crate::decimal::Decimal;
use crate::number::{NumberFormat, Resolved};
use crate::options::{Failure, Options, matcher, numbering, one_of};
use crate::parts::Parts;
use crate::tables::{self, Section};

const OWNER: &str = "Intl.RelativeTimeFormat";
const STYLES: [&str; 3] = ["long", "short", "narrow"];
const NUMERIC: [&str; 2] = ["always", "auto"];
const UNITS: [&str; 8] = [
    "second", "minute", "hour", "day", "week", "month", "quarter", "year",
];

/// How relative times are written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RelativeFormat {
    style: usize,
    words: bool,
}

impl RelativeFormat {
    /// Reads the options.
    ///
    /// # Errors
    /// A value that an option does not have, or that is not available here.
    pub fn new(options: &mut impl Options) -> Result<Self, Failure> {
        matcher(options, OWNER)?;
        numbering(options)?;
        Ok(Self {
            style: one_of(options, OWNER, "style", &STYLES)?.unwrap_or(0),
            words: one_of(options, OWNER, "numeric", &NUMERIC)? == Some(1),
        })
    }

    /// The time in parts, and the unit's name in the singular. `method` is
    /// named in errors.
    ///
    /// # Errors
    /// There is no such unit, or no such number of it.
    pub fn format(
        &self,
        value: f64,
        unit: &str,
        method: &str,
    ) -> Result<(Parts, &'static str), Failure> {
        let single = unit.strip_suffix('s').unwrap_or(unit);
        let Some(unit) = UNITS.into_iter().find(|known| *known == single) else {
            let message =
                format!("Invalid unit argument for {OWNER}.prototype.{method}() '{unit}'");
            return Err(Failure::range(message));
        };
        if !value.is_finite() {
            let message =
                format!("Value need to be finite number for {OWNER}.prototype.{method}()");
            return Err(Failure::range(message));
        }
        let row = tables::row(Section::Relative, &format!("{} {unit}", STYLES[self.style]));
        let field = |index| row.map_or("", |row| row.field(index));
        let mut parts = Parts::default();
        if self.words && value.abs() <= 1.0 && value.trunc() == value {
            let word = field((value + 1.0) as usize);
            if !word.is_empty() {
                parts.push("literal", word);
                return Ok((parts, unit));
            }
        }
        let number = NumberFormat::default().format_to_parts(Decimal::from_number(value.abs()));
        let past = 2 * usize::from(value.is_sign_negative());
        let many = usize::from(number.join() != "1");
        let pattern = field(3 + past + many);
        let (before, after) = pattern.split_once("{0}").unwrap_or((pattern, ""));
        parts.push("literal", before);
        parts.0.extend(number.0);
        parts.push("literal", after);
        Ok((parts, unit))
    }

    /// What `resolvedOptions` tells, without the locale.
    #[must_use]
    pub fn resolved(&self) -> Vec<(&'static str, Resolved)> {
        vec![
            ("style", STYLES[self.style].into()),
            ("numeric", NUMERIC[usize::from(self.words)].into()),
            ("numberingSystem", "latn".into()),
        ]
    }
}

//! Writing a range of two numbers.

use super::affix::Affixes;
use super::{Notation, NumberFormat};
use crate::decimal::Decimal;
use crate::options::Failure;
use crate::parts::{Parts, Source};

impl NumberFormat {
    /// A range in parts: what both ends have in common stands once where
    /// Node.js has it once.
    ///
    /// # Errors
    /// An end that is not a number.
    pub fn format_range(&self, start: Decimal, end: Decimal) -> Result<Parts, Failure> {
        for (name, number) in [("start", &start), ("end", &end)] {
            if number.is_nan() {
                return Err(Failure::range(format!("Invalid {name} : NaN")));
            }
        }
        let start = self.rounded(start);
        let end = self.rounded(end);
        let mut first = Affixes::new(self, &start);
        let second = Affixes::of_range(self, &end);
        let mut parts = Parts::default();
        if start.number == end.number && start.exponent == end.exponent {
            first.approximate = true;
            first.open(&mut parts, Source::Shared);
            self.push_number(&mut parts, &start, Source::Shared);
            first.close(&mut parts, Source::Shared);
            first.name(&mut parts);
            return Ok(parts);
        }
        let shared = first.shares_middle(&second);
        let scientific = matches!(self.notation, Notation::Scientific | Notation::Engineering);
        // ICU looks at the start only: "0–-1".
        let repeats = !shared && first.has_middle() || scientific;
        let joint = if repeats { " – " } else { "–" };
        if shared {
            first.open(&mut parts, Source::Shared);
            self.push_number(&mut parts, &start, Source::Start);
            parts.push("literal", joint);
            self.push_number(&mut parts, &end, Source::End);
            second.close(&mut parts, Source::Shared);
        } else {
            first.open(&mut parts, Source::Start);
            self.push_number(&mut parts, &start, Source::Start);
            first.close(&mut parts, Source::Start);
            parts.push("literal", joint);
            second.open(&mut parts, Source::End);
            self.push_number(&mut parts, &end, Source::End);
            second.close(&mut parts, Source::End);
        }
        second.name(&mut parts);
        Ok(parts)
    }
}

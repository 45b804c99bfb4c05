//! Ranges of dates and times: what both ends have in common stands once.

use core::cmp::Ordering;

use super::DateFormat;
use super::fields::{Fields, checked};
use crate::options::Failure;
use crate::parts::{Parts, Source};
use crate::zone::NameStyle;

const JOINT: &str = "\u{2009}–\u{2009}";

impl DateFormat {
    /// The parts of a range of two instants, in milliseconds since 1970.
    ///
    /// # Errors
    /// One of them is not a date.
    pub fn format_range(&self, start: f64, end: f64) -> Result<Parts, Failure> {
        let ends = [self.fields(checked(start)?), self.fields(checked(end)?)];
        let both = [&ends[0], &ends[1]];
        let mut parts = Parts::default();
        let mut time = self.time_pattern();
        if time.is_empty() && self.zone_name.is_some() {
            time.push('z');
        }
        match first_difference(both) {
            Some(difference) if time.is_empty() => {
                let range = self.components.date_text(3 + difference);
                if range.is_empty() {
                    return self.format_to_parts(start);
                }
                self.push_pattern(&mut parts, range, both, Source::Shared);
            }
            Some(difference) => {
                let date = self.components.date_text(6 + difference);
                let whole = format!("{date}{time}");
                self.push_pattern(&mut parts, &whole, both, Source::Start);
                parts.push("literal", JOINT);
                self.push_pattern(&mut parts, &whole, both, Source::End);
            }
            None => match self.time_range(&time, both) {
                None => return self.format_to_parts(start),
                Some(_) if self.has_date_and_long_zone() => {
                    let mut short = self.clone();
                    short.zone_name = Some(NameStyle::Short);
                    return short.format_range(start, end);
                }
                Some(range) => {
                    if self.components.has_date() {
                        let date = format!("{}, ", self.components.date_text(0));
                        self.push_pattern(&mut parts, &date, both, Source::Shared);
                    }
                    self.push_pattern(&mut parts, &range, both, Source::Shared);
                }
            },
        }
        Ok(parts)
    }

    /// The text of a range.
    ///
    /// # Errors
    /// One of the instants is not a date.
    pub fn format_range_text(&self, start: f64, end: f64) -> Result<String, Failure> {
        let parts = self.format_range(start, end)?;
        // What looks alike is written as one instant is, with its blanks.
        match parts.0.iter().all(|part| part.source == Source::Shared) {
            true => self.format(start),
            false => Ok(parts.join()),
        }
    }

    /// ICU has only short names of zones between a date and a range of times.
    fn has_date_and_long_zone(&self) -> bool {
        self.components.has_date() && self.zone_name == Some(NameStyle::Long)
    }

    /// The pattern for two times of one day; none when they look alike.
    fn time_range(&self, time: &str, [start, end]: [&Fields; 2]) -> Option<String> {
        let set = &self.components;
        let differs = [
            start.hour != end.hour,
            start.minute != end.minute,
            start.second != end.second,
            start.milli != end.milli,
        ];
        let finest = match (
            set.fraction > 0,
            set.second > 0,
            set.minute > 0,
            set.hour > 0,
        ) {
            (true, ..) => 4,
            (_, true, ..) => 3,
            (_, _, true, _) => 2,
            (_, _, _, true) => 1,
            _ => 0,
        };
        if !differs[..finest].contains(&true) {
            return None;
        }
        let apart = format!("\u{1}{time}\u{3}{JOINT}\u{2}{time}");
        if finest > 2 || set.hour == 0 {
            return Some(apart);
        }
        // Hours, perhaps with minutes, can share what stands behind them.
        let digits = time.find(|c: char| !matches!(c, 'h' | 'H' | 'm' | 'Q' | ':'));
        let (clock, behind) = time.split_at(digits.unwrap_or(time.len()));
        let clock = match self.cycle.is_half() {
            true => clock.replace('H', "h"),
            false => clock.to_owned(),
        };
        let period = behind.find(['a', 'P']).map(|at| at + 1).unwrap_or(0);
        let (period, zone) = behind.split_at(period);
        let same = (start.hour < 12) == (end.hour < 12);
        Some(match same || period.is_empty() {
            true => format!("\u{1}{clock}\u{3}{JOINT}\u{2}{clock}\u{3}{behind}"),
            false => format!("\u{1}{clock}{period}\u{3}{JOINT}\u{2}{clock}{period}\u{3}{zone}"),
        })
    }
}

/// Whether two instants differ in the day (0), the month (1) or the year (2).
fn first_difference([start, end]: [&Fields; 2]) -> Option<usize> {
    let (start, end) = (&start.day, &end.day);
    if start.year != end.year {
        return Some(2);
    }
    if start.month != end.month {
        return Some(1);
    }
    match start.day.cmp(&end.day) {
        Ordering::Equal => None,
        _ => Some(0),
    }
}

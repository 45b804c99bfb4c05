//! Patterns: text in which letters stand for fields; the letters of the text
//! itself are in quotes. `patterns.mjs` writes them.

use super::fields::{Fields, checked};
use super::{Cycle, DateFormat};
use crate::options::Failure;
use crate::parts::{Parts, Source};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

impl DateFormat {
    /// The text of an instant, in milliseconds since 1970.
    ///
    /// # Errors
    /// No date has that number.
    pub fn format(&self, time: f64) -> Result<String, Failure> {
        // V8 takes an ordinary blank here, and leaves ICU's in the parts.
        Ok(self.format_to_parts(time)?.join().replace('\u{202f}', " "))
    }

    /// The text in parts.
    ///
    /// # Errors
    /// No date has that number.
    pub fn format_to_parts(&self, time: f64) -> Result<Parts, Failure> {
        let fields = self.fields(checked(time)?);
        let mut parts = Parts::default();
        self.push_pattern(
            &mut parts,
            &self.pattern,
            [&fields, &fields],
            Source::Shared,
        );
        Ok(parts)
    }

    /// Adds what a pattern stands for. `ends` are the start and the end of a
    /// range; `source` is whose the pattern is until it says otherwise.
    pub(super) fn push_pattern(
        &self,
        parts: &mut Parts,
        pattern: &str,
        ends: [&Fields; 2],
        source: Source,
    ) {
        let mut source = source;
        let mut fields = ends[usize::from(source == Source::End)];
        let mut quoted = false;
        let mut literal = String::new();
        for c in pattern.chars() {
            if c == '\'' {
                quoted = !quoted;
                continue;
            }
            if c.is_ascii_alphabetic() && !quoted || c <= '\u{3}' {
                parts.push_from("literal", core::mem::take(&mut literal), source);
            }
            match c {
                '\u{1}' => (source, fields) = (Source::Start, ends[0]),
                '\u{2}' => (source, fields) = (Source::End, ends[1]),
                // What follows a range belongs to its end: "12 – 1 in the afternoon".
                '\u{3}' => (source, fields) = (Source::Shared, ends[1]),
                c if c.is_ascii_alphabetic() && !quoted => {
                    let (kind, text) = self.field(c, fields);
                    parts.push_from(kind, text, source);
                }
                c => literal.push(c),
            }
        }
        parts.push_from("literal", literal, source);
    }

    /// A field's kind and text.
    fn field(&self, letter: char, fields: &Fields) -> (&'static str, String) {
        let day = &fields.day;
        let two = |number: i64| format!("{:02}", number % 100);
        let year = if day.year > 0 { day.year } else { 1 - day.year };
        let month = MONTHS[usize::from(day.month)];
        let weekday = WEEKDAYS[usize::from(day.weekday)];
        match letter {
            'y' => ("year", year.to_string()),
            'u' => ("year", two(year)),
            'M' => ("month", (day.month + 1).to_string()),
            'N' => ("month", two(i64::from(day.month) + 1)),
            'B' => ("month", month.to_owned()),
            'b' => ("month", month[..3].to_owned()),
            'n' => ("month", month[..1].to_owned()),
            'd' => ("day", day.day.to_string()),
            'D' => ("day", two(i64::from(day.day))),
            'E' => ("weekday", weekday.to_owned()),
            'e' => ("weekday", weekday[..3].to_owned()),
            'w' => ("weekday", weekday[..1].to_owned()),
            'G' | 'g' | 'j' => ("era", era(letter, day.year > 0).to_owned()),
            'h' => ("hour", self.hour(fields.hour).to_string()),
            'H' => ("hour", two(i64::from(self.hour(fields.hour)))),
            'm' => ("minute", fields.minute.to_string()),
            'Q' => ("minute", two(i64::from(fields.minute))),
            's' => ("second", fields.second.to_string()),
            'S' => ("second", two(i64::from(fields.second))),
            'f' => {
                let digits = format!("{:03}", fields.milli);
                (
                    "fractionalSecond",
                    digits[..self.components.fraction.clamp(1, 3)].to_owned(),
                )
            }
            'a' => (
                "dayPeriod",
                if fields.hour < 12 { "AM" } else { "PM" }.to_owned(),
            ),
            'P' => ("dayPeriod", self.period(fields).to_owned()),
            _ => {
                let style = self.zone_name.unwrap_or(crate::zone::NameStyle::Short);
                (
                    "timeZoneName",
                    self.zone.name_at(fields.instant, fields.kind, style),
                )
            }
        }
    }

    fn hour(&self, hour: u8) -> u8 {
        match self.cycle {
            Cycle::H11 => hour % 12,
            Cycle::H12 => (hour + 11) % 12 + 1,
            Cycle::H23 => hour,
            Cycle::H24 if hour == 0 => 24,
            Cycle::H24 => hour,
        }
    }

    /// The time of day in words; noon is noon as far as the time is shown.
    fn period(&self, fields: &Fields) -> &'static str {
        let shows = |letter: char| self.pattern.contains(letter);
        let minutes = (shows('m') || shows('Q')) && fields.minute > 0;
        let seconds = (shows('s') || shows('S')) && fields.second > 0;
        match fields.hour {
            12 if !minutes && !seconds => match self.components.period {
                1 => "n",
                _ => "noon",
            },
            0..12 => "in the morning",
            12..18 => "in the afternoon",
            18..21 => "in the evening",
            _ => "at night",
        }
    }
}

fn era(letter: char, after: bool) -> &'static str {
    match (letter, after) {
        ('G', true) => "Anno Domini",
        ('G', false) => "Before Christ",
        ('g', true) => "AD",
        ('g', false) => "BC",
        (_, true) => "A",
        (_, false) => "B",
    }
}

//! Time zones: which there are, when their clocks change, what their times are
//! called.
//!
//! A zone's changes are bytes: how many kinds of time there were, the first
//! one, then for each later one the distance from the change before (in
//! quarters of an hour or, when odd, in seconds, after halving) and the kind;
//! then 1 and two rules for the years afterwards, or 0; then its names without
//! summer and winter, in the same way. Numbers have seven bits a byte, low
//! ones first, the sign in the lowest bit.

use crate::civil;
use crate::options::Failure;
use crate::tables::{self, Section};

/// A time zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Zone {
    name: &'static str,
    start: usize,
}

/// A kind of time: how far it is from UTC, and its names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind(&'static str);

impl Kind {
    fn of(index: i64) -> Self {
        Self(tables::text(Section::ZoneKinds, index as usize))
    }

    /// Seconds east of UTC.
    pub(crate) fn offset(self) -> i64 {
        let text = self.0.split('\t').next();
        text.and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    fn field(self, index: usize) -> &'static str {
        self.0.split('\t').nth(index).unwrap_or_default()
    }
}

/// How a zone's name is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NameStyle {
    Short,
    Long,
    ShortOffset,
    LongOffset,
    ShortGeneric,
    LongGeneric,
}

impl Zone {
    /// The zone of a name, whatever its case.
    ///
    /// # Errors
    /// There is none.
    pub fn named(name: &str) -> Result<Self, Failure> {
        let row = tables::row(Section::Zones, &name.to_ascii_lowercase());
        let Some(row) = row else {
            let message = format!("Invalid time zone specified: {name}");
            return Err(Failure::range(message));
        };
        Ok(Self {
            name: row.field(0),
            start: row.field(1).parse().unwrap_or(0),
        })
    }

    /// The name that Node.js gives back.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The kind of time at an instant, in seconds since 1970.
    pub(crate) fn kind_at(self, instant: i64) -> Kind {
        let mut reader = Reader(&tables::bytes(Section::ZoneChanges)[self.start..]);
        let (kind, last) = reader.run_at(instant);
        if last && reader.byte() == 1 {
            let rules = [reader.rule(), reader.rule()];
            if let Some(kind) = by_rules(rules, instant) {
                return kind;
            }
        }
        kind
    }

    /// The zone's name at an instant.
    pub(crate) fn name_at(self, instant: i64, kind: Kind, style: NameStyle) -> String {
        match style {
            NameStyle::Short => kind.field(1).to_owned(),
            NameStyle::Long => kind.field(2).to_owned(),
            NameStyle::ShortOffset => offset_name(kind.offset(), false),
            NameStyle::LongOffset => offset_name(kind.offset(), true),
            NameStyle::ShortGeneric => self
                .generic_at(instant)
                .0
                .split('\t')
                .next()
                .unwrap_or_default()
                .to_owned(),
            NameStyle::LongGeneric => self.generic_at(instant).field(1).to_owned(),
        }
    }

    fn generic_at(self, instant: i64) -> Kind {
        let mut reader = Reader(&tables::bytes(Section::ZoneChanges)[self.start..]);
        reader.run_at(i64::MAX);
        if reader.byte() == 1 {
            reader.rule();
            reader.rule();
        }
        reader.run_at(instant).0
    }
}

fn offset_name(offset: i64, long: bool) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let size = offset.abs();
    let (hours, minutes, seconds) = (size / 3600, size / 60 % 60, size % 60);
    let mut text = match long {
        true => format!("GMT{sign}{hours:02}:{minutes:02}"),
        false if minutes == 0 && seconds == 0 => format!("GMT{sign}{hours}"),
        false => format!("GMT{sign}{hours}:{minutes:02}"),
    };
    if seconds != 0 {
        text.push_str(&format!(":{seconds:02}"));
    }
    text
}

/// In each year, a kind of time begins on a weekday of a month, at a second of
/// the day by the clock that is in use until then.
struct Rule {
    kind: Kind,
    month: u8,
    /// 5 is the last one.
    week: u8,
    weekday: u8,
    second: i64,
}

impl Rule {
    fn begins(&self, year: i64, offset_before: i64) -> i64 {
        let first = civil::days(year, self.month, 1);
        let ahead = (i64::from(self.weekday) - i64::from(civil::day(first).weekday)).rem_euclid(7);
        let mut day = first + ahead + 7 * (i64::from(self.week) - 1);
        if civil::day(day).month != self.month {
            day -= 7;
        }
        day * 86_400 + self.second - offset_before
    }
}

fn by_rules(rules: [Rule; 2], instant: i64) -> Option<Kind> {
    let year = civil::day(instant.div_euclid(86_400)).year;
    let begins = (year - 1..=year + 1).flat_map(|year| {
        let [first, second] = &rules;
        [
            (first.begins(year, second.kind.offset()), first.kind),
            (second.begins(year, first.kind.offset()), second.kind),
        ]
    });
    let past = begins.filter(|(begin, _)| *begin <= instant);
    past.max_by_key(|(begin, _)| *begin).map(|(_, kind)| kind)
}

struct Reader(&'static [u8]);

impl Reader {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().expect("the tables are whole");
        self.0 = rest;
        *first
    }

    fn number(&mut self) -> i64 {
        let mut value = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte();
            value |= i64::from(byte & 127) << shift;
            shift += 7;
            if byte < 128 {
                break;
            }
        }
        match value % 2 {
            0 => value / 2,
            _ => -(value + 1) / 2,
        }
    }

    /// Reads a list of changes; gives the one in force, and whether it is the
    /// last one.
    fn run_at(&mut self, instant: i64) -> (Kind, bool) {
        let count = self.number();
        let mut found = self.number();
        let mut last = count == 1;
        let mut at = 0;
        for index in 1..count {
            let coded = self.number();
            at += match coded.rem_euclid(2) {
                0 => coded / 2 * 900,
                _ => (coded - 1) / 2,
            };
            let kind = self.number();
            if at <= instant {
                found = kind;
                last = index == count - 1;
            }
        }
        (Kind::of(found), last)
    }

    fn rule(&mut self) -> Rule {
        Rule {
            kind: Kind::of(self.number()),
            month: self.byte(),
            week: self.byte(),
            weekday: self.byte(),
            second: self.number(),
        }
    }
}

//! `Intl.DateTimeFormat`: what was asked for, checked.

mod fields;
mod pattern;
mod range;
mod resolved;

use crate::options::{Failure, Options, count, matcher, numbering, one_of, only};
use crate::tables::{self, Section};
use crate::zone::{NameStyle, Zone};

/// The name that its constructor gives in errors.
pub const OWNER: &str = "Intl.DateTimeFormat";

/// What a method is about: what it takes for enough, and what it adds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// `new Intl.DateTimeFormat`: either; a date is added.
    Any,
    /// `toLocaleString`: either; both are added.
    All,
    /// `toLocaleDateString`.
    Date,
    /// `toLocaleTimeString`.
    Time,
}

/// How hours are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cycle {
    /// From 0 to 11.
    H11,
    /// From 1 to 12.
    H12,
    /// From 0 to 23.
    H23,
    /// From 1 to 24.
    H24,
}

impl Cycle {
    pub(crate) const NAMES: [&str; 4] = ["h11", "h12", "h23", "h24"];
    const ALL: [Self; 4] = [Self::H11, Self::H12, Self::H23, Self::H24];

    /// The cycle of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let place = Self::NAMES.iter().position(|known| *known == name)?;
        Some(Self::ALL[place])
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    pub(crate) fn is_half(self) -> bool {
        matches!(self, Self::H11 | Self::H12)
    }
}

/// Components, each as the place in its list of values; 0 is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Components {
    pub(crate) weekday: usize,
    pub(crate) era: usize,
    pub(crate) year: usize,
    pub(crate) month: usize,
    pub(crate) day: usize,
    pub(crate) period: usize,
    pub(crate) hour: usize,
    pub(crate) minute: usize,
    pub(crate) second: usize,
    pub(crate) fraction: usize,
}

pub(crate) const NAMES: [&str; 3] = ["narrow", "short", "long"];
pub(crate) const FIGURES: [&str; 2] = ["numeric", "2-digit"];
pub(crate) const MONTHS: [&str; 5] = ["numeric", "2-digit", "narrow", "short", "long"];
pub(crate) const STYLES: [&str; 4] = ["full", "long", "medium", "short"];
pub(crate) const ZONE_NAMES: [&str; 6] = [
    "short",
    "long",
    "shortOffset",
    "longOffset",
    "shortGeneric",
    "longGeneric",
];
const ZONE_STYLES: [NameStyle; 6] = [
    NameStyle::Short,
    NameStyle::Long,
    NameStyle::ShortOffset,
    NameStyle::LongOffset,
    NameStyle::ShortGeneric,
    NameStyle::LongGeneric,
];

/// A format of dates and times.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DateFormat {
    pub(crate) zone: Zone,
    pub(crate) components: Components,
    pub(crate) zone_name: Option<NameStyle>,
    pub(crate) cycle: Cycle,
    /// The places in `STYLES`, from 1; 0 is none.
    pub(crate) date_style: usize,
    pub(crate) time_style: usize,
    pub(crate) pattern: String,
}

impl DateFormat {
    /// Reads the options, in the standard's order; `cycle` is what the locale
    /// says about hours, `owner` is named in errors.
    ///
    /// # Errors
    /// A value that an option does not have, options that exclude each other,
    /// or what is not available here.
    pub fn new(
        options: &mut impl Options,
        owner: &str,
        purpose: Purpose,
        cycle: Option<Cycle>,
    ) -> Result<Self, Failure> {
        matcher(options, owner)?;
        only(options, "calendar", "gregory")?;
        numbering(options)?;
        let hour12 = options.flag("hour12")?;
        let asked = one_of(options, owner, "hourCycle", &Cycle::NAMES)?;
        let zone = match options.text("timeZone")? {
            Some(name) => Zone::named(&name)?,
            None => Zone::named("UTC")?,
        };
        let mut place = |name, values: &[&str]| {
            one_of(options, owner, name, values).map(|place| place.map_or(0, |place| place + 1))
        };
        let mut components = Components {
            weekday: place("weekday", &NAMES)?,
            era: place("era", &NAMES)?,
            year: place("year", &FIGURES)?,
            month: place("month", &MONTHS)?,
            day: place("day", &FIGURES)?,
            period: place("dayPeriod", &NAMES)?,
            hour: place("hour", &FIGURES)?,
            minute: place("minute", &FIGURES)?,
            second: place("second", &FIGURES)?,
            fraction: 0,
        };
        components.fraction =
            usize::from(count(options, "fractionalSecondDigits", 1, 3)?.unwrap_or(0));
        let zone_name = one_of(options, owner, "timeZoneName", &ZONE_NAMES)?;
        one_of(options, owner, "formatMatcher", &["basic", "best fit"])?;
        let mut style = |name| {
            one_of(options, owner, name, &STYLES).map(|place| place.map_or(0, |place| place + 1))
        };
        let date_style = style("dateStyle")?;
        let time_style = style("timeStyle")?;
        let cycle = match (hour12, asked) {
            (Some(true), _) => Cycle::H12,
            // So counts V8 in American English.
            (Some(false), _) => Cycle::H24,
            (None, Some(asked)) => Cycle::ALL[asked],
            (None, None) => cycle.unwrap_or(Cycle::H12),
        };
        let mut format = Self {
            zone,
            components,
            zone_name: zone_name.map(|place| ZONE_STYLES[place]),
            cycle,
            date_style,
            time_style,
            pattern: String::new(),
        };
        if date_style + time_style > 0 {
            format.settle_styles(purpose)?;
        } else {
            format.add_defaults(purpose);
        }
        format.pattern = format.find_pattern();
        Ok(format)
    }

    /// How hours are counted.
    #[must_use]
    pub fn cycle(&self) -> Cycle {
        self.cycle
    }

    fn settle_styles(&mut self, purpose: Purpose) -> Result<(), Failure> {
        let style = if self.date_style > 0 {
            "dateStyle"
        } else {
            "timeStyle"
        };
        let given = self.components.first();
        let given = given.or(self.zone_name.map(|_| "timeZoneName"));
        if let Some(name) = given {
            let message = format!("Can't set option {name} when {style} is used");
            return Err(Failure::type_error(message));
        }
        match purpose {
            Purpose::Date if self.time_style > 0 => {
                return Err(Failure::type_error("Invalid option : timeStyle"));
            }
            Purpose::Time if self.date_style > 0 => {
                return Err(Failure::type_error("Invalid option : dateStyle"));
            }
            _ => {}
        }
        // What the styles stand for; ranges are found by it.
        let figure = |present: bool| usize::from(present);
        self.components = Components {
            weekday: if self.date_style == 1 { 3 } else { 0 },
            year: [0, 1, 1, 1, 2][self.date_style],
            month: [0, 5, 5, 4, 1][self.date_style],
            day: figure(self.date_style > 0),
            hour: figure(self.time_style > 0),
            minute: 2 * figure(self.time_style > 0),
            second: 2 * figure((1..4).contains(&self.time_style)),
            ..Components::default()
        };
        self.zone_name = match self.time_style {
            1 => Some(NameStyle::Long),
            2 => Some(NameStyle::Short),
            _ => None,
        };
        Ok(())
    }

    fn add_defaults(&mut self, purpose: Purpose) {
        let set = &mut self.components;
        let has_date = set.weekday + set.year + set.month + set.day > 0;
        let has_time = set.period + set.hour + set.minute + set.second + set.fraction > 0;
        let enough = match purpose {
            Purpose::Any | Purpose::All => has_date || has_time,
            Purpose::Date => has_date,
            Purpose::Time => has_time,
        };
        if enough {
            return;
        }
        if purpose != Purpose::Time {
            (set.year, set.month, set.day) = (1, 1, 1);
        }
        if matches!(purpose, Purpose::Time | Purpose::All) {
            (set.hour, set.minute, set.second) = (1, 1, 1);
        }
    }

    fn find_pattern(&self) -> String {
        if self.date_style + self.time_style > 0 {
            let clock = usize::from(!self.cycle.is_half());
            let index = clock * 25 + self.date_style * 5 + self.time_style;
            return text(tables::number(Section::StylePatterns, index)).to_owned();
        }
        let time = self.time_pattern();
        let date = self.components.date_text(0);
        match (date.is_empty(), time.is_empty()) {
            (_, true) if self.zone_name.is_some() => {
                format!("{date}{}z", self.components.date_text(2))
            }
            (false, false) => {
                let joint = match self.components.is_weekday_only() && !self.cycle.is_half() {
                    true => ", ",
                    false => self.components.date_text(1),
                };
                format!("{date}{joint}{time}")
            }
            _ => format!("{date}{time}"),
        }
    }

    /// The pattern of the time alone, with its zone.
    pub(crate) fn time_pattern(&self) -> String {
        let set = &self.components;
        let index = ((set.hour * 3 + set.minute) * 3 + set.second) * 4 + set.fraction;
        if index == 0 {
            return match (set.period > 0, self.zone_name) {
                (false, _) => String::new(),
                (true, None) => "P".to_owned(),
                (true, Some(_)) => "P z".to_owned(),
            };
        }
        let clock = match (set.hour > 0 && !self.cycle.is_half(), set.period > 0) {
            (true, _) => 1,
            (false, true) => 2,
            (false, false) => 0,
        };
        let zone = usize::from(self.zone_name.is_some());
        let index = index + 108 * (clock * 2 + zone);
        text(tables::number(Section::TimePatterns, index)).to_owned()
    }
}

pub(crate) fn text(index: usize) -> &'static str {
    tables::text(Section::Patterns, index)
}

impl Components {
    /// The name of the first component that is there.
    fn first(&self) -> Option<&'static str> {
        let all = [
            ("weekday", self.weekday),
            ("era", self.era),
            ("year", self.year),
            ("month", self.month),
            ("day", self.day),
            ("dayPeriod", self.period),
            ("hour", self.hour),
            ("minute", self.minute),
            ("second", self.second),
            ("fractionalSecondDigits", self.fraction),
        ];
        let first = all.iter().find(|(_, place)| *place > 0);
        first.map(|(name, _)| *name)
    }

    /// One of the date's texts: 0 its pattern, 1 what joins it to a time, 2 to
    /// a zone; 3 to 5 its ranges, 6 to 8 its pattern at a range's ends, for
    /// ends that differ in the day, the month, the year.
    pub(crate) fn date_text(&self, which: usize) -> &'static str {
        let index = ((self.weekday * 4 + self.era) * 3 + self.year) * 6 + self.month;
        let index = index * 3 + self.day;
        text(tables::number(Section::DatePatterns, index * 9 + which))
    }

    fn is_weekday_only(&self) -> bool {
        self.weekday > 0 && self.era + self.year + self.month + self.day == 0
    }

    pub(crate) fn has_date(&self) -> bool {
        self.weekday + self.era + self.year + self.month + self.day > 0
    }
}

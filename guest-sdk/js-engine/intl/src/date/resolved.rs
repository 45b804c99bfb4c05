//! What `resolvedOptions` tells of a format of dates.

use super::{Cycle, DateFormat, FIGURES, NAMES, STYLES, ZONE_NAMES};
use crate::number::Resolved;

impl DateFormat {
    /// The names and values, without the locale. What is told of components is
    /// what the pattern has, not what was asked for.
    #[must_use]
    pub fn resolved(&self) -> Vec<(&'static str, Resolved)> {
        let mut list: Vec<(&'static str, Resolved)> = vec![
            ("calendar", "gregory".into()),
            ("numberingSystem", "latn".into()),
            ("timeZone", self.zone.name().into()),
        ];
        let letters = letters(&self.pattern);
        let first = |wanted: &[(char, &'static str)]| {
            let found = wanted.iter().find(|(letter, _)| letters.contains(*letter));
            found.map(|(_, value)| *value)
        };
        if letters.contains(['h', 'H']) {
            list.push(("hourCycle", Cycle::NAMES[self.cycle as usize].into()));
            list.push(("hour12", self.cycle.is_half().into()));
        }
        if self.date_style + self.time_style > 0 {
            for (name, place) in [
                ("dateStyle", self.date_style),
                ("timeStyle", self.time_style),
            ] {
                if place > 0 {
                    list.push((name, STYLES[place - 1].into()));
                }
            }
            return list;
        }
        let [narrow, short, long] = NAMES;
        let [numeric, two] = FIGURES;
        let fields: [(&'static str, &[(char, &'static str)]); 5] = [
            ("weekday", &[('E', long), ('e', short), ('w', narrow)]),
            ("era", &[('G', long), ('g', short), ('j', narrow)]),
            ("year", &[('y', numeric), ('u', two)]),
            (
                "month",
                &[
                    ('M', numeric),
                    ('N', two),
                    ('B', long),
                    ('b', short),
                    ('n', narrow),
                ],
            ),
            ("day", &[('d', numeric), ('D', two)]),
        ];
        let times: [(&'static str, &[(char, &'static str)]); 3] = [
            ("hour", &[('h', numeric), ('H', two)]),
            ("minute", &[('m', numeric), ('Q', two)]),
            ("second", &[('s', numeric), ('S', two)]),
        ];
        let mut tell = |name: &'static str, value: Option<&'static str>| {
            if let Some(value) = value {
                list.push((name, value.into()));
            }
        };
        for (name, wanted) in fields {
            tell(name, first(wanted));
        }
        if letters.contains('P') {
            tell("dayPeriod", Some(NAMES[self.components.period - 1]));
        }
        for (name, wanted) in times {
            tell(name, first(wanted));
        }
        if letters.contains('f') {
            list.push((
                "fractionalSecondDigits",
                (self.components.fraction as u16).into(),
            ));
        }
        if let Some(style) = self.zone_name {
            list.push(("timeZoneName", ZONE_NAMES[style as usize].into()));
        }
        list
    }
}

/// The letters of a pattern that are not in quotes.
fn letters(pattern: &str) -> String {
    let outside = pattern.split('\'').step_by(2);
    outside.collect()
}

//! The calendar: days since 1970 and years, months, days, without a zone.

/// A day of the Gregorian calendar, also before it was introduced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Day {
    /// 0 is the year before 1.
    pub(crate) year: i64,
    /// From 0.
    pub(crate) month: u8,
    /// From 1.
    pub(crate) day: u8,
    /// From 0, Sunday.
    pub(crate) weekday: u8,
}

/// The day that is so many days after 1 January 1970.
pub(crate) fn day(days: i64) -> Day {
    // Years begin in March, so that the odd day is a year's last one.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = (from_march + 2) % 12;
    Day {
        year: year_of_era + era * 400 + i64::from(month < 2),
        month: month as u8,
        day: (of_year - (153 * from_march + 2) / 5 + 1) as u8,
        weekday: (days + 4).rem_euclid(7) as u8,
    }
}

/// The days from 1 January 1970 to a day; `month` counts from 0.
pub(crate) fn days(year: i64, month: u8, day: u8) -> i64 {
    let shifted = year - i64::from(month < 2);
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let from_march = (i64::from(month) + 10) % 12;
    let of_year = (153 * from_march + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719_468
}

//! An instant as a zone's clock shows it.

use super::DateFormat;
use crate::civil::{self, Day};
use crate::options::Failure;
use crate::zone::Kind;

/// What can be shown of an instant.
pub(crate) struct Fields {
    pub(crate) day: Day,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
    pub(crate) milli: u16,
    /// Seconds since 1970.
    pub(crate) instant: i64,
    pub(crate) kind: Kind,
}

/// A date's number in the range that dates have.
pub(crate) fn checked(time: f64) -> Result<i64, Failure> {
    match time.abs() <= 8.64e15 {
        true => Ok(time.trunc() as i64),
        false => Err(Failure::range("Invalid time value")),
    }
}

impl DateFormat {
    pub(crate) fn fields(&self, time: i64) -> Fields {
        let instant = time.div_euclid(1000);
        let kind = self.zone.kind_at(instant);
        let local = time + kind.offset() * 1000;
        let of_day = local.rem_euclid(86_400_000);
        Fields {
            day: civil::day(local.div_euclid(86_400_000)),
            hour: (of_day / 3_600_000) as u8,
            minute: (of_day / 60_000 % 60) as u8,
            second: (of_day / 1000 % 60) as u8,
            milli: (of_day % 1000) as u16,
            instant,
            kind,
        }
    }
}

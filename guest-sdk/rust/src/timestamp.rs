//! Instants between their text, as RFC 3339 writes it, and a count.
//!
//! Vendors want either, and a calendar library would be most of a small
//! component. Gregorian dates only; no time zones but the offset in the text.

const MS_PER_DAY: i64 = 86_400_000;

/// Milliseconds since the Unix epoch of an RFC 3339 instant, such as
/// `2026-01-15T12:34:56.789Z`. Finer fractions are cut off. `None` for what is
/// no instant, a leap second among it.
///
/// ```
/// use hookmill_guest::timestamp;
///
/// assert_eq!(timestamp::parse_ms("1970-01-02T00:00:00.5Z"), Some(86_400_500));
/// assert_eq!(timestamp::parse_ms("1970-01-01T01:00:00+01:00"), Some(0));
/// assert_eq!(timestamp::parse_ms("yesterday"), None);
/// ```
#[must_use]
pub fn parse_ms(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let (head, tail) = bytes.split_at_checked(19)?;
    let separated = head[4] == b'-'
        && head[7] == b'-'
        && matches!(head[10], b'T' | b't' | b' ')
        && head[13] == b':'
        && head[16] == b':';
    if !separated {
        return None;
    }
    let year = number(&head[0..4])?;
    let month = number(&head[5..7])?;
    let day = number(&head[8..10])?;
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    let time = clock_ms(number(&head[11..13])?, number(&head[14..16])?)?;
    let seconds = number(&head[17..19]).filter(|seconds| *seconds < 60)?;
    let (fraction_ms, zone) = fraction_ms(tail)?;
    let day_ms = days_since_epoch(year, month, day) * MS_PER_DAY;
    Some(day_ms + time + seconds * 1000 + fraction_ms - offset_ms(zone)?)
}

/// The RFC 3339 text in UTC of milliseconds since the Unix epoch, always with
/// three digits of the second, as JavaScript's `toISOString` writes it. Its
/// first ten characters are the date.
///
/// ```
/// use hookmill_guest::timestamp;
///
/// assert_eq!(timestamp::format_ms(1_768_480_496_789), "2026-01-15T12:34:56.789Z");
/// ```
#[must_use]
pub fn format_ms(unix_ms: u64) -> String {
    /// The last millisecond of the year 9999, the last that has four digits.
    const MAX_MS: i64 = 253_402_300_799_999;
    let unix_ms = i64::try_from(unix_ms).unwrap_or(MAX_MS).min(MAX_MS);
    let (year, month, day) = date(unix_ms / MS_PER_DAY);
    let ms = unix_ms % MS_PER_DAY;
    let mut text = String::with_capacity(24);
    push(&mut text, year, 1000, '-');
    push(&mut text, month, 10, '-');
    push(&mut text, day, 10, 'T');
    push(&mut text, ms / 3_600_000, 10, ':');
    push(&mut text, ms / 60_000 % 60, 10, ':');
    push(&mut text, ms / 1000 % 60, 10, '.');
    push(&mut text, ms % 1000, 100, 'Z');
    text
}

/// All digits from the one that counts `place` down, then what follows them.
fn push(text: &mut String, number: i64, mut place: i64, then: char) {
    while place > 0 {
        let digit = u8::try_from(number / place % 10).unwrap_or(0);
        text.push(char::from(b'0' + digit));
        place /= 10;
    }
    text.push(then);
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
        Some(number * 10 + digit)
    })
}

fn clock_ms(hour: i64, minute: i64) -> Option<i64> {
    (hour < 24 && minute < 60).then_some(hour * 3_600_000 + minute * 60_000)
}

/// The milliseconds of an optional fraction, and what stands after it.
fn fraction_ms(tail: &[u8]) -> Option<(i64, &[u8])> {
    let Some((b'.', digits)) = tail.split_first() else {
        return Some((0, tail));
    };
    let length = digits.iter().take_while(|it| it.is_ascii_digit()).count();
    let kept = length.min(3);
    let scale = [0, 100, 10, 1][kept];
    let ms = number(&digits[..kept])? * scale;
    (length > 0).then_some((ms, &digits[length..]))
}

fn offset_ms(zone: &[u8]) -> Option<i64> {
    match zone {
        b"Z" | b"z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let ms = clock_ms(number(&[*h1, *h2])?, number(&[*m1, *m2])?)?;
            Some(if *sign == b'-' { -ms } else { ms })
        }
        _ => None,
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01, counted in years that begin in March, so that the leap
/// day is the last of its year.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_since_epoch`], as year, month and day.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test's panic is its failure")]

    use super::*;

    #[test]
    fn every_day_of_eight_centuries_survives_the_round_trip() {
        for day in 0..292_194_u64 {
            let ms = day * 86_400_000 + day % 86_400_000;
            let text = format_ms(ms);
            assert_eq!(parse_ms(&text), i64::try_from(ms).ok(), "{text}");
        }
    }

    #[test]
    fn fractions_are_cut_and_offsets_applied() {
        let whole = parse_ms("2026-01-14T08:15:12Z").unwrap();
        assert_eq!(whole, 1_768_378_512_000);
        assert_eq!(parse_ms("2026-01-14T08:15:12.481903Z"), Some(whole + 481));
        assert_eq!(parse_ms("2026-01-14T05:45:12-02:30"), Some(whole));
        assert_eq!(parse_ms("1969-12-31T23:59:59.999Z"), Some(-1));
    }

    #[test]
    fn what_is_no_instant_is_none() {
        for text in [
            "",
            "2026-01-14",
            "2026-01-14T08:15:12",
            "2026-01-14T08:15:12.Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-14T24:00:00Z",
            "2026-01-14T23:59:60Z",
            "2026-01-14T08:15:12+1:00",
            "2026-01-14T08:15:1éZ",
        ] {
            assert_eq!(parse_ms(text), None, "{text}");
        }
    }

    #[test]
    fn what_has_no_four_digit_year_is_cut_to_the_last_that_has() {
        assert_eq!(format_ms(u64::MAX), "9999-12-31T23:59:59.999Z");
    }
}

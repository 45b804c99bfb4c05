//! Reads `Retry-After` (RFC 9110, section 10.2.3): how long a destination
//! wants to be left alone.
//!
//! Whether to heed it is the domain's decision. Pure: takes the time as
//! a parameter.

use crate::caps::RETRY_AFTER_MS_MAX;
use hookmill_domain::UnixMs;
use std::time::UNIX_EPOCH;

/// Milliseconds from `now` that the header's value asks for: seconds, with
/// fractions rounded up to a whole second, or an HTTP date. 0 for a date that
/// has passed, at most [`RETRY_AFTER_MS_MAX`], none when it is neither.
#[must_use]
pub fn parse_retry_after_ms(value: &str, now: UnixMs) -> Option<u64> {
    let value = value.trim_ascii();
    let ms = match seconds(value) {
        Some(seconds) => seconds.saturating_mul(1_000),
        None => {
            let date = httpdate::parse_http_date(value).ok()?;
            let since_epoch = date.duration_since(UNIX_EPOCH).unwrap_or_default();
            UnixMs(u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)).since_ms(now)
        }
    };
    Some(ms.min(RETRY_AFTER_MS_MAX))
}

/// Reads `12` or `11.3` (as 12). More digits than a `u64` holds are as much
/// as it does hold.
fn seconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let begun = u64::from(fraction.bytes().any(|byte| byte != b'0'));
    Some(whole.parse().unwrap_or(u64::MAX).saturating_add(begun))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_fractions_and_dates_are_read_and_nonsense_is_not() {
        // 1994-11-06T08:49:37Z, the date of RFC 9110.
        let now = UnixMs(784_111_777_000);
        let table = [
            ("0", Some(0)),
            ("120", Some(120_000)),
            (" 5 ", Some(5_000)),
            ("1.5", Some(2_000)),
            ("1.0", Some(1_000)),
            ("0.001", Some(1_000)),
            ("99999999", Some(RETRY_AFTER_MS_MAX)),
            ("18446744073709551616", Some(RETRY_AFTER_MS_MAX)),
            ("Sun, 06 Nov 1994 08:49:40 GMT", Some(3_000)),
            ("Sunday, 06-Nov-94 08:49:40 GMT", Some(3_000)),
            ("Sun Nov  6 08:49:40 1994", Some(3_000)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)),
            ("Sun, 06 Nov 1988 08:49:37 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(RETRY_AFTER_MS_MAX)),
            ("-1", None),
            ("+1", None),
            ("1e3", None),
            (".5", None),
            ("5.", None),
            ("1.2.3", None),
            ("soon", None),
            ("inf", None),
            ("", None),
        ];
        for (value, expected) in table {
            assert_eq!(parse_retry_after_ms(value, now), expected, "{value:?}");
        }
    }
}

//! An instant, as the API writes it.

use hookmill_domain::UnixMs;

/// RFC 3339 in UTC, with milliseconds.
pub(super) fn timestamp(at: UnixMs) -> String {
    let ms = i64::try_from(at.0).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| at.to_string(), |at| format!("{at:.3}"))
}

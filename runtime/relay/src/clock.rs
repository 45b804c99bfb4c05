//! The one place of this crate that reads the clock and draws random numbers.

use hookmill_domain::UnixMs;
use std::time::{SystemTime, UNIX_EPOCH};

/// Now, by the system's clock; the epoch when the clock stands before it.
#[must_use]
pub(crate) fn now() -> UnixMs {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    UnixMs(since_epoch.map_or(0, |elapsed| {
        u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
    }))
}

/// Random bytes from the operating system.
#[must_use]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has random bytes");
    bytes
}

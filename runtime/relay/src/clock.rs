//! Reads the clock and draws random numbers. Nothing else in this crate does.

use crate::caps::RANDOM_POOL_BYTES;
use hookmill_domain::UnixMs;
use std::cell::RefCell;
use std::time::{SystemTime, UNIX_EPOCH};

/// Now, by the system's clock; the epoch when the clock stands before it.
#[must_use]
pub(crate) fn now() -> UnixMs {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    UnixMs(since_epoch.map_or(0, |elapsed| {
        u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
    }))
}

thread_local! {
    /// Random bytes, and how many of them were given away.
    static POOL: RefCell<([u8; RANDOM_POOL_BYTES], usize)> = const { RefCell::new(([0; RANDOM_POOL_BYTES], RANDOM_POOL_BYTES)) };
}

/// Random bytes from the operating system, none of them given twice.
#[must_use]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    const { assert!(N <= RANDOM_POOL_BYTES) };
    POOL.with_borrow_mut(|(pool, used)| {
        if *used + N > RANDOM_POOL_BYTES {
            getrandom::fill(pool).expect("the operating system has random bytes");
            *used = 0;
        }
        let mut bytes = [0; N];
        bytes.copy_from_slice(&pool[*used..*used + N]);
        *used += N;
        bytes
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_bytes_are_given_twice() {
        let drawn: HashSet<[u8; 10]> = (0..10_000).map(|_| random()).collect();
        assert_eq!(drawn.len(), 10_000);
        let eights: HashSet<[u8; 8]> = (0..1_000).map(|_| random()).collect();
        assert_eq!(eights.len(), 1_000);
    }
}

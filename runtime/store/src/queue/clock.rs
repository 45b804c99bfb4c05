//! The store's clock: the caller's, but never running backwards.
//!
//! Deliveries are due at instants. If the wall clock steps back by an hour,
//! everything that was due would stall for that hour. So the store keeps an
//! offset: when the wall clock steps back, the offset grows by as much, and
//! from then on instants are shifted by it on their way in and out. Delays
//! keep their length; nothing becomes due too early or too late by more than
//! [`STEP_MS_MIN`].

use hookmill_domain::UnixMs;

/// Milliseconds by which instants of concurrent callers may be out of order
/// without being taken for a step.
const STEP_MS_MIN: u64 = 5_000;

/// The clock. Its instants (`_ms`, plain numbers) never mix with [`UnixMs`].
#[derive(Debug)]
pub(crate) struct Clock {
    latest_ms: u64,
    offset_ms: u64,
}

impl Clock {
    /// Goes on from the latest instant that was kept, and its offset.
    pub(crate) fn resume(latest_ms: u64, offset_ms: u64) -> Self {
        Self {
            latest_ms,
            offset_ms,
        }
    }

    /// The present instant, given the wall clock's.
    pub(crate) fn observe(&mut self, now: UnixMs) -> u64 {
        let seen = self.shifted(now);
        if seen.saturating_add(STEP_MS_MIN) < self.latest_ms {
            self.offset_ms = self.latest_ms.saturating_sub(now.0);
        }
        self.latest_ms = self.latest_ms.max(seen);
        self.latest_ms
    }

    /// Takes note that it is at least this late, without looking for a step.
    pub(crate) fn advance(&mut self, to: UnixMs) -> u64 {
        self.latest_ms = self.latest_ms.max(self.shifted(to));
        self.latest_ms
    }

    /// The latest instant seen, and the offset.
    pub(crate) fn state(&self) -> (u64, u64) {
        (self.latest_ms, self.offset_ms)
    }

    /// A wall clock's instant on this clock.
    pub(crate) fn shifted(&self, at: UnixMs) -> u64 {
        at.0.saturating_add(self.offset_ms)
    }

    /// An instant of this clock on the wall clock.
    pub(crate) fn wall(&self, at_ms: u64) -> UnixMs {
        UnixMs(at_ms.saturating_sub(self.offset_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_due_stays_due_when_the_wall_clock_steps_back() {
        let mut clock = Clock::resume(0, 0);
        let due = clock.observe(UnixMs(10_000_000));
        assert!(clock.observe(UnixMs(1_000)) >= due);
        let retry = clock.shifted(UnixMs(1_000 + 60_000));
        assert!(clock.observe(UnixMs(1_000 + 59_000)) < retry);
        assert!(clock.observe(UnixMs(1_000 + 60_000)) >= retry);
        assert_eq!(clock.wall(retry), UnixMs(61_000));
    }

    #[test]
    fn callers_a_little_out_of_order_shift_nothing() {
        let mut clock = Clock::resume(0, 0);
        clock.observe(UnixMs(10_000_000));
        assert_eq!(clock.observe(UnixMs(9_996_000)), 10_000_000);
        assert_eq!(clock.shifted(UnixMs(5)), 5);
    }

    #[test]
    fn a_clock_that_was_far_ahead_before_the_restart_loses_no_delay() {
        let mut clock = Clock::resume(9_000_000_000, 0);
        let now = clock.observe(UnixMs(1_000));
        assert_eq!(now, 9_000_000_000);
        assert_eq!(clock.shifted(UnixMs(6_000)), now + 5_000);
    }
}

//! How many lines of a kind are logged, so that a flood of them neither fills
//! a disk nor hides the rest.
//!
//! Pure: takes the time as a parameter. Holds one entry a kind, so kinds must
//! be few, whatever strangers send.

use crate::caps::{LOG_LINES_MAX, LOG_WINDOW};
use std::collections::HashMap;
use std::hash::Hash;
use std::time::Instant;

/// Whether a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passage {
    /// It is.
    Written,
    /// It is the first that is left out. How many are is to be asked for when
    /// the window has ended.
    FirstLeftOut {
        /// When that is.
        ends: Instant,
    },
    /// It is left out, too.
    LeftOut,
}

/// Counts lines by kind.
pub(super) struct Floodgate<K> {
    windows: HashMap<K, Window>,
}

struct Window {
    began: Instant,
    written: u32,
    left_out: u64,
}

impl<K> Default for Floodgate<K> {
    fn default() -> Self {
        Self {
            windows: HashMap::new(),
        }
    }
}

impl<K: Eq + Hash> Floodgate<K> {
    /// Counts a line.
    pub(super) fn pass(&mut self, kind: K, now: Instant) -> Passage {
        let window = self.windows.entry(kind).or_insert(Window {
            began: now,
            written: 0,
            left_out: 0,
        });
        // What was left out is told first, by who was told to ask for it.
        if window.left_out == 0 && now >= window.began + LOG_WINDOW {
            window.began = now;
            window.written = 0;
        }
        if window.written < LOG_LINES_MAX {
            window.written += 1;
            return Passage::Written;
        }
        window.left_out += 1;
        match window.left_out {
            1 => Passage::FirstLeftOut {
                ends: window.began + LOG_WINDOW,
            },
            _ => Passage::LeftOut,
        }
    }

    /// How many lines of a kind were left out; they count no more afterwards,
    /// and a new window begins.
    pub(super) fn take_left_out(&mut self, kind: &K) -> u64 {
        self.windows
            .remove(kind)
            .map_or(0, |window| window.left_out)
    }

    /// How many lines of each kind were left out, where any were.
    pub(super) fn take_all(&mut self) -> impl Iterator<Item = (K, u64)> {
        let windows = self.windows.drain();
        windows
            .filter_map(|(kind, window)| (window.left_out > 0).then_some((kind, window.left_out)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_flood_is_counted_and_quiet_kinds_are_not_touched_by_it() {
        let mut gate = Floodgate::default();
        let start = Instant::now();
        for _ in 0..LOG_LINES_MAX {
            assert_eq!(gate.pass("flood", start), Passage::Written);
        }
        let ends = start + LOG_WINDOW;
        assert_eq!(gate.pass("flood", start), Passage::FirstLeftOut { ends });
        for _ in 0..999 {
            assert_eq!(gate.pass("flood", start), Passage::LeftOut);
        }
        assert_eq!(gate.pass("quiet", start), Passage::Written);
        // Late, but not yet told of: it is counted, not lost.
        assert_eq!(gate.pass("flood", ends + LOG_WINDOW), Passage::LeftOut);
        assert_eq!(gate.take_left_out(&"flood"), 1_001);
        assert_eq!(gate.take_left_out(&"flood"), 0);
        assert_eq!(gate.pass("flood", ends), Passage::Written);
    }

    #[test]
    fn what_comes_slowly_is_written_for_ever() {
        let mut gate = Floodgate::default();
        let start = Instant::now();
        for second in 0..1_000 {
            let now = start + Duration::from_secs(second);
            assert_eq!(gate.pass((), now), Passage::Written, "{second}");
        }
        assert_eq!(gate.take_all().count(), 0);
    }

    #[test]
    fn all_that_was_left_out_can_be_told_at_the_end() {
        let mut gate = Floodgate::default();
        let now = Instant::now();
        for _ in 0..LOG_LINES_MAX + 7 {
            let _ = gate.pass("a", now);
        }
        let _ = gate.pass("b", now);
        assert_eq!(gate.take_all().collect::<Vec<_>>(), [("a", 7)]);
    }
}

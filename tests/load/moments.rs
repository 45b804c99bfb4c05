//! When each numbered event was sent, and when it arrived.

use crate::body;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Moments of sending and arriving, by event number, in nanoseconds since the
/// start; 0 is not yet.
pub(crate) struct Moments {
    start: Instant,
    sent: Vec<AtomicU64>,
    arrived: Vec<AtomicU64>,
    arrivals: AtomicU64,
    last_arrival_ns: AtomicU64,
}

impl Moments {
    pub(crate) fn new(events_max: usize) -> Arc<Self> {
        let zeros = || (0..events_max).map(|_| AtomicU64::new(0)).collect();
        Arc::new(Self {
            start: Instant::now(),
            sent: zeros(),
            arrived: zeros(),
            arrivals: AtomicU64::new(0),
            last_arrival_ns: AtomicU64::new(0),
        })
    }

    /// Nanoseconds since the start.
    pub(crate) fn now_ns(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos())
            .unwrap_or(u64::MAX)
            .max(1)
    }

    /// Notes that the event was, or should have been, sent at this moment.
    pub(crate) fn sent(&self, number: u64, at_ns: u64) {
        if let Some(slot) = self.sent.get(number as usize) {
            slot.store(at_ns, Ordering::Relaxed);
        }
    }

    /// Notes that an event arrived, as sent or as transformed.
    pub(crate) fn arrived(&self, body: &[u8]) {
        self.arrivals.fetch_add(1, Ordering::Relaxed);
        self.last_arrival_ns
            .fetch_max(self.now_ns(), Ordering::Relaxed);
        let Some(slot) = body::number(body).and_then(|n| self.arrived.get(n as usize)) else {
            return;
        };
        // The first arrival counts.
        let _ = slot.compare_exchange(0, self.now_ns(), Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Forgets what was sent and arrived.
    pub(crate) fn forget(&self) {
        let counts = [&self.arrivals, &self.last_arrival_ns];
        for number in self.sent.iter().chain(&self.arrived).chain(counts) {
            number.store(0, Ordering::Relaxed);
        }
    }

    /// Arrivals so far, repeats included.
    pub(crate) fn arrivals(&self) -> u64 {
        self.arrivals.load(Ordering::Relaxed)
    }

    /// The latest arrival, in nanoseconds since the start.
    pub(crate) fn last_arrival_ns(&self) -> u64 {
        self.last_arrival_ns.load(Ordering::Relaxed)
    }

    /// Microseconds from sending to arriving, of each event that did both.
    pub(crate) fn latencies_us(&self) -> impl Iterator<Item = u64> {
        self.sent
            .iter()
            .zip(&self.arrived)
            .filter_map(|(sent, arrived)| {
                let (sent, arrived) = (
                    sent.load(Ordering::Relaxed),
                    arrived.load(Ordering::Relaxed),
                );
                (sent > 0 && arrived > 0).then(|| arrived.saturating_sub(sent) / 1_000)
            })
    }
}

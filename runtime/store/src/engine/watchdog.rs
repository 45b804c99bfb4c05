//! Notices a disk that hangs: whoever waits for one says so on a [`Pulse`],
//! and a thread that does nothing else looks at all of them.
//!
//! Must not touch a file: it would hang with the others.

use super::failure::Failure;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Milliseconds between two looks.
const LOOK_MS: u64 = 1_000;

/// Whether somebody waits for the disk, and since when.
#[derive(Debug)]
pub(crate) struct Pulse {
    started: Instant,
    /// Milliseconds from `started` to the beginning of the wait, plus one; 0
    /// when nobody waits.
    since: AtomicU64,
}

impl Pulse {
    pub(crate) fn new() -> Self {
        Self {
            started: Instant::now(),
            since: AtomicU64::new(0),
        }
    }

    /// Waits for the disk in `wait`.
    pub(crate) fn during<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.since.store(self.elapsed_ms() + 1, Ordering::Release);
        let result = wait();
        self.since.store(0, Ordering::Release);
        result
    }

    /// Milliseconds since the wait began; 0 when nobody waits.
    pub(crate) fn age_ms(&self) -> u64 {
        match self.since.load(Ordering::Acquire) {
            0 => 0,
            since => self.elapsed_ms().saturating_sub(since - 1),
        }
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Starts the thread, which ends when `stop`'s other end is dropped.
pub(crate) fn start(
    pulses: Vec<Arc<Pulse>>,
    deadline_ms: u64,
    failure: Arc<Failure>,
    stop: Receiver<()>,
) -> Result<JoinHandle<()>, io::Error> {
    let look = Duration::from_millis(LOOK_MS.min(deadline_ms.max(1)));
    std::thread::Builder::new()
        .name("store-watch".to_owned())
        .spawn(move || {
            while stop.recv_timeout(look) == Err(RecvTimeoutError::Timeout) {
                let oldest = pulses.iter().map(|pulse| pulse.age_ms()).max();
                let age_ms = oldest.unwrap_or(0);
                if age_ms > deadline_ms && failure.reason().is_none() {
                    failure.fail(format!("a flush has not ended for {age_ms} ms"));
                }
            }
        })
}

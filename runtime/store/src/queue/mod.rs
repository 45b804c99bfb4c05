//! What is due, who holds it, and what time it is: the part of the queue that
//! is in memory. All of it can be rebuilt from the rows.
//!
//! Must not read or write: callers hold its lock.

pub(crate) mod clock;
pub(crate) mod event_cache;
pub(crate) mod lane;
pub(crate) mod lanes;
pub(crate) mod leases;

use clock::Clock;
use event_cache::EventCache;
use lanes::Lanes;
use leases::Leases;
use std::sync::{Mutex, MutexGuard};
use tokio::sync::Notify;

/// The queue, behind its lock, and the bell for whoever waits for work.
#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<QueueState>,
    bell: Notify,
}

/// What the lock protects.
#[derive(Debug)]
pub(crate) struct QueueState {
    pub(crate) clock: Clock,
    pub(crate) lanes: Lanes,
    pub(crate) leases: Leases,
    pub(crate) cache: EventCache,
}

impl Queue {
    pub(crate) fn new(state: QueueState) -> Self {
        Self {
            state: Mutex::new(state),
            bell: Notify::new(),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().expect("no holder of this lock panics")
    }

    /// Tells that something may have become due.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }

    /// Completes at the next ring, or at once after one that nobody heard.
    pub(crate) async fn rung(&self) {
        self.bell.notified().await;
    }
}

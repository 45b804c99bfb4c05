//! The thread that looks after the journal's files: makes room ahead of its
//! end, and syncs the high-water mark at most once a second. It sleeps while
//! nothing is written.

use super::failure::Failure;
use super::watchdog::Pulse;
use crate::journal::high_water::HighWater;
use crate::journal::space::Space;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError};
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Between two syncs of the mark.
const MARK_SYNC_EVERY: Duration = Duration::from_secs(1);

/// How long no room is made after that failed.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// What the keeper needs.
pub(crate) struct Keeper {
    pub(crate) space: Arc<Space>,
    pub(crate) high_water: Arc<HighWater>,
    /// Waits for the disk.
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) failure: Arc<Failure>,
}

/// Wakes the keeper; it ends when all of these are gone.
#[derive(Clone)]
pub(crate) struct KeeperHandle(Sender<()>);

impl KeeperHandle {
    pub(crate) fn new() -> (Self, Receiver<()>) {
        let (wake, woken) = crossbeam_channel::bounded(1);
        (Self(wake), woken)
    }

    /// Tells that there may be something to do.
    pub(crate) fn wake(&self) {
        match self.0.try_send(()) {
            // It knows already, or has ended.
            Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
        }
    }
}

impl Keeper {
    /// Starts the thread.
    pub(crate) fn start(self, woken: Receiver<()>) -> io::Result<JoinHandle<()>> {
        std::thread::Builder::new()
            .name("store-keep".to_owned())
            .spawn(move || self.run(&woken))
    }

    fn run(self, woken: &Receiver<()>) {
        let mut synced = Instant::now();
        let mut failed: Option<Instant> = None;
        loop {
            let next = if self.high_water.needs_sync() {
                woken.recv_deadline(synced + MARK_SYNC_EVERY)
            } else {
                woken.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            let may = failed.is_none_or(|at| at.elapsed() >= RETRY_AFTER);
            if may && self.space.is_wanted() {
                failed = (!self.make_room()).then(Instant::now);
            }
            match next {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => {
                    self.sync_mark();
                    synced = Instant::now();
                }
                Err(RecvTimeoutError::Disconnected) => return self.sync_mark(),
            }
        }
    }

    /// Whether it could. Without room the writer makes its own: only slower.
    fn make_room(&self) -> bool {
        let made = self.pulse.during(|| self.space.make());
        if let Err(error) = &made {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "no room can be made ahead of the journal's end"
            );
        }
        made.is_ok()
    }

    fn sync_mark(&self) {
        if let Err(error) = self.pulse.during(|| self.high_water.sync()) {
            let reason = format!("syncing the high-water mark failed: {error}");
            self.failure.fail(reason);
        }
    }
}

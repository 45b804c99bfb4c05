//! The thread that looks after a store each second: syncs the high-water mark
//! and measures files and disk.

use super::data_dir::{self, disk_free_bytes};
use super::database::{blobs, log_bytes};
use super::failure::Failure;
use super::high_water::HighWater;
use super::watchdog::Pulse;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

const TICK: Duration = Duration::from_secs(1);

/// What the keeper measured last.
#[derive(Debug, Default)]
pub(crate) struct Measures {
    pub(crate) disk_free_bytes: AtomicU64,
    pub(crate) file_bytes: AtomicU64,
    pub(crate) blobs: AtomicU64,
}

/// What the keeper needs.
pub(crate) struct Keeper {
    pub(crate) data_dir: PathBuf,
    pub(crate) high_water: Arc<HighWater>,
    /// Waits for the disk.
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) measures: Arc<Measures>,
    pub(crate) failure: Arc<Failure>,
}

impl Keeper {
    /// Measures once and starts the thread, which ends when `stop`'s other
    /// end is dropped.
    pub(crate) fn start(self, stop: Receiver<()>) -> Result<JoinHandle<()>, io::Error> {
        self.measure();
        std::thread::Builder::new()
            .name("store-keep".to_owned())
            .spawn(move || {
                while stop.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                    self.pulse.during(|| self.measure());
                    self.sync_mark();
                }
                self.sync_mark();
            })
    }

    fn measure(&self) {
        let (hot, cold) = (
            data_dir::hot(&self.data_dir),
            data_dir::cold(&self.data_dir),
        );
        let measures = &self.measures;
        let file_bytes = log_bytes(&hot) + log_bytes(&cold);
        measures.file_bytes.store(file_bytes, Ordering::Release);
        measures
            .blobs
            .store(blobs(&hot) + blobs(&cold), Ordering::Release);
        if measures.blobs.load(Ordering::Acquire) > 0 {
            self.failure
                .fail("sled wrote to `blobs`, which it never syncs".to_owned());
        }
        if let Some(free) = disk_free_bytes(&self.data_dir) {
            measures.disk_free_bytes.store(free, Ordering::Release);
        }
    }

    fn sync_mark(&self) {
        if let Err(error) = self.pulse.during(|| self.high_water.sync()) {
            self.failure
                .fail(format!("syncing the high-water mark failed: {error}"));
        }
    }
}

//! How a store is opened.

use std::path::PathBuf;

/// Where a store is and how it behaves.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// The data folder; made if it is missing. Nothing else belongs in it.
    pub data_dir: PathBuf,
    /// Bytes of sled's page cache. sled counts stored bytes: memory is up to
    /// ten times as much.
    pub index_cache_bytes: u64,
    /// Bytes of accepted events kept in memory until they are leased.
    pub event_cache_bytes: usize,
    /// Bytes of a segment of the journal; at least 64 KiB.
    pub segment_bytes: u32,
    /// Deliveries that wait, beyond which no event is accepted.
    pub backlog_deliveries_max: u64,
    /// Bytes that must be free on the disk to accept events.
    pub disk_free_bytes_min: u64,
    /// Milliseconds after which a flush that has not ended is a failure.
    pub flush_deadline_ms: u64,
    /// Whether attempts are recorded.
    pub attempts: AttemptHistory,
    /// What to do when acknowledged data is missing.
    pub on_loss: OnLoss,
    /// Whether the index may be opened.
    pub index: IndexTrust,
}

/// Whether the queue's index may be opened. sled can hang on damaged files, so a
/// child process tries it first ([`crate::check_index`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IndexTrust {
    /// It may.
    #[default]
    Use,
    /// It is made anew from the journal.
    Discard,
}

/// What to do when acknowledged data is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnLoss {
    /// Refuse to open.
    #[default]
    Refuse,
    /// Open with what is left. An operator's decision, for one start.
    Accept,
}

/// Whether attempts are recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AttemptHistory {
    /// They are, until the sweep removes them.
    #[default]
    Kept,
    /// They are not: less is written, and nobody can see why a delivery
    /// failed. Endings and idempotency keys are recorded either way.
    Dropped,
}

impl StoreConfig {
    /// The defaults, in this folder.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            index_cache_bytes: 32 << 20,
            event_cache_bytes: 64 << 20,
            segment_bytes: 64 << 20,
            backlog_deliveries_max: hookmill_domain::caps::IngestCaps::default()
                .backlog_deliveries_max,
            disk_free_bytes_min: hookmill_domain::caps::DISK_FREE_BYTES_MIN,
            flush_deadline_ms: 30_000,
            attempts: AttemptHistory::Kept,
            on_loss: OnLoss::Refuse,
            index: IndexTrust::Use,
        }
    }
}

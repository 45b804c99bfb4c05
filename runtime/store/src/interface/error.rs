//! Why a store could not do what it was asked.

use hookmill_domain::EventId;

/// A store could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// As many events wait as are allowed to; some must be delivered first.
    #[error(
        "the backlog is full: {events_max} events are waiting to be delivered, the most that `limits.backlog_events_max` allows"
    )]
    BacklogFull {
        /// The limit.
        events_max: u64,
    },
    /// The disk is too full to accept more.
    #[error(
        "the disk is too full to accept events: {free_bytes} bytes are free, and `server.disk_free_bytes_min` wants {required_bytes}"
    )]
    DiskFull {
        /// Bytes free.
        free_bytes: u64,
        /// Bytes that must be.
        required_bytes: u64,
    },
    /// What was given does not fit into a store.
    #[error("{what} has {size}, more than the {limit} that can be stored")]
    TooLarge {
        /// Which part.
        what: &'static str,
        /// Its size.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// Stored bytes are damaged. They are never served.
    #[error("the stored rows of {owner} are damaged: {problem}")]
    Corrupt {
        /// Whose rows.
        owner: CorruptOwner,
        /// What is wrong with them.
        problem: String,
    },
    /// Writing failed, panicked or hung. Nothing is acknowledged any more
    /// until the process starts anew.
    #[error("the store has failed and must be opened anew: {0}")]
    Failed(String),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// Whose rows are damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorruptOwner {
    /// An event's.
    Event(EventId),
    /// Another row, by its key as text.
    Row(String),
}

impl std::fmt::Display for CorruptOwner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Event(id) => write!(f, "event {id}"),
            Self::Row(key) => f.write_str(key),
        }
    }
}

//! Why a store could not do what it was asked.

use hookmill_domain::EventId;

/// A store could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// As many deliveries wait as are allowed to; some must end first.
    #[error(
        "the backlog is full: {deliveries_max} deliveries are waiting, the most that `limits.backlog_deliveries_max` allows"
    )]
    BacklogFull {
        /// The limit.
        deliveries_max: u64,
    },
    /// The queue's index is far behind the journal; it is catching up.
    #[error("the store is catching up: its index is too far behind to accept more")]
    IndexBehind,
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
    #[error("the stored bytes of {owner} are damaged: {problem}")]
    Corrupt {
        /// Whose.
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

impl StoreError {
    /// Stored bytes are damaged, as this says.
    pub(crate) fn damaged(problem: &dyn std::fmt::Display) -> Self {
        Self::Corrupt {
            owner: CorruptOwner::Store,
            problem: problem.to_string(),
        }
    }
}

/// Whose bytes are damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorruptOwner {
    /// An event's.
    Event(EventId),
    /// Nobody's in particular.
    Store,
}

impl std::fmt::Display for CorruptOwner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Event(id) => write!(f, "event {id}"),
            Self::Store => f.write_str("the store"),
        }
    }
}

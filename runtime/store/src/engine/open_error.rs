//! Why a store can't be opened. Each refusal says what to do about it, because
//! it is read by an operator whose relay does not start.

use std::io;
use std::path::{Path, PathBuf};

/// A store can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("the store in {path} is in use by another process")]
    InUse {
        /// The data folder.
        path: PathBuf,
    },
    /// A file or folder can't be read or written.
    #[error("{path} can't be used")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The journal is damaged where it was acknowledged.
    #[error(
        "the store is damaged: {path}: {problem}; restore it from a backup, or accept the loss of what came after"
    )]
    Damaged {
        /// The file or folder.
        path: PathBuf,
        /// What was found.
        problem: String,
    },
    /// The store is older than what it acknowledged: its newest part is gone.
    #[error(
        "the store is damaged: {path} ends at {found}, but it was acknowledged up to {acknowledged}; restore it from a backup, or accept the loss of what came after"
    )]
    AcknowledgedDataMissing {
        /// The journal's folder.
        path: PathBuf,
        /// Where it ends.
        found: String,
        /// Up to where callers were told of.
        acknowledged: String,
    },
    /// The store was written by a newer version.
    #[error("the store can't be read: {path}: {problem}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Which version.
        problem: String,
    },
    /// The file that tells what was acknowledged is gone or damaged.
    #[error(
        "the store is damaged: {path} is missing or damaged, so nobody can tell whether acknowledged data is; restore it from a backup, or accept the loss"
    )]
    MarkMissing {
        /// The file.
        path: PathBuf,
    },
    /// The index can't be made.
    #[error("the queue's index can't be made: {path}: {problem}")]
    Index {
        /// The index's folder.
        path: PathBuf,
        /// Why.
        problem: String,
    },
}

impl OpenError {
    pub(crate) fn io(path: &Path, cause: io::Error) -> Self {
        let path = path.to_owned();
        Self::Io { path, cause }
    }
}

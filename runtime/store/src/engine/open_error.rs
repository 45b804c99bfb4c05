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
    /// The database could not be made.
    #[error("the database {path} can't be created")]
    Create {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The database's files are damaged.
    #[error("the store is damaged: {path}: {problem}; restore it from a backup")]
    Damaged {
        /// The database's folder.
        path: PathBuf,
        /// What was found.
        problem: String,
    },
    /// The store is older than what it acknowledged: its newest part is gone.
    #[error(
        "the store is damaged: {path} ends at commit {found}, but commit {acknowledged} was acknowledged; restore it from a backup, or accept the loss of what came after"
    )]
    AcknowledgedDataMissing {
        /// The database's folder.
        path: PathBuf,
        /// The newest commit in it.
        found: u64,
        /// The newest commit that callers were told of.
        acknowledged: u64,
    },
    /// The file that tells which commits were acknowledged is gone or damaged.
    #[error(
        "the store is damaged: {path} is missing or damaged, so nobody can tell whether acknowledged data is; restore it from a backup, or accept the loss"
    )]
    MarkMissing {
        /// The file.
        path: PathBuf,
    },
    /// sled put data into files that it does not sync.
    #[error("the store is not durable: {path} has files in `blobs`")]
    Blobs {
        /// The database's folder.
        path: PathBuf,
    },
    /// The program was linked without what makes sled durable.
    #[error(
        "this build of hookmill is not durable: sled's writes do not reach the disk (its `sync_file_range` was not replaced)"
    )]
    NotDurable,
}

impl OpenError {
    pub(crate) fn io(path: &Path, cause: io::Error) -> Self {
        let path = path.to_owned();
        Self::Io { path, cause }
    }

    pub(crate) fn create(path: &Path, cause: io::Error) -> Self {
        let path = path.to_owned();
        Self::Create { path, cause }
    }

    pub(crate) fn damaged(path: &Path, problem: &dyn std::fmt::Display) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            problem: problem.to_string(),
        }
    }
}

//! Why the library of uploaded transforms did not do what it was asked.

use hookmill_domain::caps::{UPLOADED_BYTES_MAX, VERSIONS_MAX};
use hookmill_domain::transform::VersionNumber;
use std::io;
use std::path::{Path, PathBuf};

/// A call of the library failed. Nothing is half done.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// There is no such version.
    #[error("there is no version {0}")]
    UnknownVersion(VersionNumber),
    /// The active version can't be deleted.
    #[error("version {0} is the active one; activate another first")]
    Active(VersionNumber),
    /// The transform has as many versions as it may.
    #[error("the transform has {VERSIONS_MAX} versions, the most there may be; delete some first")]
    TooManyVersions,
    /// The tenant's programs are as large as they may be.
    #[error(
        "the tenant's uploaded programs have {stored} bytes; with {bytes} more there would be over {UPLOADED_BYTES_MAX}, the most there may be: delete versions first"
    )]
    TooManyBytes {
        /// Bytes of the programs that are there.
        stored: u64,
        /// Bytes of the new one.
        bytes: u64,
    },
    /// A file is not as it was written.
    #[error("{} is damaged: {message}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A file or folder can't be used.
    #[error("{} can't be used", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl LibraryError {
    pub(super) fn damaged(path: &Path, message: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            message: message.into(),
        }
    }
}

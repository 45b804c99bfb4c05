//! Files that were read at the start, and whether they are still the same.

use super::caps::CONFIG_BYTES_MAX;
use sha2::{Digest as _, Sha256};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A file as it was when it was read.
#[derive(Clone, Debug)]
pub struct ReadFile {
    path: PathBuf,
    digest: [u8; 32],
}

impl ReadFile {
    pub(super) fn new(path: &Path, bytes: &[u8]) -> Self {
        Self {
            path: path.to_owned(),
            digest: Sha256::digest(bytes).into(),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it holds something else by now, or can't be read. Blocks.
    pub fn has_changed(&self) -> bool {
        let mut bytes = Vec::new();
        let read = std::fs::File::open(&self.path).and_then(|file| {
            // More than any of them may have had.
            file.take(CONFIG_BYTES_MAX + 1).read_to_end(&mut bytes)
        });
        read.is_err() || self.digest != <[u8; 32]>::from(Sha256::digest(&bytes))
    }
}

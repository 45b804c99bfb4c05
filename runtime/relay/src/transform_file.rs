//! The file of a declared transform: read as it is now, loaded, and known by
//! the digest of the bytes that run.

use bytes::Bytes;
use hookmill_domain::declared::DeclaredTransform;
use hookmill_domain::program::{ProgramDigest, UnreadableFile};
use hookmill_sandbox::{LoadError, Program, Sandbox, Source};
use std::fs::File;
use std::sync::{Mutex, PoisonError};

/// A transform that is a file.
pub(crate) struct FileTransform {
    pub(crate) declared: DeclaredTransform,
    /// Of the bytes that run; until some do, of those that were there at the
    /// start, if any.
    digest: Mutex<Option<ProgramDigest>>,
}

impl FileTransform {
    /// Takes the digest of the file as it is now. Blocks.
    pub(crate) fn new(declared: &DeclaredTransform) -> Self {
        let bytes = read(declared).ok();
        Self {
            declared: declared.clone(),
            digest: Mutex::new(bytes.map(|bytes| ProgramDigest::of(&bytes))),
        }
    }

    pub(crate) fn digest(&self) -> Option<ProgramDigest> {
        *self.digest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_digest(&self, digest: ProgramDigest) {
        let mut held = self.digest.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some(digest);
    }
}

/// Reads the file as it is now. Blocks.
///
/// # Errors
/// [`UnreadableFile`].
pub(crate) fn read(transform: &DeclaredTransform) -> Result<Bytes, UnreadableFile> {
    transform.kind.read(File::open(&transform.file)?)
}

/// Loads what was read of a declared file. Blocks for as long as compiling
/// takes.
///
/// # Errors
/// What is wrong with it, in one sentence.
pub(crate) fn load(
    sandbox: &Sandbox,
    transform: &DeclaredTransform,
    bytes: &[u8],
) -> Result<Program, LoadError> {
    let name = transform.file.to_string_lossy();
    sandbox.load(Source::new(&name, transform.kind, bytes)?)
}

//! The file of a declared transform, read as it is now.

use bytes::Bytes;
use hookmill_domain::declared::DeclaredTransform;
use hookmill_domain::program::UnreadableFile;
use hookmill_sandbox::{LoadError, Program, Sandbox, Source};
use std::fs::File;

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

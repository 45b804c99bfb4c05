//! Uploaded versions back from the disk: after a start, and for a rollback.

use super::UploadError;
use hookmill_sandbox::{Program, Sandbox, Source};
use hookmill_store::library::{Library, Version};

/// Loads a version's program; from the compiler's cache, usually. Blocks.
pub(crate) fn load_version(
    sandbox: &Sandbox,
    library: &Library,
    version: &Version,
) -> Result<Program, UploadError> {
    let bytes = library.program(version)?;
    Ok(sandbox.load(Source::new(&version.file_name, version.kind, &bytes)?)?)
}

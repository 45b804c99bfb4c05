//! Uploaded versions back from the disk: after a start, and for a rollback.

use super::UploadError;
use crate::declared::TransformKind;
use crate::program;
use hookmill_sandbox::{Program, Sandbox};
use hookmill_store::library::{Library, LibraryError, Version};

/// Loads a version's program; from the compiler's cache, usually. Blocks.
pub(crate) fn load_version(
    sandbox: &Sandbox,
    library: &Library,
    version: &Version,
) -> Result<Program, UploadError> {
    let bytes = library.program(version)?;
    let kind = TransformKind::from_name(&version.kind).ok_or_else(|| LibraryError::Damaged {
        path: version.file_name.clone().into(),
        message: format!("no program is of the kind `{}`", version.kind),
    })?;
    Ok(program::load(sandbox, &version.file_name, kind, &bytes)?)
}

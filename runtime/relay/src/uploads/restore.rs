//! Uploaded versions back from the disk: after a start, and for a rollback.

use super::error::UploadError;
use crate::blocking::blocking;
use hookmill_domain::TenantId;
use hookmill_sandbox::{Program, Sandbox, Source};
use hookmill_store::library::{Library, LibraryError, Version, Versions};
use std::sync::Arc;

/// Reads which versions there are of a transform.
pub(crate) async fn read_versions(
    library: &Arc<Library>,
    tenant: TenantId,
    name: &str,
) -> Result<Versions, LibraryError> {
    let (library, name) = (Arc::clone(library), name.to_owned());
    blocking(move || library.versions(tenant, &name)).await
}

/// Loads a version's program; from the compiler's cache, usually. Blocks.
pub(crate) fn load_version(
    sandbox: &Sandbox,
    library: &Library,
    version: &Version,
) -> Result<Program, UploadError> {
    let bytes = library.program(version)?;
    Ok(sandbox.load(Source::new(&version.file_name, version.kind, &bytes)?)?)
}

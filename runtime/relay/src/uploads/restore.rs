//! Uploaded versions back from the disk: at the start, and for a rollback.

use super::UploadError;
use crate::declared::TransformKind;
use crate::program;
use crate::registry::{Registry, Uploads};
use hookmill_domain::transform::{TransformRef, WantedVersion};
use hookmill_sandbox::{Program, Sandbox};
use hookmill_store::library::{Library, LibraryError, Version};

/// Loads what is active or pinned of every uploaded transform, at the start.
/// One that can't be loaded keeps nobody else from starting: its endpoints
/// wait for a version, and the log says why.
pub(crate) fn load_all(registry: &Registry, sandbox: &Sandbox, library: &Library) {
    for uploads in registry.uploads() {
        load_one(registry, sandbox, library, &uploads);
    }
}

fn load_one(registry: &Registry, sandbox: &Sandbox, library: &Library, uploads: &Uploads<'_>) {
    let (tenant, name) = (uploads.tenant, uploads.name);
    let unusable = |version: WantedVersion, error: UploadError| {
        let name = name.to_owned();
        tracing::error!(
            tenant.name = registry.tenant_name(tenant),
            transform.name = %TransformRef { name, version },
            error = &error as &dyn std::error::Error,
            "an uploaded transform can't be loaded: its endpoints wait for a version that can"
        );
    };
    let versions = match library.versions(tenant, name) {
        Ok(versions) => versions,
        Err(error) => return unusable(WantedVersion::Active, error.into()),
    };
    if let Some(version) = versions.active() {
        match load_version(sandbox, library, version) {
            Ok(program) => registry.activate_version(tenant, name, program),
            Err(error) => unusable(WantedVersion::Active, error),
        }
    }
    for number in uploads.pinned.iter().copied() {
        let unknown = || UploadError::from(LibraryError::UnknownVersion(number));
        let loaded = versions
            .get(number)
            .ok_or_else(unknown)
            .and_then(|version| load_version(sandbox, library, version));
        match loaded {
            Ok(program) => registry.place_version(tenant, name, number, &program),
            Err(error) => unusable(WantedVersion::Pinned(number), error),
        }
    }
}

/// Loads a version's program; from the compiler's cache, usually.
pub(super) fn load_version(
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

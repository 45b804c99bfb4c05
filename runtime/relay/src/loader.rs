//! Loads one program that is declared, from its file or from what was uploaded,
//! and puts it into its slot.

use crate::blocking::blocking;
use crate::compile_queue::CompileQueue;
use crate::load_key::LoadKey;
use crate::load_queue::{LoadOutcome, LoadReason};
use crate::registry::Registry;
use crate::slot::{Content, Slot};
use crate::transform_file::{self, FileTransform};
use crate::uploads::{UploadError, Version, load_version, read_versions};
use hookmill_domain::causes::in_one_line;
use hookmill_domain::declared::DeclaredTransform;
use hookmill_domain::program::ProgramDigest;
use hookmill_domain::transform::{TransformRef, WantedVersion};
use hookmill_sandbox::{LoadError, Sandbox};
use hookmill_store::library::{Library, LibraryError};
use std::error::Error;
use std::sync::Arc;

/// What loading needs.
pub(crate) struct Loader<'a> {
    pub(crate) registry: &'a Registry,
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) library: &'a Arc<Library>,
    pub(crate) compile_queue: &'a CompileQueue,
}

impl Loader<'_> {
    /// Loads a program, and says in the log what came of it.
    pub(crate) async fn load(&self, key: &LoadKey, reason: LoadReason) -> LoadOutcome {
        let transforms = self.registry.transforms();
        match transforms.file(key.tenant, &key.transform) {
            Some(file) => self.load_file(file, key, reason).await,
            None => self.load_upload(key).await,
        }
    }

    async fn load_file(
        &self,
        file: &FileTransform,
        key: &LoadKey,
        reason: LoadReason,
    ) -> LoadOutcome {
        let active = LoadKey {
            wanted: WantedVersion::Active,
            ..key.clone()
        };
        let Some(slot) = self.registry.transforms().slot(&active) else {
            return LoadOutcome::Unchanged;
        };
        let declared = file.declared.clone();
        let reading = declared.clone();
        let bytes = match blocking(move || transform_file::read(&reading)).await {
            Ok(bytes) => bytes,
            Err(error) => return refuse_file(slot, &declared, &error),
        };
        let digest = ProgramDigest::of(&bytes);
        let before = file.digest();
        if slot.is_ready() && before.as_ref() == Some(&digest) {
            tracing::info!(
                tenant.name = declared.tenant_name, transform.name = declared.name, program.digest = %digest,
                "the transform's file is unchanged"
            );
            return LoadOutcome::Unchanged;
        }
        let (sandbox, loading) = (self.sandbox.clone(), declared.clone());
        let load = move || transform_file::load(&sandbox, &loading, &bytes);
        let program = match self.compile_queue.load_declared(load).await {
            Ok(program) => program,
            Err(error) if is_ours(&error) => return self.later(key, &error),
            Err(error) => return refuse_file(slot, &declared, &error),
        };
        slot.set(program);
        file.set_digest(digest);
        log_loaded(&declared, &digest, before.as_ref(), reason);
        if before == Some(digest) {
            LoadOutcome::New
        } else {
            LoadOutcome::NewFile
        }
    }

    async fn load_upload(&self, key: &LoadKey) -> LoadOutcome {
        let Some(slot) = self.registry.transforms().slot(key) else {
            return LoadOutcome::Unchanged;
        };
        let error: UploadError = match self.find_version(key).await {
            Ok(None) => {
                slot.fill(Content::NoVersion);
                return LoadOutcome::Unchanged;
            }
            Ok(Some(version)) => {
                let (sandbox, library) = (self.sandbox.clone(), Arc::clone(self.library));
                let load = move || load_version(&sandbox, &library, &version);
                match self.compile_queue.load_declared(load).await {
                    Ok(program) => {
                        slot.fill(Content::Program(program));
                        return LoadOutcome::New;
                    }
                    Err(error @ UploadError::Sandbox(_)) => return self.later(key, &error),
                    Err(error) => error,
                }
            }
            Err(error) => error.into(),
        };
        slot.fill(Content::Unusable(in_one_line(&error).into()));
        let transform = TransformRef {
            name: key.transform.clone(),
            version: key.wanted,
        };
        tracing::error!(
            tenant.name = self.registry.tenant_name(key.tenant),
            transform.name = %transform,
            error = &error as &dyn Error,
            "an uploaded transform can't be loaded: its endpoints wait for a version that can, or for SIGHUP"
        );
        LoadOutcome::Refused
    }

    async fn find_version(&self, key: &LoadKey) -> Result<Option<Version>, LibraryError> {
        let versions = read_versions(self.library, key.tenant, &key.transform).await?;
        Ok(match key.wanted {
            WantedVersion::Active => versions.active().cloned(),
            WantedVersion::Pinned(number) => versions.get(number).cloned(),
        })
    }

    fn later(&self, key: &LoadKey, error: &(dyn Error + 'static)) -> LoadOutcome {
        tracing::warn!(
            tenant.name = self.registry.tenant_name(key.tenant),
            transform.name = key.transform,
            error,
            "a transform could not be loaded for want of something of ours: it is tried again"
        );
        LoadOutcome::Later
    }
}

fn refuse_file(
    slot: &Slot,
    declared: &DeclaredTransform,
    error: &(dyn Error + 'static),
) -> LoadOutcome {
    let runs_on = slot.is_ready();
    slot.fill(Content::Unusable(in_one_line(error).into()));
    let path = declared.file.display();
    if runs_on {
        tracing::error!(
            tenant.name = declared.tenant_name, transform.name = declared.name, file = %path, error,
            "a transform's file was refused: the one that was read before goes on"
        );
    } else {
        tracing::error!(
            tenant.name = declared.tenant_name, transform.name = declared.name, file = %path, error,
            "a transform can't be loaded: its endpoints wait; mend the file and send SIGHUP"
        );
    }
    LoadOutcome::Refused
}

fn log_loaded(
    declared: &DeclaredTransform,
    digest: &ProgramDigest,
    before: Option<&ProgramDigest>,
    reason: LoadReason,
) {
    match reason {
        LoadReason::Reload => tracing::info!(
            tenant.name = declared.tenant_name, transform.name = declared.name,
            program.digest = %digest,
            program.digest_before = before.map(ToString::to_string),
            "the transform was reloaded from its file"
        ),
        LoadReason::Start => tracing::debug!(
            tenant.name = declared.tenant_name, transform.name = declared.name, program.digest = %digest,
            "the transform is loaded"
        ),
    }
}

fn is_ours(error: &LoadError) -> bool {
    matches!(error, LoadError::Unavailable { .. })
}

//! What changes an uploaded transform: a new version, another active one, a
//! version less.
//!
//! One change at a time, so that what the endpoints run is what the library
//! says; the slow part, loading, comes before.

use super::check::refuse_what_never_works;
use super::error::UploadError;
use super::restore::{load_version, read_versions};
use super::{Activation, TransformId, TransformView, Upload, Uploaded};
use crate::blocking::blocking;
use crate::clock;
use crate::relay::Relay;
use bytes::Bytes;
use hookmill_domain::TenantId;
use hookmill_domain::transform::{VersionNumber, WantedVersion};
use hookmill_sandbox::Program;
use hookmill_store::library::{Added, Library, LibraryError, NewVersion, Version};
use std::sync::Arc;

/// A program on its way to becoming a version.
struct NewProgram {
    program: Program,
    bytes: Bytes,
    new: NewVersion,
}

impl Relay {
    /// Checks a program, makes it the newest version, durably, and runs it
    /// from then on unless told otherwise.
    ///
    /// # Errors
    /// [`UploadError`]; nothing is changed then.
    pub async fn upload(
        self: &Arc<Self>,
        id: &TransformId,
        upload: Upload,
        activation: Activation,
        author: &str,
    ) -> Result<Uploaded, UploadError> {
        let cases = self.cases(id, &upload)?;
        let (file_name, kind) = (upload.file_name.clone(), upload.kind);
        let bytes = upload.program.clone();
        let (program, checked) = self.load_and_run(id.tenant, cases, upload).await?;
        if activation == Activation::AtOnce {
            refuse_what_never_works(&checked)?;
        }
        let new = NewVersion {
            file_name,
            digest: program.digest(),
            kind,
            language: checked.about.language.clone(),
            imports: checked.about.imports.clone(),
            load_us: u64::try_from(checked.load_time.as_micros()).unwrap_or(u64::MAX),
            author: author.to_owned(),
            created_at: clock::now(),
        };
        let new = NewProgram {
            program,
            bytes,
            new,
        };
        let (relay, id) = (Arc::clone(self), id.clone());
        let keep = async move { relay.keep(&id, new, activation).await };
        let (version, is_new) = uncancelled(keep).await?;
        Ok(Uploaded {
            version,
            is_new,
            checked,
        })
    }

    async fn keep(
        &self,
        id: &TransformId,
        NewProgram {
            program,
            bytes,
            new,
        }: NewProgram,
        activation: Activation,
    ) -> Result<(Version, bool), UploadError> {
        let _changing = self.uploads.changing.lock().await;
        let (library, tenant, name) = self.library_of(id);
        let author = new.author.clone();
        let added = blocking(move || library.add(tenant, &name, &bytes, new, activation)).await?;
        let (version, is_new) = match added {
            Added::New(version) => (version, true),
            Added::Existing(version) => (version, false),
        };
        tracing::info!(
            tenant.name = self.registry.tenant_name(id.tenant), transform.name = id.name,
            version = %version.number, program.digest = %version.digest, author,
            "a transform was uploaded"
        );
        let transforms = self.registry.transforms();
        transforms.set_pinned(id.tenant, &id.name, version.number, &program);
        if activation == Activation::AtOnce {
            transforms.set_active(id.tenant, &id.name, program);
        }
        self.places.wake();
        Ok((version, is_new))
    }

    /// Runs another version from now on: this one, or the one before the
    /// active one.
    ///
    /// # Errors
    /// [`UploadError`]; nothing is changed then.
    pub async fn roll_back(
        self: &Arc<Self>,
        id: &TransformId,
        to: Option<VersionNumber>,
    ) -> Result<TransformView, UploadError> {
        let versions = read_versions(&self.uploads.library, id.tenant, &id.name).await?;
        let version = match to {
            Some(number) => versions
                .get(number)
                .ok_or(LibraryError::UnknownVersion(number))?,
            None => versions.before_active().ok_or(UploadError::NothingBefore)?,
        };
        let program = self.load_version(id.tenant, version.clone()).await?;
        let (relay, of, number) = (Arc::clone(self), id.clone(), version.number);
        let switch = async move {
            let _changing = relay.uploads.changing.lock().await;
            relay.make_active(&of, number, program).await
        };
        uncancelled(switch).await?;
        self.transform(id).await
    }

    /// Deletes a version that nobody uses.
    ///
    /// # Errors
    /// [`UploadError::Pinned`], [`UploadError::Library`]; nothing is changed
    /// then.
    pub async fn delete_version(
        &self,
        id: &TransformId,
        number: VersionNumber,
    ) -> Result<(), UploadError> {
        let _changing = self.uploads.changing.lock().await;
        let users = self.registry.endpoints_of(id.tenant, &id.name);
        let mut pinned = users.filter(|(_, wanted)| *wanted == WantedVersion::Pinned(number));
        if let Some((endpoint, _)) = pinned.next() {
            let endpoint = endpoint.name.clone();
            return Err(UploadError::Pinned { number, endpoint });
        }
        let (library, tenant, name) = self.library_of(id);
        blocking(move || library.delete(tenant, &name, number)).await?;
        Ok(())
    }

    fn library_of(&self, id: &TransformId) -> (Arc<Library>, TenantId, String) {
        (
            Arc::clone(&self.uploads.library),
            id.tenant,
            id.name.clone(),
        )
    }

    async fn load_version(
        &self,
        tenant: TenantId,
        version: Version,
    ) -> Result<Program, UploadError> {
        let (sandbox, library) = (self.sandbox.clone(), Arc::clone(&self.uploads.library));
        let load = move || load_version(&sandbox, &library, &version);
        self.uploads.compile_queue.load_upload(tenant, load).await?
    }

    async fn make_active(
        &self,
        id: &TransformId,
        number: VersionNumber,
        program: Program,
    ) -> Result<(), UploadError> {
        let (library, tenant, name) = self.library_of(id);
        blocking(move || library.activate(tenant, &name, number)).await?;
        let transforms = self.registry.transforms();
        transforms.set_active(id.tenant, &id.name, program);
        self.places.wake();
        tracing::info!(
            tenant.name = self.registry.tenant_name(id.tenant), transform.name = id.name,
            version = %number, "a version was made the active one"
        );
        Ok(())
    }
}

/// Lets a change end that has begun, also when nobody waits for it any more.
async fn uncancelled<T: Send + 'static>(change: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(change).await {
        Ok(done) => done,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

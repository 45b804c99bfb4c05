//! What changes an uploaded transform: a new version, another active one, a
//! version less.
//!
//! One change at a time, so that what the endpoints run is what the library
//! says; the slow part, loading, comes before.

use super::samples::Try;
use super::{
    Activation, Checked, Failed, TransformId, TransformView, Upload, UploadError, Uploaded,
    blocking, restore, samples, trial,
};
use crate::clock;
use crate::relay::Relay;
use bytes::Bytes;
use hookmill_domain::TenantId;
use hookmill_domain::transform::{VersionNumber, WantedVersion};
use hookmill_sandbox::Program;
use hookmill_sandbox::Source;
use hookmill_sandbox::about::about;
use hookmill_store::library::{Added, Library, LibraryError, NewVersion, Version};
use std::sync::Arc;
use std::time::Instant;

/// A program on its way to becoming a version.
struct NewProgram {
    program: Program,
    bytes: Bytes,
    new: NewVersion,
}

impl Relay {
    /// Everything that an upload checks; keeps nothing.
    ///
    /// # Errors
    /// What an upload would say.
    pub async fn check_upload(
        &self,
        id: &TransformId,
        upload: Upload,
    ) -> Result<Checked, UploadError> {
        let tries = self.tries(id, &upload)?;
        let (_, checked) = self.try_out(id.tenant, tries, upload).await?;
        refuse_if_it_never_works(&checked)?;
        Ok(checked)
    }

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
        let tries = self.tries(id, &upload)?;
        let (file_name, kind) = (upload.file_name.clone(), upload.kind);
        let bytes = upload.program.clone();
        let (program, checked) = self.try_out(id.tenant, tries, upload).await?;
        if activation == Activation::AtOnce {
            refuse_if_it_never_works(&checked)?;
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
        let (version, is_new) = finished(keep).await?;
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
        self.registry
            .place_version(id.tenant, &id.name, version.number, &program);
        if activation == Activation::AtOnce {
            self.registry.activate_version(id.tenant, &id.name, program);
        }
        self.dispatcher.wake();
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
        let versions = self.read_versions(id.tenant, &id.name).await?;
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
        finished(switch).await?;
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

    /// What the program is tried on: the upload's own samples, or else those in
    /// the binary.
    fn tries(&self, id: &TransformId, upload: &Upload) -> Result<Vec<Try<'_>>, UploadError> {
        let endpoints = match upload.endpoint.as_deref() {
            None => trial::interested(self.registry.endpoints_of(id.tenant, &id.name)),
            Some(named) => {
                let endpoint = self.registry.endpoint_named(id.tenant, named);
                let unknown = || UploadError::UnknownEndpoint(named.chars().take(80).collect());
                vec![endpoint.ok_or_else(unknown)?]
            }
        };
        if upload.samples.is_empty() {
            return Ok(trial::tries(&self.uploads.built_in, &endpoints));
        }
        let endpoint = endpoints.first().copied();
        let samples = upload.samples.iter().cloned();
        Ok(samples.map(|it| Try::of_own(endpoint, it)).collect())
    }

    async fn try_out(
        &self,
        tenant: TenantId,
        tries: Vec<Try<'_>>,
        upload: Upload,
    ) -> Result<(Program, Checked), UploadError> {
        let sandbox = self.sandbox.clone();
        let Upload {
            file_name,
            kind,
            program: bytes,
            samples,
            ..
        } = upload;
        let load = move || {
            let started = Instant::now();
            let program = sandbox.load(Source::new(&file_name, kind, &bytes)?)?;
            Ok((program, started.elapsed(), about(&bytes, kind)))
        };
        let loaded: Result<_, UploadError> = self.uploads.workshop.take_turn(tenant, load).await?;
        let (program, load_time, about) = loaded?;
        let (sandbox, now) = (&self.sandbox, clock::now());
        let mut checked = Checked {
            digest: program.digest(),
            about,
            load_time,
            samples: Vec::new(),
            built_in: Vec::new(),
        };
        if samples.is_empty() {
            let run = samples::run_all(sandbox, tenant, &program, tries, now, trial::is_enough);
            checked.built_in = run.await?;
        } else {
            let run = samples::run_all(sandbox, tenant, &program, tries, now, |_| false);
            checked.samples = run.await?;
        }
        match Failed::of(&checked.samples) {
            Some(failed) => Err(UploadError::SamplesFailed(failed)),
            None => Ok((program, checked)),
        }
    }

    async fn load_version(
        &self,
        tenant: TenantId,
        version: Version,
    ) -> Result<Program, UploadError> {
        let (sandbox, library) = (self.sandbox.clone(), Arc::clone(&self.uploads.library));
        let load = move || restore::load_version(&sandbox, &library, &version);
        self.uploads.workshop.take_turn(tenant, load).await?
    }

    async fn make_active(
        &self,
        id: &TransformId,
        number: VersionNumber,
        program: Program,
    ) -> Result<(), UploadError> {
        let (library, tenant, name) = self.library_of(id);
        blocking(move || library.activate(tenant, &name, number)).await?;
        self.registry.activate_version(id.tenant, &id.name, program);
        self.dispatcher.wake();
        tracing::info!(
            tenant.name = self.registry.tenant_name(id.tenant), transform.name = id.name,
            version = %number, "a version was made the active one"
        );
        Ok(())
    }
}

/// What is known to fail always must not become active.
fn refuse_if_it_never_works(checked: &Checked) -> Result<(), UploadError> {
    match Failed::of(&checked.built_in) {
        Some(failed) if trial::never_works(&checked.built_in) => {
            Err(UploadError::NeverWorks(failed))
        }
        _ => Ok(()),
    }
}

/// Lets a change end that has begun, also when nobody waits for it any more.
async fn finished<T: Send + 'static>(change: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(change).await {
        Ok(done) => done,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

//! What changes an uploaded transform: a new version, another active one, a
//! version less.
//!
//! One change at a time, so that what the endpoints run is what the library
//! says; the slow part, loading, comes before.

use super::samples;
use super::{
    Activation, Checked, SampleRun, TransformId, TransformView, Upload, UploadError, Uploaded,
    blocking, restore,
};
use crate::clock;
use crate::program;
use crate::relay::Relay;
use bytes::Bytes;
use hookmill_domain::TenantId;
use hookmill_domain::endpoint::Endpoint;
use hookmill_domain::transform::{VersionNumber, WantedVersion};
use hookmill_sandbox::Program;
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
        let endpoint = self.sample_endpoint(id, upload.endpoint.as_deref())?;
        let (_, checked) = self.try_out(id.tenant, endpoint, upload).await?;
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
        let endpoint = self.sample_endpoint(id, upload.endpoint.as_deref())?;
        let (file_name, kind) = (upload.file_name.clone(), upload.kind);
        let bytes = upload.program.clone();
        let (program, checked) = self.try_out(id.tenant, endpoint, upload).await?;
        let new = NewVersion {
            file_name,
            kind: kind.as_str().to_owned(),
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

    /// The endpoint whose view of the world samples get.
    fn sample_endpoint(
        &self,
        id: &TransformId,
        named: Option<&str>,
    ) -> Result<Option<&Endpoint>, UploadError> {
        let Some(named) = named else {
            let users = self.registry.endpoints_of(id.tenant, &id.name);
            let endpoints = users.map(|(endpoint, _)| endpoint);
            return Ok(endpoints.min_by(|a, b| a.name.cmp(&b.name)));
        };
        let endpoint = self.registry.endpoint_named(id.tenant, named);
        endpoint
            .map(Some)
            .ok_or_else(|| UploadError::UnknownEndpoint(named.chars().take(80).collect()))
    }

    async fn try_out(
        &self,
        tenant: TenantId,
        endpoint: Option<&Endpoint>,
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
            let program = program::load(&sandbox, &file_name, kind, &bytes)?;
            Ok((program, started.elapsed(), about(&bytes, kind.into())))
        };
        let loaded: Result<_, UploadError> = self.uploads.workshop.take_turn(tenant, load).await?;
        let (program, load_time, about) = loaded?;
        let now = clock::now();
        let runs =
            samples::run_all(&self.sandbox, tenant, &program, endpoint, samples, now).await?;
        if let Some(error) = failed_samples(&runs) {
            return Err(error);
        }
        let checked = Checked {
            about,
            load_time,
            samples: runs,
        };
        Ok((program, checked))
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

fn failed_samples(runs: &[SampleRun]) -> Option<UploadError> {
    let faults = |run: &SampleRun| {
        let fault = run.outcome.as_ref().err()?;
        let text = format!("{}: {}", fault.code, fault.message);
        Some((run.name.clone(), text))
    };
    let (first_name, first_message) = runs.iter().find_map(faults)?;
    Some(UploadError::SamplesFailed {
        runs: runs.to_vec(),
        failed: runs.iter().filter(|run| run.outcome.is_err()).count(),
        first_name,
        first_message,
    })
}

/// Lets a change end that has begun, also when nobody waits for it any more.
async fn finished<T: Send + 'static>(change: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(change).await {
        Ok(done) => done,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

//! Uploading transforms, and which of their versions run.
//!
//! An upload is checked completely, tried over sample events and kept
//! durably before it becomes active; until then, and when anything fails, what
//! ran before goes on. Who may upload is decided by the caller.

mod change;
mod check;
mod dry_run;
mod error;
mod restore;
mod sample;
mod trial;

pub use crate::compile_queue::CompileQueueFull;
pub use error::{Failed, UploadError};
pub use hookmill_store::library::{Activation, LibraryError, Version, Versions};
pub(crate) use restore::{load_version, read_versions};
pub use sample::{Sample, SampleRun};

use crate::blocking::blocking;
use crate::relay::Relay;
use crate::transforms::Origin;
use bytes::Bytes;
use hookmill_domain::TenantId;
use hookmill_domain::caps::NAME_SHOWN_CHARS_MAX;
use hookmill_domain::program::{ProgramDigest, ProgramKind};
use hookmill_domain::transform::WantedVersion;
use hookmill_sandbox::about::About;
use std::sync::Arc;
use std::time::Duration;

/// A program that is uploaded.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The file's name, for messages.
    pub file_name: String,
    /// What the bytes are.
    pub kind: ProgramKind,
    /// The program.
    pub program: Bytes,
    /// Events that it has to run over without a fault; without any it is tried
    /// on those in the binary that its endpoints want.
    pub samples: Vec<Sample>,
    /// The endpoint whose variables, limits and hosts hold for the samples;
    /// none is the first that uses the transform, for those in the binary the
    /// first that wants the event.
    pub endpoint: Option<String>,
}

/// What was found about a program that was accepted.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The digest of its bytes.
    pub digest: ProgramDigest,
    /// What it says about itself.
    pub about: About,
    /// The time that checking and compiling it took.
    pub load_time: Duration,
    /// What came of the upload's own samples.
    pub samples: Vec<SampleRun>,
    /// What came of those in the binary, where it has none of its own.
    pub built_in: Vec<SampleRun>,
}

/// A version made by an upload, or the one that was there already.
#[derive(Clone, Debug)]
pub struct Uploaded {
    /// The version.
    pub version: Version,
    /// Whether it is new; the same bytes are never kept as two versions.
    pub is_new: bool,
    /// What was found.
    pub checked: Checked,
}

/// A transform as a reader is shown it.
#[derive(Clone, Debug)]
pub struct TransformView {
    /// Its name within the tenant.
    pub name: String,
    /// Its versions; none for a file of the operator's.
    pub versions: Option<Versions>,
    /// The endpoints that run it, and which version they want.
    pub endpoints: Vec<(String, WantedVersion)>,
}

/// One uploaded transform.
#[derive(Clone, Debug)]
pub struct TransformId {
    tenant: TenantId,
    name: String,
}

impl Relay {
    /// The tenant with this name or id.
    ///
    /// # Errors
    /// [`UploadError::UnknownTenant`].
    pub fn tenant(&self, name_or_id: &str) -> Result<TenantId, UploadError> {
        let found = self.registry.tenant(name_or_id);
        found.ok_or_else(|| {
            UploadError::UnknownTenant(name_or_id.chars().take(NAME_SHOWN_CHARS_MAX).collect())
        })
    }

    /// The uploaded transform with this name.
    ///
    /// # Errors
    /// [`UploadError::UnknownTransform`], [`UploadError::Declared`].
    pub fn uploaded_transform(
        &self,
        tenant: TenantId,
        name: &str,
    ) -> Result<TransformId, UploadError> {
        let names = || {
            let known = self.registry.tenant_name(tenant).map(str::to_owned);
            let tenant = known.unwrap_or_else(|| tenant.to_string());
            (tenant, name.chars().take(NAME_SHOWN_CHARS_MAX).collect())
        };
        match self.registry.transforms().origin(tenant, name) {
            Some(Origin::Uploads) => Ok(TransformId {
                tenant,
                name: name.to_owned(),
            }),
            Some(Origin::File(_)) => {
                let (tenant, transform) = names();
                Err(UploadError::Declared { tenant, transform })
            }
            None => {
                let (tenant, transform) = names();
                Err(UploadError::UnknownTransform { tenant, transform })
            }
        }
    }

    /// The tenant's transforms, by name.
    ///
    /// # Errors
    /// [`UploadError::Library`].
    pub async fn transforms(&self, tenant: TenantId) -> Result<Vec<TransformView>, UploadError> {
        let mut views = Vec::new();
        for (name, origin) in self.registry.transforms().of(tenant) {
            let versions = match origin {
                Origin::File(_) => None,
                Origin::Uploads => Some(read_versions(&self.uploads.library, tenant, name).await?),
            };
            views.push(self.view(tenant, name, versions));
        }
        Ok(views)
    }

    /// One uploaded transform, with its versions.
    ///
    /// # Errors
    /// [`UploadError::Library`].
    pub async fn transform(&self, id: &TransformId) -> Result<TransformView, UploadError> {
        let versions = read_versions(&self.uploads.library, id.tenant, &id.name).await?;
        Ok(self.view(id.tenant, &id.name, Some(versions)))
    }

    /// The program of a version, as it was uploaded.
    ///
    /// # Errors
    /// [`UploadError::Library`].
    pub async fn version_program(&self, version: Version) -> Result<Bytes, UploadError> {
        let library = Arc::clone(&self.uploads.library);
        Ok(blocking(move || library.program(&version)).await?)
    }

    fn view(&self, tenant: TenantId, name: &str, versions: Option<Versions>) -> TransformView {
        let endpoints = self.registry.endpoints_of(tenant, name);
        let mut endpoints: Vec<_> = endpoints
            .map(|(endpoint, wanted)| (endpoint.name.clone(), wanted))
            .collect();
        endpoints.sort();
        TransformView {
            name: name.to_owned(),
            versions,
            endpoints,
        }
    }
}

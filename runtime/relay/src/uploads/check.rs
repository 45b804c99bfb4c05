//! What an upload is checked for before anything of it is kept: whether it can
//! be loaded, and what it makes of sample events.

use super::dry_run::{self, DryRunCase};
use super::error::{Failed, UploadError};
use super::{Checked, TransformId, Upload, trial};
use crate::clock;
use crate::relay::Relay;
use hookmill_domain::TenantId;
use hookmill_domain::caps::NAME_SHOWN_CHARS_MAX;
use hookmill_sandbox::about::about;
use hookmill_sandbox::{Program, Source};
use std::time::Instant;

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
        let cases = self.cases(id, &upload)?;
        let (_, checked) = self.load_and_run(id.tenant, cases, upload).await?;
        refuse_what_never_works(&checked)?;
        Ok(checked)
    }

    /// What the program is run over: the upload's own samples, or else those in
    /// the binary.
    pub(super) fn cases(
        &self,
        id: &TransformId,
        upload: &Upload,
    ) -> Result<Vec<DryRunCase<'_>>, UploadError> {
        let endpoints = match upload.endpoint.as_deref() {
            None => trial::endpoints_to_run_for(self.registry.endpoints_of(id.tenant, &id.name)),
            Some(named) => {
                let endpoint = self.registry.endpoint_named(id.tenant, named);
                let unknown = || {
                    UploadError::UnknownEndpoint(named.chars().take(NAME_SHOWN_CHARS_MAX).collect())
                };
                vec![endpoint.ok_or_else(unknown)?]
            }
        };
        if upload.samples.is_empty() {
            return Ok(trial::cases(&self.uploads.built_in, &endpoints));
        }
        let endpoint = endpoints.first().copied();
        let samples = upload.samples.iter().cloned();
        Ok(samples.map(|it| DryRunCase::of_own(endpoint, it)).collect())
    }

    /// Loads the program, in the tenant's turn, and runs it over the samples.
    pub(super) async fn load_and_run(
        &self,
        tenant: TenantId,
        cases: Vec<DryRunCase<'_>>,
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
        let loaded: Result<_, UploadError> =
            self.uploads.compile_queue.load_upload(tenant, load).await?;
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
            let run = dry_run::run_all(sandbox, tenant, &program, cases, now, trial::is_enough);
            checked.built_in = run.await?;
        } else {
            let run = dry_run::run_all(sandbox, tenant, &program, cases, now, |_| false);
            checked.samples = run.await?;
        }
        match Failed::of(&checked.samples) {
            Some(failed) => Err(UploadError::SamplesFailed(failed)),
            None => Ok((program, checked)),
        }
    }
}

/// What is known to fail always must not become active.
pub(super) fn refuse_what_never_works(checked: &Checked) -> Result<(), UploadError> {
    match Failed::of(&checked.built_in) {
        Some(failed) if trial::never_works(&checked.built_in) => {
            Err(UploadError::NeverWorks(failed))
        }
        _ => Ok(()),
    }
}

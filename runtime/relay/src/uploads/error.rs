//! Why an upload, or a change of versions, did not happen.

use super::sample::SampleRun;
use crate::compile_queue::CompileQueueFull;
use hookmill_domain::transform::VersionNumber;
use hookmill_sandbox::{LoadError, RunError};
use hookmill_store::library::LibraryError;

/// Sample events of which some ended in a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What came of each.
    pub runs: Vec<SampleRun>,
    /// How many failed.
    pub failed: usize,
    /// The first one's name and its fault.
    pub first: String,
}

impl Failed {
    /// What failed of these runs; none when nothing did.
    #[must_use]
    pub fn of(runs: &[SampleRun]) -> Option<Self> {
        let mut failures = runs.iter().filter_map(|run| {
            let fault = run.outcome.as_ref().err()?;
            Some(format!("{}: {}: {}", run.name, fault.code, fault.message))
        });
        let first = failures.next()?;
        Some(Self {
            failed: 1 + failures.count(),
            runs: runs.to_vec(),
            first,
        })
    }
}

/// Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// No such tenant.
    #[error("no application `{0}` is declared")]
    UnknownTenant(String),
    /// No such transform.
    #[error(
        "no transform `{transform}` is declared for `{tenant}`; declare it as [tenants.{tenant}.transforms.{transform}] with `upload = true`"
    )]
    UnknownTransform {
        /// The tenant's name.
        tenant: String,
        /// The transform's name.
        transform: String,
    },
    /// The transform is a file of the operator's.
    #[error(
        "transform `{transform}` of `{tenant}` is declared with `file` and has no versions; declare it with `upload = true` instead"
    )]
    Declared {
        /// The tenant's name.
        tenant: String,
        /// The transform's name.
        transform: String,
    },
    /// No such endpoint, for the samples.
    #[error("no endpoint `{0}` is declared for this application")]
    UnknownEndpoint(String),
    /// The program can't be loaded.
    #[error(transparent)]
    Refused(Box<LoadError>),
    /// A sample event ended in a fault.
    #[error("{} of {} sample events ended in a fault; the first: {}", .0.failed, .0.runs.len(), .0.first)]
    SamplesFailed(Failed),
    /// It fails on everything in the binary that it would get.
    #[error("it fails on each of the {} built-in sample events that were tried, so it is not made active; the first: {}. If the events that it is for look different, send some with it (`event`, `--event FILE`), which are then tried instead; `?activate=false` (`--no-activate`) keeps it without running it", .0.runs.len(), .0.first)]
    NeverWorks(Failed),
    /// There is no version to roll back to.
    #[error("there is no version before the active one")]
    NothingBefore,
    /// The version can't be deleted.
    #[error("version {number} is in use by endpoint `{endpoint}`, which is pinned to it")]
    Pinned {
        /// The version.
        number: VersionNumber,
        /// The endpoint.
        endpoint: String,
    },
    /// Too many uploads at once.
    #[error(transparent)]
    Full(#[from] CompileQueueFull),
    /// The versions can't be read or written, or there is no such version.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// Our failure, not the program's.
    #[error("the program could not be tried")]
    Sandbox(#[from] RunError),
}

impl From<LoadError> for UploadError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Unavailable { source, .. } => Self::Sandbox(source),
            error => Self::Refused(Box::new(error)),
        }
    }
}

//! What the relay's operations fail with, as problems: the one place that says
//! which code an error has.
//!
//! What is the operator's affair is logged here, or kept as a cause, and not
//! told to the caller.

use super::problem::{Problem, RAISE_BODY_BYTES_MAX};
use super::{endpoint_id, show};
use crate::caps::RETRY_FAILED_S;
use hookmill_api::problem::More;
use hookmill_domain::coding::DecodeError;
use hookmill_relay::accept::{AcceptError, Refusal};
use hookmill_relay::disable::SwitchError;
use hookmill_relay::replay::ReplayError;
use hookmill_relay::uploads::{LibraryError, UploadError};
use hookmill_relay::view::StoreError;

impl From<AcceptError> for Problem {
    fn from(error: AcceptError) -> Self {
        match &error {
            AcceptError::UnknownSource => Self::not_found(error.to_string()),
            AcceptError::Signature(_) | AcceptError::SignatureOfCoded { .. } => {
                Self::unauthorized(error.to_string())
            }
            AcceptError::Coding(DecodeError::TooLarge { .. }) => {
                Self::payload_too_large(format!("{error}; {RAISE_BODY_BYTES_MAX}"))
            }
            AcceptError::Coding(_) | AcceptError::Malformed(_) => {
                Self::malformed(error.to_string())
            }
            AcceptError::Store(_) => {
                let problem = Self::refused(&error);
                match error.refusal() {
                    Refusal::Failed => problem.caused_by(error),
                    _ => problem,
                }
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the store could not be read"
        );
        Self::unavailable("the store can't be read now", RETRY_FAILED_S)
    }
}

impl From<ReplayError> for Problem {
    fn from(error: ReplayError) -> Self {
        let text = error.to_string();
        match error {
            ReplayError::Disabled { .. } => Self::endpoint_disabled(text),
            ReplayError::NotDeclared(_) => Self::endpoint_not_declared(text),
            ReplayError::Store(error) => Self::from(error),
        }
    }
}

impl From<SwitchError> for Problem {
    fn from(error: SwitchError) -> Self {
        let text = error.to_string();
        match error {
            SwitchError::Unknown => endpoint_id::unknown(),
            SwitchError::Declared { .. } => Self::endpoint_disabled(text),
            SwitchError::Store(error) => Self::from(error),
        }
    }
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        let text = error.to_string();
        match error {
            UploadError::UnknownTenant(_)
            | UploadError::UnknownTransform { .. }
            | UploadError::Library(LibraryError::UnknownVersion(_)) => Self::not_found(text),
            UploadError::UnknownEndpoint(_) => Self::malformed(text),
            UploadError::Declared { .. }
            | UploadError::NothingBefore
            | UploadError::Pinned { .. }
            | UploadError::Library(
                LibraryError::Active(_)
                | LibraryError::TooManyVersions
                | LibraryError::TooManyBytes { .. },
            ) => Self::conflict(text),
            UploadError::Refused(refused) => {
                let position = refused.position().map(show::position);
                Self::unprocessable(text, More::Position(position))
            }
            UploadError::SamplesFailed(failed) => {
                let runs = show::sample_runs(&failed.runs);
                Self::unprocessable(text, More::Samples(runs))
            }
            UploadError::NeverWorks(failed) => {
                let runs = show::built_in_runs(&failed.runs);
                Self::unprocessable(text, More::BuiltIn(runs))
            }
            UploadError::Full(_) => Self::too_many_requests(text, RETRY_FAILED_S),
            error @ (UploadError::Library(_) | UploadError::Sandbox(_)) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "an uploaded transform could not be handled"
                );
                Self::unavailable(
                    "the uploaded transforms can't be worked on now",
                    RETRY_FAILED_S,
                )
            }
        }
    }
}

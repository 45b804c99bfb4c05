//! Errors as problem details (RFC 9457): the one place that maps them to
//! status codes.

use super::sample_run::{self, position};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hookmill_relay::accept::{AcceptError, Refusal};
use hookmill_relay::uploads::{LibraryError, UploadError};
use hookmill_relay::view::StoreError;

/// An error response: `application/problem+json` with `type`, `title`,
/// `status`, `code` (the title as one word) and `detail`.
pub(crate) struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: String,
    /// A further member: its name and value.
    extra: Option<Box<(&'static str, serde_json::Value)>>,
    retry_after_s: Option<u32>,
}

impl Problem {
    fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            title,
            detail: detail.into(),
            extra: None,
            retry_after_s: None,
        }
    }

    /// 400.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Malformed request", detail)
    }

    /// 401. Says nothing about keys.
    pub(crate) fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Not authorized", detail)
    }

    /// 404, also for what exists and is none of the caller's business.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found", detail)
    }

    /// 405.
    pub(crate) fn method_not_allowed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed", detail)
    }

    /// 408.
    pub(crate) fn timeout(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "Request timeout", detail)
    }

    /// 409.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "Conflict", detail)
    }

    /// 413.
    pub(crate) fn too_large(bytes_max: usize) -> Self {
        Self::payload_too_large(format!(
            "the body is larger than {bytes_max} bytes; the operator can raise `limits.body_bytes_max`"
        ))
    }

    /// 413, where no configuration helps.
    pub(crate) fn payload_too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "Payload too large", detail)
    }

    /// 415.
    pub(crate) fn unsupported(detail: impl Into<String>) -> Self {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::new(status, "Unsupported media type", detail)
    }

    /// 422: the request is right and its content is not.
    pub(crate) fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Unprocessable content",
            detail,
        )
    }

    /// 429, to be tried again after `retry_after_s` seconds.
    pub(crate) fn too_many_requests(detail: impl Into<String>, retry_after_s: u32) -> Self {
        Self {
            retry_after_s: Some(retry_after_s),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests", detail)
        }
    }

    /// The same with one more member.
    pub(crate) fn with(self, name: &'static str, value: serde_json::Value) -> Self {
        Self {
            extra: Some(Box::new((name, value))),
            ..self
        }
    }

    /// 503, to be tried again after `retry_after_s` seconds.
    pub(crate) fn unavailable(detail: impl Into<String>, retry_after_s: u32) -> Self {
        Self {
            retry_after_s: Some(retry_after_s),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "Unavailable", detail)
        }
    }

    /// 503 from a store that takes no events. What failed is the operator's
    /// affair and in the log.
    pub(crate) fn refused(error: &AcceptError) -> Self {
        match (error.refusal(), error) {
            (Refusal::Full, AcceptError::Store(source)) => {
                Self::unavailable(source.to_string(), 30)
            }
            _ => Self::unavailable("events can't be stored now", 5),
        }
    }
}

impl From<AcceptError> for Problem {
    fn from(error: AcceptError) -> Self {
        match &error {
            AcceptError::UnknownSource => Self::not_found(error.to_string()),
            AcceptError::Signature(_) => Self::unauthorized(error.to_string()),
            AcceptError::Malformed(_) => Self::malformed(error.to_string()),
            AcceptError::Store(_) => {
                if error.refusal() == Refusal::Failed {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "an event was not accepted"
                    );
                }
                Self::refused(&error)
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
        Self::unavailable("the store can't be read now", 5)
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
            UploadError::Refused(refused) => Self::unprocessable(text).with(
                "position",
                serde_json::json!(refused.position().map(position)),
            ),
            UploadError::SamplesFailed { runs, .. } => {
                Self::unprocessable(text).with("samples", sample_run::show_all(&runs))
            }
            UploadError::Full(_) => Self::too_many_requests(text, 5),
            error @ (UploadError::Library(_) | UploadError::Sandbox(_)) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "an uploaded transform could not be handled"
                );
                Self::unavailable("the uploaded transforms can't be worked on now", 5)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = serde_json::json!({
            "type": "about:blank",
            "title": self.title,
            "status": self.status.as_u16(),
            "code": self.title.to_ascii_lowercase().replace(' ', "_"),
            "detail": self.detail,
        });
        if let Some(extra) = self.extra {
            let (name, value) = *extra;
            body[name] = value;
        }
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, kind, body.to_string()).into_response();
        if let Some(seconds) = self.retry_after_s {
            let seconds = HeaderValue::from(seconds);
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

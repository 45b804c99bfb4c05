//! Errors as problem details (RFC 9457): the one place that maps them to
//! status codes.

use super::endpoints;
use super::sample_run::{self, position};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hookmill_domain::coding::DecodeError;
use hookmill_relay::accept::{AcceptError, Refusal};
use hookmill_relay::replay::ReplayError;
use hookmill_relay::switch::SwitchError;
use hookmill_relay::uploads::{LibraryError, UploadError};
use hookmill_relay::view::StoreError;

/// What helps against a body that is too large.
const RAISE_BODY_BYTES_MAX: &str = "the operator can raise `limits.body_bytes_max`";

/// An error response: `application/problem+json` with `type`, `title`,
/// `status`, `code` (the title as one word) and `detail`.
pub(crate) struct Problem {
    status: StatusCode,
    title: &'static str,
    code: &'static str,
    detail: String,
    /// A further member: its name and value.
    extra: Option<Box<(&'static str, serde_json::Value)>>,
    /// A header field of the response.
    header: Option<Box<(HeaderName, HeaderValue)>>,
    cause: Option<Box<AcceptError>>,
}

impl Problem {
    fn new(
        status: StatusCode,
        (title, code): (&'static str, &'static str),
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            title,
            code,
            detail: detail.into(),
            extra: None,
            header: None,
            cause: None,
        }
    }

    /// The status code.
    pub(crate) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The title as one word; the same for all problems of a kind.
    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// What is wrong, in a sentence or two.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// What failed, where it is the operator's affair and is to be logged.
    pub(crate) fn cause(&self) -> Option<&AcceptError> {
        self.cause.as_deref()
    }

    /// 400.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            ("Malformed request", "malformed_request"),
            detail,
        )
    }

    /// 401. Says nothing about keys.
    pub(crate) fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            ("Not authorized", "not_authorized"),
            detail,
        )
    }

    /// 404, also for what exists and is none of the caller's business.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, ("Not found", "not_found"), detail)
    }

    /// 405.
    pub(crate) fn method_not_allowed(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            ("Method not allowed", "method_not_allowed"),
            detail,
        )
    }

    /// 408.
    pub(crate) fn timeout(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            ("Request timeout", "request_timeout"),
            detail,
        )
    }

    /// 409.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, ("Conflict", "conflict"), detail)
    }

    /// 409: nothing is sent to the endpoint.
    fn endpoint_disabled(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            ("Endpoint disabled", "endpoint_disabled"),
            detail,
        )
    }

    /// 409: the endpoint is not there any more.
    fn endpoint_not_declared(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            ("Endpoint not declared", "endpoint_not_declared"),
            detail,
        )
    }

    /// 413.
    pub(crate) fn too_large(bytes_max: usize) -> Self {
        Self::payload_too_large(format!(
            "the body is larger than {bytes_max} bytes; {RAISE_BODY_BYTES_MAX}"
        ))
    }

    /// 413, where no configuration helps.
    pub(crate) fn payload_too_large(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            ("Payload too large", "payload_too_large"),
            detail,
        )
    }

    /// 415.
    pub(crate) fn unsupported(detail: impl Into<String>) -> Self {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::new(
            status,
            ("Unsupported media type", "unsupported_media_type"),
            detail,
        )
    }

    /// 415 for a body's coding, and which ones would do (RFC 9110, section
    /// 15.5.16).
    pub(crate) fn unsupported_coding(detail: impl Into<String>, accepted: &'static str) -> Self {
        Self::unsupported(detail)
            .with_header(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted))
    }

    /// 501.
    pub(crate) fn not_implemented(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::NOT_IMPLEMENTED,
            ("Not implemented", "not_implemented"),
            detail,
        )
    }

    /// 422: the request is right and its content is not.
    pub(crate) fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            ("Unprocessable content", "unprocessable_content"),
            detail,
        )
    }

    /// 429, to be tried again after `retry_after_s` seconds.
    pub(crate) fn too_many_requests(detail: impl Into<String>, retry_after_s: u32) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            ("Too many requests", "too_many_requests"),
            detail,
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from(retry_after_s))
    }

    fn with_header(self, name: HeaderName, value: HeaderValue) -> Self {
        Self {
            header: Some(Box::new((name, value))),
            ..self
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
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            ("Unavailable", "unavailable"),
            detail,
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from(retry_after_s))
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
                let failed = error.refusal() == Refusal::Failed;
                let problem = Self::refused(&error);
                Self {
                    cause: failed.then(|| Box::new(error)),
                    ..problem
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
        Self::unavailable("the store can't be read now", 5)
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
            SwitchError::Unknown => endpoints::unknown(),
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
            UploadError::Refused(refused) => Self::unprocessable(text).with(
                "position",
                serde_json::json!(refused.position().map(position)),
            ),
            UploadError::SamplesFailed(failed) => {
                Self::unprocessable(text).with("samples", sample_run::show_all(&failed.runs))
            }
            UploadError::NeverWorks(failed) => {
                Self::unprocessable(text).with("builtIn", sample_run::show_built_in(&failed.runs))
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
            "code": self.code,
            "detail": self.detail,
        });
        if let Some(extra) = self.extra {
            let (name, value) = *extra;
            body[name] = value;
        }
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, kind, body.to_string()).into_response();
        if let Some(field) = self.header {
            let (name, value) = *field;
            response.headers_mut().insert(name, value);
        }
        response
    }
}

//! Errors as problem details (RFC 9457): how they are answered.
//!
//! Code, status and title belong together and stand in one table, in the API.

use super::answer;
use crate::caps::{RETRY_FAILED_S, RETRY_FULL_S};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hookmill_api::problem::{AnyCode, More, Problem as Body, ProblemCode};
use hookmill_relay::accept::{AcceptError, Refusal};

/// What helps against a body that is too large.
pub(super) const RAISE_BODY_BYTES_MAX: &str = "the operator can raise `limits.body_bytes_max`";

/// An error response.
pub(crate) struct Problem {
    code: ProblemCode,
    detail: String,
    /// A further member of the body.
    more: Option<Box<More>>,
    /// A header field of the response.
    header: Option<Box<(HeaderName, HeaderValue)>>,
    cause: Option<Box<AcceptError>>,
}

impl Problem {
    fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            more: None,
            header: None,
            cause: None,
        }
    }

    /// The status code.
    pub(crate) fn status(&self) -> u16 {
        self.code.status()
    }

    /// The stable text of its code.
    pub(crate) fn code(&self) -> &'static str {
        self.code.as_str()
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
        Self::new(ProblemCode::MalformedRequest, detail)
    }

    /// 401. Says nothing about keys.
    pub(crate) fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(ProblemCode::NotAuthorized, detail)
    }

    /// 404, also for what exists and is none of the caller's business.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(ProblemCode::NotFound, detail)
    }

    /// 405.
    pub(crate) fn method_not_allowed(detail: impl Into<String>) -> Self {
        Self::new(ProblemCode::MethodNotAllowed, detail)
    }

    /// 408.
    pub(crate) fn timeout(detail: impl Into<String>) -> Self {
        Self::new(ProblemCode::RequestTimeout, detail)
    }

    /// 409.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(ProblemCode::Conflict, detail)
    }

    /// 409: nothing is sent to the endpoint.
    pub(super) fn endpoint_disabled(detail: impl Into<String>) -> Self {
        Self::new(ProblemCode::EndpointDisabled, detail)
    }

    /// 409: the endpoint is not there any more.
    pub(super) fn endpoint_not_declared(detail: impl Into<String>) -> Self {
        Self::new(ProblemCode::EndpointNotDeclared, detail)
    }

    /// 413.
    pub(crate) fn too_large(bytes_max: usize) -> Self {
        Self::payload_too_large(format!(
            "the body is larger than {bytes_max} bytes; {RAISE_BODY_BYTES_MAX}"
        ))
    }

    /// 413, where no configuration helps.
    pub(crate) fn payload_too_large(detail: impl Into<String>) -> Self {
        Self::new(ProblemCode::PayloadTooLarge, detail)
    }

    /// 415.
    pub(crate) fn unsupported(detail: impl Into<String>) -> Self {
        Self::new(ProblemCode::UnsupportedMediaType, detail)
    }

    /// 415 for a body's coding, and which ones would do (RFC 9110, section
    /// 15.5.16).
    pub(crate) fn unsupported_coding(detail: impl Into<String>, accepted: &'static str) -> Self {
        Self::unsupported(detail)
            .with_header(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted))
    }

    /// 501.
    pub(crate) fn not_implemented(detail: impl Into<String>) -> Self {
        Self::new(ProblemCode::NotImplemented, detail)
    }

    /// 422: the request is right and its content is not; `more` says where.
    pub(super) fn unprocessable(detail: impl Into<String>, more: More) -> Self {
        Self {
            more: Some(Box::new(more)),
            ..Self::new(ProblemCode::UnprocessableContent, detail)
        }
    }

    /// 429, to be tried again after `retry_after_s` seconds.
    pub(crate) fn too_many_requests(detail: impl Into<String>, retry_after_s: u32) -> Self {
        Self::new(ProblemCode::TooManyRequests, detail)
            .with_header(header::RETRY_AFTER, HeaderValue::from(retry_after_s))
    }

    /// 503, to be tried again after `retry_after_s` seconds.
    pub(crate) fn unavailable(detail: impl Into<String>, retry_after_s: u32) -> Self {
        Self::new(ProblemCode::Unavailable, detail)
            .with_header(header::RETRY_AFTER, HeaderValue::from(retry_after_s))
    }

    /// 503 from a store that takes no events. What failed is the operator's
    /// affair and in the log.
    pub(crate) fn refused(error: &AcceptError) -> Self {
        match (error.refusal(), error) {
            (Refusal::Full, AcceptError::Store(source)) => {
                Self::unavailable(source.to_string(), RETRY_FULL_S)
            }
            _ => Self::unavailable("events can't be stored now", RETRY_FAILED_S),
        }
    }

    /// This problem, with what failed, which is to be logged.
    pub(super) fn caused_by(self, error: AcceptError) -> Self {
        Self {
            cause: Some(Box::new(error)),
            ..self
        }
    }

    fn with_header(self, name: HeaderName, value: HeaderValue) -> Self {
        Self {
            header: Some(Box::new((name, value))),
            ..self
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status());
        let status = status.expect("a problem's status is 400 to 599");
        let body = Body {
            kind: "about:blank".to_owned(),
            title: self.code.title().to_owned(),
            status: status.as_u16(),
            code: AnyCode::Known(self.code),
            detail: self.detail,
            more: self.more.map(|more| *more),
        };
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (status, kind, answer::text(&body)).into_response();
        if let Some(field) = self.header {
            let (name, value) = *field;
            response.headers_mut().insert(name, value);
        }
        response
    }
}

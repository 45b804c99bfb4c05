//! Errors as problem details (RFC 9457), each with a stable code.

use crate::fault::Position;
use crate::sample_run::{BuiltInRuns, SampleRun};
use serde::de::{Deserializer, Error as _};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The body of an error's answer, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// `about:blank`: the code says what it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the code means, in words; the same for all problems of a code.
    pub title: String,
    /// The status code of the answer.
    pub status: u16,
    /// What programs compare.
    pub code: AnyCode,
    /// What is wrong, in a sentence or two.
    pub detail: String,
    /// One more member; left out where there is none.
    #[serde(flatten)]
    pub more: Option<More>,
}

/// What a problem with an upload says besides: one member with this name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum More {
    /// The place in the source of a program that can't be loaded, when known.
    Position(Option<Position>),
    /// The runs over the uploader's events, of which one or more failed.
    Samples(Vec<SampleRun>),
    /// The runs over the relay's own events, all of which failed.
    BuiltIn(BuiltInRuns),
}

/// A problem's code as it is read: a newer relay may have others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AnyCode {
    /// One of those below.
    Known(ProblemCode),
    /// Another one.
    Other(String),
}

/// What is wrong with a request. The texts never change: programs compare them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemCode {
    /// The request can't be read.
    MalformedRequest,
    /// The signature or the key is missing or wrong.
    NotAuthorized,
    /// It is not there, or none of the caller's business.
    NotFound,
    /// The path takes other methods.
    MethodNotAllowed,
    /// The body did not arrive in time.
    RequestTimeout,
    /// What is there does not allow it.
    Conflict,
    /// Nothing is sent to the endpoint.
    EndpointDisabled,
    /// The endpoint is not there any more.
    EndpointNotDeclared,
    /// The body, or a part of it, is larger than its limit.
    PayloadTooLarge,
    /// The body's type or coding is not one that the path takes.
    UnsupportedMediaType,
    /// The request is right and its content is not.
    UnprocessableContent,
    /// To be tried again: others are being served.
    TooManyRequests,
    /// The request needs a feature of HTTP that is not there.
    NotImplemented,
    /// To be tried again: it can't be done now.
    Unavailable,
}

impl ProblemCode {
    /// All codes, by status.
    pub const ALL: [Self; 14] = [
        Self::MalformedRequest,
        Self::NotAuthorized,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::Conflict,
        Self::EndpointDisabled,
        Self::EndpointNotDeclared,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::UnprocessableContent,
        Self::TooManyRequests,
        Self::NotImplemented,
        Self::Unavailable,
    ];

    /// The table: text, status and title of each code.
    const fn row(self) -> (&'static str, u16, &'static str) {
        match self {
            Self::MalformedRequest => ("malformed_request", 400, "Malformed request"),
            Self::NotAuthorized => ("not_authorized", 401, "Not authorized"),
            Self::NotFound => ("not_found", 404, "Not found"),
            Self::MethodNotAllowed => ("method_not_allowed", 405, "Method not allowed"),
            Self::RequestTimeout => ("request_timeout", 408, "Request timeout"),
            Self::Conflict => ("conflict", 409, "Conflict"),
            Self::EndpointDisabled => ("endpoint_disabled", 409, "Endpoint disabled"),
            Self::EndpointNotDeclared => ("endpoint_not_declared", 409, "Endpoint not declared"),
            Self::PayloadTooLarge => ("payload_too_large", 413, "Payload too large"),
            Self::UnsupportedMediaType => ("unsupported_media_type", 415, "Unsupported media type"),
            Self::UnprocessableContent => ("unprocessable_content", 422, "Unprocessable content"),
            Self::TooManyRequests => ("too_many_requests", 429, "Too many requests"),
            Self::NotImplemented => ("not_implemented", 501, "Not implemented"),
            Self::Unavailable => ("unavailable", 503, "Unavailable"),
        }
    }

    /// The stable text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The status code of an answer with this code, 400 to 599.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.row().1
    }

    /// What it means, in words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.row().2
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ProblemCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ProblemCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let known = Self::ALL.into_iter().find(|code| code.as_str() == text);
        known.ok_or_else(|| D::Error::custom(format!("`{text}` is not a problem's code")))
    }
}

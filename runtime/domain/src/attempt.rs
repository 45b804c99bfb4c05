//! The record of an attempt, as its owner is shown it.

use crate::fault::Fault;
use crate::time::UnixMs;
use bytes::Bytes;
use std::fmt;

/// One attempt at a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Counted from 1.
    pub number: u32,
    /// When it began.
    pub started_at: UnixMs,
    /// Microseconds from its beginning to its end.
    pub duration_us: u64,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// What the transform used; none when this attempt did not run it.
    pub run: Option<RunUsage>,
    /// What the transform logged: one line a message, `level: text`.
    pub logs: String,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The destination answered.
    Response {
        /// The status code.
        status: u16,
        /// The first 4 KiB of the response body, decoded.
        body: Bytes,
        /// What is to be said of the answer, in a sentence or two; mostly
        /// empty.
        note: String,
    },
    /// The request could not be sent or was not answered.
    SendFailed {
        /// Which kind of failure.
        kind: SendFailure,
        /// The chain of causes.
        message: String,
    },
    /// The transform failed.
    Fault(Fault),
    /// The transform set `cancel`.
    Canceled,
}

/// Kinds of failure to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SendFailure {
    /// No answer within the endpoint's timeout.
    Timeout = 0,
    /// The name did not resolve.
    Dns = 1,
    /// No connection, or it broke off before the destination said anything.
    Connection = 2,
    /// TLS failed: certificate, name or protocol.
    Tls = 3,
    /// The address, host or method is not allowed.
    Forbidden = 4,
    /// The endpoint is gone or disabled.
    EndpointUnavailable = 5,
    /// The destination said something that is not an HTTP answer. It may have
    /// acted all the same.
    UnreadableAnswer = 6,
}

impl SendFailure {
    /// All kinds, in the order of their persisted ordinals.
    pub const ALL: [Self; 7] = [
        Self::Timeout,
        Self::Dns,
        Self::Connection,
        Self::Tls,
        Self::Forbidden,
        Self::EndpointUnavailable,
        Self::UnreadableAnswer,
    ];

    /// The stable text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Dns => "dns",
            Self::Connection => "connection",
            Self::Tls => "tls",
            Self::Forbidden => "forbidden",
            Self::EndpointUnavailable => "endpoint_unavailable",
            Self::UnreadableAnswer => "unreadable_answer",
        }
    }

    /// The kind with this persisted ordinal.
    #[must_use]
    pub fn from_ordinal(ordinal: u8) -> Option<Self> {
        Self::ALL.get(usize::from(ordinal)).copied()
    }
}

impl fmt::Display for SendFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What one run of a transform used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunUsage {
    /// Fuel consumed. A run that trapped may have used a little more.
    pub fuel: u64,
    /// Microseconds in the sandbox: instantiation, call and result.
    pub time_us: u64,
    /// Bytes of linear memory at the end, summed.
    pub memory_bytes: u64,
}

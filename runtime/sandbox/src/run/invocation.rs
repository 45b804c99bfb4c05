//! One event on its way through a transform: what goes in and what comes out.
//!
//! Values only. Everything that a guest can see is in [`Invocation`], so that
//! the same invocation gives the same [`Run`], byte for byte.

use bytes::Bytes;
use hookmill_domain::UnixMs;
use hookmill_domain::attempt::RunUsage;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::fault::Fault;
use hookmill_domain::request::Method;
use hookmill_domain::webhook::Webhook;
use std::sync::Arc;

/// The input of one run.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The event's type.
    pub event_type: String,
    /// The endpoint's URL.
    pub url: String,
    /// The method that the request starts with.
    pub method: Method,
    /// The header fields that the request starts with; normally none.
    pub headers: Vec<(String, String)>,
    /// The content type that the endpoint's static header fields give to
    /// requests, unless the transform sets one.
    pub content_type: Option<String>,
    /// The event's body: JSON in UTF-8.
    pub payload: Bytes,
    /// The event's id.
    pub event_id: String,
    /// The delivery's id. It also seeds the guest's random numbers.
    pub delivery_id: String,
    /// When the event was accepted: the only instant that the guest's clocks
    /// ever show.
    pub received_at: UnixMs,
    /// The endpoint's variables, ordered by name.
    pub env: Arc<[(String, String)]>,
    /// The parameters given with the event: a JSON object in UTF-8; empty is
    /// the same as `{}`.
    pub params: Bytes,
    /// What the run may use; lowered to the sandbox's ceiling.
    pub caps: SandboxCaps,
}

/// The result of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The request to send, or why there is none.
    pub outcome: Result<Webhook, Fault>,
    /// What the run used.
    pub usage: RunUsage,
    /// What it might have used: what was asked for and what the event's size
    /// brings, within the ceiling.
    pub caps: SandboxCaps,
    /// What the guest logged: `level: text`, one line a message.
    pub logs: String,
    /// What looks wrong about the request and is sent all the same: a sentence
    /// each.
    pub warnings: Vec<String>,
}

impl Run {
    /// The log as it is recorded: what the guest said, and behind it, as
    /// `warning: text`, what looks wrong.
    #[must_use]
    pub fn log_with_warnings(&self) -> String {
        let mut log = self.logs.clone();
        for warning in &self.warnings {
            log.push_str("warning: ");
            log.push_str(warning);
            log.push('\n');
        }
        log
    }
}

/// A run did not happen, or its result is lost: our failure, never the
/// tenant's, and not to be recorded as a fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// No room now. Try again.
    #[error("the sandbox is busy: {0}")]
    Busy(Busy),
    /// The sandbox has been stopped.
    #[error("the sandbox is shutting down")]
    Stopped,
    /// The payload or the parameters are not UTF-8, which should have
    /// been refused when the event was accepted.
    #[error("`{part}` of the invocation is not UTF-8 text")]
    NotText {
        /// Which part.
        part: &'static str,
    },
    /// The host itself failed.
    #[error("the sandbox failed: {0}")]
    Internal(String),
}

/// What there was no room in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    /// Too many runs wait for a thread.
    #[error("its queue is full")]
    Queue,
    /// All instance slots are taken.
    #[error("its pool of instances is full")]
    Pool,
}

impl RunError {
    /// Whether the same run may succeed later in this process.
    #[must_use]
    pub fn is_retriable(&self) -> bool {
        matches!(self, Self::Busy(_))
    }
}

//! An attempt at a delivery, as its owner is shown it.
//!
//! Never holds the body of an event.

use crate::fault::Fault;
use crate::usage::Usage;
use serde::{Deserialize, Serialize};

/// One attempt at a delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// Counted from 1.
    pub number: u32,
    /// When it began.
    pub started_at: String,
    /// Microseconds from its beginning to its end.
    pub duration_us: u64,
    /// What the transform logged: one line a message, `level: text`.
    pub logs: String,
    /// How it ended, as further members; none where a reader does not know
    /// that end.
    #[serde(flatten)]
    pub outcome: Option<AttemptOutcome>,
    /// What the transform used, as further members; left out where this
    /// attempt did not run it.
    #[serde(flatten)]
    pub usage: Option<Usage>,
}

/// How an attempt ended: the members tell which it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AttemptOutcome {
    /// The destination answered.
    Response {
        /// The status code.
        status: u16,
        /// The first 4 KiB of the response body, decoded; what is not UTF-8 in
        /// it is replaced.
        response: String,
        /// What is to be said of the answer, in a sentence or two; left out
        /// where that is nothing.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// The request could not be sent or was not answered.
    NotSent {
        /// Why.
        error: SendError,
    },
    /// The transform failed.
    Faulted {
        /// Why.
        fault: Fault,
    },
    /// The transform set `cancel`.
    Canceled {
        /// Always true.
        canceled: bool,
    },
}

/// Why a request could not be sent or was not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendError {
    /// The kind of failure, in a stable word: `timeout`, `dns`, ...
    pub kind: String,
    /// The chain of causes.
    pub message: String,
}

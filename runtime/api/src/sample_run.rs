//! What came of running an uploaded program over sample events.

use crate::fault::Fault;
use crate::usage::Usage;
use crate::webhook::Webhook;
use serde::{Deserialize, Serialize};

/// The runs of one upload: members of what was found about it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trial {
    /// Over the uploader's own events, in their order.
    #[serde(default)]
    pub samples: Vec<SampleRun>,
    /// Over the relay's own, where there are no others.
    #[serde(default)]
    pub built_in: BuiltInRuns,
}

/// What came of the relay's own sample events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BuiltInRuns {
    /// How many were tried.
    pub tried: usize,
    /// Those with a fault. The others' requests say nothing that is worth
    /// their size.
    pub failed: Vec<SampleRun>,
}

/// A run over one sample event.
///
/// Its limits stand beside what was used. The command line's `--json` has an
/// object `limits` instead, with the share of each limit, which is what authors
/// look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SampleRun {
    /// The sample's name.
    pub sample: String,
    /// What the transform logged: one line a message, `level: text`.
    pub logs: String,
    /// What looks wrong about the request, a sentence each.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// What the run used, as members.
    #[serde(flatten)]
    pub usage: Usage,
    /// The fuel that it might have used.
    pub fuel_max: u64,
    /// The bytes of memory that it might have used.
    pub memory_max: usize,
    /// What the run came to.
    pub outcome: Outcome,
    /// The request that would be sent; left out with a fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Webhook>,
    /// Why there is no request; left out where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

/// What a run came to, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A request.
    Webhook,
    /// Nothing is to be sent.
    Canceled,
    /// A fault.
    Fault,
    /// A word of a newer relay's; never written.
    #[serde(other, skip_serializing)]
    Unknown,
}

//! What a run of a transform used.
//!
//! One shape, whose members stand among those of what ran: of attempts, sample
//! runs and the command line's `--json`.

use serde::{Deserialize, Serialize};

/// What one run used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Fuel.
    pub fuel: u64,
    /// Microseconds in the sandbox; left out by the command line, whose output
    /// is the same for the same input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox_us: Option<u64>,
    /// Bytes of linear memory at the end, summed.
    pub memory: u64,
}

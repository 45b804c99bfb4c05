//! Whether the relay lives, and whether it takes events. Where it takes none,
//! the answer is a problem.

use serde::{Deserialize, Serialize};

/// The answer of a process that lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// `live`.
    pub status: String,
}

/// The answer of a relay that takes events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ready {
    /// `ready`.
    pub status: String,
    /// Deliveries that have not come to their end.
    pub pending_deliveries: u64,
    /// Programs that are still to be loaded; what needs one waits in the queue.
    pub loading_transforms: usize,
}

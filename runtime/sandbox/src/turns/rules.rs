//! What bounds the queue: how many runs may be under way, and on how many
//! threads.

use super::priority::Priority;
use crate::caps::RUNS_WITHOUT_PERMIT_PER_PERMIT;
use std::time::Duration;

/// What bounds the queue.
pub(super) struct Rules {
    /// Runs of ordinary priority under way at once, but for those that have
    /// given their permit back; and all runs of one tenant.
    pub(super) permits: usize,
    /// Jobs that wait.
    pub(super) jobs_max: usize,
    /// How long a run keeps its permit when others wait.
    pub(super) kept_max: Duration,
}

impl Rules {
    /// Runs of this priority under way at once, but for those that have given
    /// their permit back.
    pub(super) fn runs_max(&self, priority: Priority) -> usize {
        match priority {
            Priority::Ordinary => self.permits,
            Priority::Low => self.permits * RUNS_WITHOUT_PERMIT_PER_PERMIT,
        }
    }

    /// Runs under way that have given their permit back.
    pub(super) fn released_max(&self) -> usize {
        self.permits * RUNS_WITHOUT_PERMIT_PER_PERMIT
    }

    /// Threads of this priority.
    pub(super) fn threads_max(&self, priority: Priority) -> usize {
        match priority {
            // One watches for a run whose permit is due.
            Priority::Ordinary => self.permits + self.released_max() + 1,
            Priority::Low => self.runs_max(Priority::Low),
        }
    }
}

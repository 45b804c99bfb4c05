//! All lanes, ordered by when their heads are due.

use super::lane::Lane;
use super::waiting::{PackId, Waiting};
use hookmill_domain::EndpointId;
use std::collections::{BTreeSet, HashMap};

/// Deliveries in all windows together, about: 48 MiB.
const WINDOWS_LEN_TOTAL: usize = 1 << 18;

/// All lanes.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    by_endpoint: HashMap<EndpointId, Lane>,
    heads: BTreeSet<(u64, EndpointId)>,
}

impl Lanes {
    pub(crate) fn insert(&mut self, waiting: Waiting) {
        self.change(waiting.subject.endpoint, |lane| lane.insert(waiting));
    }

    /// Adds a lane whose first row in the index is this one.
    pub(crate) fn insert_indexed(&mut self, endpoint: EndpointId, first: PackId) {
        self.change(endpoint, |lane| *lane = Lane::indexed(first));
    }

    /// Changes a lane, which is made where there is none and removed where it
    /// ends up empty, and its place among the heads.
    pub(crate) fn change<T>(
        &mut self,
        endpoint: EndpointId,
        change: impl FnOnce(&mut Lane) -> T,
    ) -> T {
        let lane = self.by_endpoint.entry(endpoint).or_default();
        let before = lane.head_ms();
        let result = change(lane);
        let after = lane.head_ms();
        if lane.is_empty() {
            self.by_endpoint.remove(&endpoint);
        }
        if before != after {
            if let Some(due_ms) = before {
                self.heads.remove(&(due_ms, endpoint));
            }
            if let Some(due_ms) = after {
                self.heads.insert((due_ms, endpoint));
            }
        }
        result
    }

    pub(crate) fn get(&self, endpoint: EndpointId) -> Option<&Lane> {
        self.by_endpoint.get(&endpoint)
    }

    /// How many deliveries a lane may keep in memory now.
    pub(crate) fn window_len_max(&self) -> usize {
        (WINDOWS_LEN_TOTAL / self.by_endpoint.len().max(1)).clamp(64, 4_096)
    }

    /// The lanes with something due, earliest first.
    pub(crate) fn due(&self, now_ms: u64) -> Vec<EndpointId> {
        let due = self
            .heads
            .iter()
            .take_while(|(due_ms, _)| *due_ms <= now_ms);
        due.map(|(_, endpoint)| *endpoint).collect()
    }

    /// When the first lane becomes due that is not due now.
    pub(crate) fn next_ms(&self, now_ms: u64) -> Option<u64> {
        let after = (now_ms.checked_add(1)?, EndpointId::from_bytes([0; 16]));
        self.heads.range(after..).next().map(|(due_ms, _)| *due_ms)
    }
}

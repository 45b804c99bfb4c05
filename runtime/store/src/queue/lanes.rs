//! All lanes, ordered by when their heads are due.

use super::lane::{Lane, Waiting};
use crate::keyspace::due_row::Place;
use hookmill_domain::EndpointId;
use std::collections::{BTreeSet, HashMap};

/// Rows in all windows together, about: 64 MiB.
const WINDOW_ROWS_TOTAL: usize = 1 << 19;

/// All lanes.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    by_endpoint: HashMap<EndpointId, Lane>,
    heads: BTreeSet<(u64, EndpointId)>,
}

impl Lanes {
    /// Adds a row that is on disk by now.
    pub(crate) fn insert(&mut self, endpoint: EndpointId, place: Place, waiting: Waiting) {
        let rows_max = self.window_rows_max();
        self.change(endpoint, |lane| lane.insert(place, waiting, rows_max));
    }

    /// Adds a lane whose first row on disk is this one.
    pub(crate) fn insert_on_disk(&mut self, endpoint: EndpointId, first: Place) {
        self.change(endpoint, |lane| *lane = Lane::on_disk(first));
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

    /// How many rows a lane may keep in memory now.
    pub(crate) fn window_rows_max(&self) -> usize {
        (WINDOW_ROWS_TOTAL / self.by_endpoint.len().max(1)).clamp(16, 1_024)
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

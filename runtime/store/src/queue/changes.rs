//! How the queue differs from its index: what the next pass writes.

use super::waiting::{PackId, ParkedEntry, Waiting};
use hookmill_domain::{DeliveryId, EndpointId, UnixMs};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Where the index has a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Indexed {
    Nowhere,
    Pack(EndpointId, PackId),
    Parked(EndpointId, UnixMs),
}

/// Where a delivery is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Now {
    Waiting(Waiting),
    Parked(ParkedEntry),
    /// It has ended.
    Gone,
}

/// A delivery that the index has elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) before: Indexed,
    pub(crate) now: Now,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Changes(HashMap<DeliveryId, Change>);

impl Changes {
    /// Notes where a delivery is now. `before` is where the index has it,
    /// unless it is here already.
    pub(crate) fn set(&mut self, delivery: DeliveryId, before: Indexed, now: Now) {
        match self.0.entry(delivery) {
            Entry::Occupied(mut entry) => {
                if entry.get().before == Indexed::Nowhere && now == Now::Gone {
                    entry.remove();
                } else {
                    entry.get_mut().now = now;
                }
            }
            Entry::Vacant(entry) => {
                if before != Indexed::Nowhere || now != Now::Gone {
                    entry.insert(Change { before, now });
                }
            }
        }
    }

    pub(crate) fn get(&self, delivery: DeliveryId) -> Option<&Change> {
        self.0.get(&delivery)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn take(&mut self) -> HashMap<DeliveryId, Change> {
        std::mem::take(&mut self.0)
    }
}

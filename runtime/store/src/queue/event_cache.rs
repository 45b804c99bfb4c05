//! Events that were just accepted, kept in memory up to a number of bytes, so
//! that the usual way from acceptance to delivery reads nothing back.

use crate::keyspace::event_row::StoredEvent;
use hookmill_domain::EventId;
use std::collections::{HashMap, VecDeque};

/// Bytes that an entry takes besides its texts and body, about.
const ENTRY_BYTES: usize = 512;

/// The events, oldest out first.
#[derive(Debug)]
pub(crate) struct EventCache {
    bytes_max: usize,
    bytes: usize,
    events: HashMap<EventId, StoredEvent>,
    order: VecDeque<EventId>,
}

impl EventCache {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self {
            bytes_max,
            bytes: 0,
            events: HashMap::new(),
            order: VecDeque::new(),
        }
    }

    pub(crate) fn insert(&mut self, stored: StoredEvent) {
        let id = stored.event.id;
        self.bytes += cost(&stored);
        if let Some(before) = self.events.insert(id, stored) {
            self.bytes -= cost(&before);
        }
        self.order.push_back(id);
        // Ids of removed events stay in `order` until they come first; the
        // second condition keeps them from piling up.
        while self.bytes > self.bytes_max || self.order.len() > 2 * self.events.len() + 64 {
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            if self.bytes > self.bytes_max {
                self.remove(oldest);
            } else if self.events.contains_key(&oldest) {
                self.order.push_back(oldest);
            }
        }
    }

    pub(crate) fn get(&self, id: EventId) -> Option<&StoredEvent> {
        self.events.get(&id)
    }

    pub(crate) fn remove(&mut self, id: EventId) -> Option<StoredEvent> {
        let stored = self.events.remove(&id)?;
        self.bytes -= cost(&stored);
        Some(stored)
    }
}

fn cost(stored: &StoredEvent) -> usize {
    ENTRY_BYTES + stored.record_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::event_row::tests::any_event;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_never_holds_more_than_it_may(
            events in proptest::collection::vec(any_event(), 0..40),
            removed in proptest::collection::vec(any::<proptest::sample::Index>(), 0..40),
        ) {
            let mut cache = EventCache::new(40_000);
            for (i, stored) in events.iter().enumerate() {
                cache.insert(stored.clone());
                prop_assert!(cache.bytes <= 40_000);
                let held: usize = cache.events.values().map(cost).sum();
                prop_assert_eq!(held, cache.bytes);
                if let Some(index) = removed.get(i) {
                    cache.remove(events[index.index(events.len())].event.id);
                }
                prop_assert!(cache.order.len() <= 2 * cache.events.len() + 66);
            }
        }
    }
}

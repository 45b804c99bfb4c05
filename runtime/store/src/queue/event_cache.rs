//! Events that were just accepted, kept in memory up to a number of bytes until
//! all of their deliveries were leased, so that the usual way from acceptance to
//! delivery reads nothing back.

use hookmill_domain::EventId;
use hookmill_domain::event::Event;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Bytes that an entry takes besides its texts and body, about.
const ENTRY_BYTES: usize = 512;

/// The events, oldest out first.
#[derive(Debug)]
pub(crate) struct EventCache {
    bytes_max: usize,
    bytes: usize,
    events: HashMap<EventId, Entry>,
    order: VecDeque<EventId>,
}

#[derive(Debug)]
struct Entry {
    event: Arc<Event>,
    /// Deliveries that were not leased yet.
    left: usize,
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

    /// Keeps an event for so many leases.
    pub(crate) fn insert(&mut self, event: Arc<Event>, leases: usize) {
        let id = event.id;
        self.bytes += cost(&event);
        let entry = Entry {
            event,
            left: leases,
        };
        if let Some(before) = self.events.insert(id, entry) {
            self.bytes -= cost(&before.event);
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

    /// Gives an event for one of its leases.
    pub(crate) fn lease(&mut self, id: EventId) -> Option<Arc<Event>> {
        let entry = self.events.get_mut(&id)?;
        entry.left = entry.left.saturating_sub(1);
        let event = Arc::clone(&entry.event);
        if entry.left == 0 {
            self.remove(id);
        }
        Some(event)
    }

    fn remove(&mut self, id: EventId) {
        if let Some(entry) = self.events.remove(&id) {
            self.bytes -= cost(&entry.event);
        }
    }
}

fn cost(event: &Event) -> usize {
    let texts = event.key.len() + event.event_type.len();
    ENTRY_BYTES + texts + event.params.len() + event.body.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::accepted::tests::any_accepted;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_never_holds_more_than_it_may_and_gives_each_event_as_often_as_it_is_leased(
            events in proptest::collection::vec((any_accepted(), 1_usize..4), 0..40),
            leased in proptest::collection::vec(any::<proptest::sample::Index>(), 0..40),
        ) {
            let mut cache = EventCache::new(40_000);
            for (i, (accepted, leases)) in events.iter().enumerate() {
                cache.insert(Arc::clone(&accepted.event), *leases);
                prop_assert!(cache.bytes <= 40_000);
                let held: usize = cache.events.values().map(|entry| cost(&entry.event)).sum();
                prop_assert_eq!(held, cache.bytes);
                if let Some(index) = leased.get(i) {
                    let (accepted, _) = &events[index.index(events.len())];
                    let id = accepted.event.id;
                    let left = cache.events.get(&id).map(|entry| entry.left);
                    let given = cache.lease(id);
                    prop_assert_eq!(given.is_some(), left.is_some());
                    prop_assert_eq!(cache.events.contains_key(&id), left > Some(1));
                }
                prop_assert!(cache.order.len() <= 2 * cache.events.len() + 66);
            }
        }
    }
}

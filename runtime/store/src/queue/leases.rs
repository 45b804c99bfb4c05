//! Who holds which delivery. In memory only: a crash voids all leases, and the
//! epoch in the token, new at every open, fences what the dead process gave.

use super::waiting::{PackId, Waiting};
use crate::LeaseToken;
use hookmill_domain::DeliveryId;
use hookmill_domain::event::Event;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A held lease.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) waiting: Waiting,
    /// None until it was read.
    pub(crate) event: Option<Arc<Event>>,
    until_ms: u64,
}

/// All leases.
#[derive(Debug)]
pub(crate) struct Leases {
    epoch: u64,
    next: u64,
    held: HashMap<u64, Held>,
    expiry: BTreeSet<(u64, u64)>,
    by_delivery: HashMap<DeliveryId, u64>,
}

impl Leases {
    pub(crate) fn new(epoch: u64) -> Self {
        Self {
            epoch,
            next: 1,
            held: HashMap::new(),
            expiry: BTreeSet::new(),
            by_delivery: HashMap::new(),
        }
    }

    /// Leases a delivery that is not leased.
    pub(crate) fn grant(
        &mut self,
        waiting: Waiting,
        until_ms: u64,
        event: Option<Arc<Event>>,
    ) -> LeaseToken {
        let counter = self.next;
        self.next += 1;
        self.by_delivery.insert(waiting.subject.delivery, counter);
        self.expiry.insert((until_ms, counter));
        let held = Held {
            waiting,
            event,
            until_ms,
        };
        self.held.insert(counter, held);
        LeaseToken {
            epoch: self.epoch,
            counter,
        }
    }

    /// Whether a delivery is leased.
    pub(crate) fn holds(&self, delivery: DeliveryId) -> bool {
        self.by_delivery.contains_key(&delivery)
    }

    /// Notes in which row a leased delivery is.
    pub(crate) fn set_pack(&mut self, delivery: DeliveryId, pack: PackId) {
        let held = self.by_delivery.get(&delivery);
        if let Some(held) = held.and_then(|counter| self.held.get_mut(counter)) {
            held.waiting.pack = Some(pack);
        }
    }

    /// Adds what was read. False when the lease is no longer held.
    pub(crate) fn set_event(&mut self, token: LeaseToken, event: Arc<Event>) -> bool {
        let held = self.held(token);
        held.map(|held| held.event = Some(event)).is_some()
    }

    /// Moves a lease's end. False when it is not held.
    pub(crate) fn extend(&mut self, token: LeaseToken, until_ms: u64) -> bool {
        let Some(held) = self.held(token) else {
            return false;
        };
        let before = std::mem::replace(&mut held.until_ms, until_ms);
        self.expiry.remove(&(before, token.counter));
        self.expiry.insert((until_ms, token.counter));
        true
    }

    /// Ends a lease. None when it is not held.
    pub(crate) fn take(&mut self, token: LeaseToken) -> Option<Held> {
        if token.epoch != self.epoch {
            return None;
        }
        let held = self.held.remove(&token.counter)?;
        self.expiry.remove(&(held.until_ms, token.counter));
        self.by_delivery.remove(&held.waiting.subject.delivery);
        Some(held)
    }

    /// Ends the leases that expired.
    pub(crate) fn take_expired(&mut self, now_ms: u64) -> Vec<Waiting> {
        let mut expired = Vec::new();
        while let Some(&(until_ms, counter)) = self.expiry.first() {
            if until_ms > now_ms {
                break;
            }
            let token = LeaseToken {
                epoch: self.epoch,
                counter,
            };
            expired.extend(self.take(token).map(|held| held.waiting));
        }
        expired
    }

    pub(crate) fn count(&self) -> usize {
        self.held.len()
    }

    fn held(&mut self, token: LeaseToken) -> Option<&mut Held> {
        let own = token.epoch == self.epoch;
        own.then(|| self.held.get_mut(&token.counter)).flatten()
    }
}

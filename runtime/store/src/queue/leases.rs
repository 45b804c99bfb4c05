//! Who holds which delivery. In memory only: a crash voids all leases, and the
//! epoch in the token, new at every open, fences what the dead process gave.

use super::lane::Waiting;
use crate::LeaseToken;
use crate::keyspace::due_row::Place;
use crate::keyspace::event_row::StoredEvent;
use hookmill_domain::request::Request;
use hookmill_domain::{DeliveryId, EndpointId, EventId};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A claimed delivery.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) endpoint: EndpointId,
    pub(crate) place: Place,
    pub(crate) waiting: Waiting,
}

impl Claim {
    pub(crate) fn delivery(&self) -> DeliveryId {
        self.place.delivery
    }

    pub(crate) fn event(&self) -> EventId {
        self.waiting.event
    }
}

/// What the rows of a claimed delivery say.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    pub(crate) stored: StoredEvent,
    /// Attempts made.
    pub(crate) attempts: u32,
    pub(crate) first_attempt: u32,
    pub(crate) request: Option<Request>,
    /// Pieces of the stored request; 0 when none is stored.
    pub(crate) request_pieces: u16,
    /// Whether the delivery has a row `D`.
    pub(crate) has_row: bool,
}

impl Work {
    /// A delivery that nothing has happened to.
    pub(crate) fn fresh(stored: StoredEvent) -> Self {
        Self {
            stored,
            attempts: 0,
            first_attempt: 1,
            request: None,
            request_pieces: 0,
            has_row: false,
        }
    }
}

/// A held lease.
#[derive(Debug)]
struct Held {
    claim: Claim,
    until_ms: u64,
    /// None until it was read.
    work: Option<Work>,
}

/// All leases.
#[derive(Debug)]
pub(crate) struct Leases {
    epoch: u64,
    next: u64,
    held: HashMap<u64, Held>,
    expiry: BTreeSet<(u64, u64)>,
    /// Leased, or settled and not yet written.
    busy: HashSet<DeliveryId>,
}

impl Leases {
    pub(crate) fn new(epoch: u64) -> Self {
        Self {
            epoch,
            next: 1,
            held: HashMap::new(),
            expiry: BTreeSet::new(),
            busy: HashSet::new(),
        }
    }

    /// Leases a delivery that is not busy.
    pub(crate) fn grant(&mut self, claim: Claim, until_ms: u64, work: Option<Work>) -> LeaseToken {
        let counter = self.next;
        self.next += 1;
        self.busy.insert(claim.delivery());
        self.expiry.insert((until_ms, counter));
        let held = Held {
            claim,
            until_ms,
            work,
        };
        self.held.insert(counter, held);
        LeaseToken {
            epoch: self.epoch,
            counter,
        }
    }

    /// Whether a delivery is leased or being settled.
    pub(crate) fn is_busy(&self, delivery: DeliveryId) -> bool {
        self.busy.contains(&delivery)
    }

    /// Adds what was read. False when the lease is no longer held.
    pub(crate) fn set_work(&mut self, token: LeaseToken, work: Work) -> bool {
        match self.held(token) {
            None => false,
            Some(held) => {
                held.work = Some(work);
                true
            }
        }
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

    /// Ends a lease; its delivery stays busy until [`Leases::release`]. None
    /// when it is not held.
    pub(crate) fn take(&mut self, token: LeaseToken) -> Option<(Claim, Option<Work>)> {
        if token.epoch != self.epoch {
            return None;
        }
        let held = self.held.remove(&token.counter)?;
        self.expiry.remove(&(held.until_ms, token.counter));
        Some((held.claim, held.work))
    }

    /// The delivery is free, or gone.
    pub(crate) fn release(&mut self, delivery: DeliveryId) {
        self.busy.remove(&delivery);
    }

    /// Ends and releases the leases that expired.
    pub(crate) fn take_expired(&mut self, now_ms: u64) -> Vec<Claim> {
        let mut expired = Vec::new();
        while let Some(&(until_ms, counter)) = self.expiry.first() {
            if until_ms > now_ms {
                break;
            }
            self.expiry.pop_first();
            if let Some(held) = self.held.remove(&counter) {
                self.release(held.claim.delivery());
                expired.push(held.claim);
            }
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

//! The places for deliveries: a limited number of them at once, shared by
//! [`Fairness`]. A claimed delivery holds one until it is settled.

use crate::caps::IN_FLIGHT_MAX;
use crate::fairness::{Fairness, Plan};
use hookmill_domain::caps::DeliveryCaps;
use hookmill_domain::{EndpointId, TenantId};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// The places, taken and free.
pub(crate) struct Places {
    fairness: Mutex<Fairness>,
    freed: Notify,
}

impl Places {
    /// Places for the deliveries of these lanes.
    pub(crate) fn new(
        lanes: impl IntoIterator<Item = (EndpointId, TenantId, DeliveryCaps)>,
    ) -> Self {
        Self {
            fairness: Mutex::new(Fairness::new(IN_FLIGHT_MAX, lanes, Instant::now())),
            freed: Notify::new(),
        }
    }

    fn fairness(&self) -> MutexGuard<'_, Fairness> {
        self.fairness.lock().expect("no holder panics")
    }

    /// How many deliveries of which due lanes may be claimed now.
    pub(crate) fn plan(&self, now: Instant, due: &[EndpointId]) -> Plan {
        let mut fairness = self.fairness();
        for lane in due {
            fairness.add_undeclared(*lane, now);
        }
        fairness.plan(now, due)
    }

    /// Takes a place for a delivery of this lane, which was claimed.
    pub(crate) fn take(self: &Arc<Self>, lane: EndpointId) -> Place {
        self.fairness().started(lane);
        Place {
            places: Arc::clone(self),
            lane,
            is_answered: false,
        }
    }

    /// The destination of this lane asked to be left alone until this instant.
    pub(crate) fn throttle(&self, lane: EndpointId, until: Instant) {
        self.fairness().throttle(lane, until);
    }

    /// Looks for work at once: what could not be delivered before may be now.
    pub(crate) fn wake(&self) {
        self.freed.notify_waiters();
    }

    /// Completes when a place is freed, or work is to be looked for, after this
    /// call.
    pub(crate) fn freed(&self) -> Notified<'_> {
        self.freed.notified()
    }

    /// Deliveries under way.
    pub(crate) fn in_flight(&self) -> u32 {
        self.fairness().in_flight()
    }

    /// Completes when nothing is under way.
    pub(crate) async fn drained(&self) {
        loop {
            let freed = self.freed();
            if self.in_flight() == 0 {
                return;
            }
            freed.await;
        }
    }
}

/// The place of one delivery. Dropping it frees it, however the delivery ends.
pub(crate) struct Place {
    places: Arc<Places>,
    lane: EndpointId,
    is_answered: bool,
}

impl Place {
    /// The destination has answered, or will not: it has room for another
    /// request.
    pub(crate) fn answered(&mut self) {
        if !self.is_answered {
            self.is_answered = true;
            self.places.fairness().answered(self.lane);
            self.places.wake();
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.answered();
        self.places.fairness().settled(self.lane);
        self.places.wake();
    }
}

//! Deliveries whose settlement is not durable yet: each keeps its place until it
//! is, so that a crash brings back no more than twice as many as there may be
//! requests under way.

use crate::places::Place;
use hookmill_store::{LeaseToken, Store};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

/// Their places, by their leases.
#[derive(Default)]
pub(crate) struct Unsettled(Mutex<HashMap<LeaseToken, Place>>);

impl Unsettled {
    fn places(&self) -> MutexGuard<'_, HashMap<LeaseToken, Place>> {
        self.0.lock().expect("no holder panics")
    }

    /// Keeps the place of a delivery that is about to be settled.
    pub(crate) fn hold(&self, token: LeaseToken, place: Place) {
        self.places().insert(token, place);
    }

    /// Frees the place of a delivery whose settlement came to nothing.
    pub(crate) fn release(&self, token: LeaseToken) {
        let place = self.places().remove(&token);
        // Not under the lock.
        drop(place);
    }

    /// Frees places as settlements become durable, until the store is closed or
    /// has failed.
    pub(crate) async fn free_durable(&self, store: &dyn Store) {
        while let Ok(tokens) = store.settled().await {
            let mut places = self.places();
            let freed: Vec<_> = tokens.iter().map(|token| places.remove(token)).collect();
            drop(places);
            drop(freed);
        }
        let places = std::mem::take(&mut *self.places());
        drop(places);
    }
}

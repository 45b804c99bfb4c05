//! What a reader of the relay is shown of events, deliveries and endpoints,
//! and how parked deliveries come back.
//!
//! The store's own views, passed on: whoever serves them need not know the
//! store.

use crate::clock;
use crate::relay::Relay;
use hookmill_domain::{EndpointId, EventId};
pub use hookmill_store::{
    DeliveryState, DeliveryView, EventView, Health, Page, Parked, ParkedCursor, Replay,
    ReplayRequest, Replayed, StoreError,
};

/// A declared endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndpointView<'r> {
    /// Its id.
    pub id: EndpointId,
    /// The name of its tenant.
    pub tenant: &'r str,
    /// Its own.
    pub name: &'r str,
    /// Whether its destination answered 410 Gone since it was declared.
    pub is_disabled: bool,
    /// Whether it waits for a version of its transform that can be run.
    pub is_waiting: bool,
}

impl Relay {
    /// An event, its deliveries and their attempts; none when it is unknown,
    /// or so old that it was swept.
    ///
    /// # Errors
    /// [`StoreError`] when its rows are damaged or the store has failed.
    pub async fn event(&self, id: EventId) -> Result<Option<EventView>, StoreError> {
        self.store.event(id).await
    }

    /// The declared endpoints, by tenant and name.
    pub fn endpoints(&self) -> impl Iterator<Item = EndpointView<'_>> {
        let endpoints = self.registry.routes().map(|route| EndpointView {
            id: route.endpoint.id,
            tenant: self.registry.tenant_name(route.endpoint.tenant),
            name: &route.endpoint.name,
            is_disabled: self.registry.is_disabled(route.endpoint.id),
            is_waiting: self.registry.is_waiting(route.endpoint.id),
        });
        let mut endpoints: Vec<_> = endpoints.collect();
        endpoints.sort_unstable_by_key(|endpoint| (endpoint.tenant, endpoint.name));
        endpoints.into_iter()
    }

    /// Deliveries of an endpoint that are parked, the latest first: dead
    /// letters, failed transforms, and what was damaged.
    ///
    /// # Errors
    /// [`StoreError`] when rows are damaged or the store has failed.
    pub async fn parked(
        &self,
        endpoint: EndpointId,
        cursor: Option<ParkedCursor>,
        limit: usize,
    ) -> Result<Page<Parked>, StoreError> {
        self.store.parked(endpoint, cursor, limit).await
    }

    /// Puts parked deliveries back into the queue, due at once, with a retry
    /// schedule that begins anew. One answer for each, in order.
    ///
    /// # Errors
    /// [`StoreError`] when the store has failed.
    pub async fn replay(&self, replays: Vec<Replay>) -> Result<Vec<Replayed>, StoreError> {
        self.store.replay(replays, clock::now()).await
    }

    /// The name of an endpoint; none when it is no longer declared.
    #[must_use]
    pub fn endpoint_name(&self, id: EndpointId) -> Option<&str> {
        self.registry
            .route(id)
            .map(|route| route.endpoint.name.as_str())
    }
}

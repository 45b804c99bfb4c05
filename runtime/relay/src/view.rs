//! What a reader of the relay is shown of events and deliveries.
//!
//! The store's own views, passed on: whoever serves them need not know the
//! store.

use crate::relay::Relay;
use hookmill_domain::{EndpointId, EventId};
pub use hookmill_store::{DeliveryState, DeliveryView, EventView, Health, StoreError};

impl Relay {
    /// An event, its deliveries and their attempts; none when it is unknown,
    /// or so old that it was swept.
    ///
    /// # Errors
    /// [`StoreError`] when its rows are damaged or the store has failed.
    pub async fn event(&self, id: EventId) -> Result<Option<EventView>, StoreError> {
        self.store.event(id).await
    }

    /// The name of an endpoint; none when it is no longer declared.
    #[must_use]
    pub fn endpoint_name(&self, id: EndpointId) -> Option<&str> {
        self.registry
            .route(id)
            .map(|route| route.endpoint.name.as_str())
    }
}

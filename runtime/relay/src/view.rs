//! What a reader of the relay is shown of events, deliveries and endpoints.
//!
//! The store's own views, passed on, so that the server need not know the
//! store.

pub use crate::caps::HELD_COUNT_MAX;
use crate::disabled::Disabled;
use crate::relay::Relay;
use crate::route::Route;
pub use crate::route::Waiting;
use hookmill_domain::{EndpointId, EventId};
pub use hookmill_store::{
    DeliveryState, DeliveryView, EventView, Health, Page, Parked, ParkedCursor, ReplayRequest,
    Replayed, StoreError,
};
use std::collections::HashMap;

/// A declared endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointView<'r> {
    /// Its id.
    pub id: EndpointId,
    /// The name of its tenant.
    pub tenant: &'r str,
    /// Its own name.
    pub name: &'r str,
    /// Why it takes no deliveries for now; none when it takes them.
    pub disabled: Option<Disabled>,
    /// Why it has no program to run; none when it has one, or needs none.
    pub waiting: Option<Waiting>,
    /// Deliveries that wait because it is disabled or has no program, counted up
    /// to [`HELD_COUNT_MAX`].
    pub held: usize,
}

/// Why a delivery that is due is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Its endpoint is disabled.
    EndpointDisabled,
    /// Its endpoint has no program to run.
    TransformWaiting,
}

impl Held {
    /// The stable word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EndpointDisabled => "endpoint_disabled",
            Self::TransformWaiting => "transform_waiting",
        }
    }
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
    ///
    /// # Errors
    /// [`StoreError`] when the store has failed.
    pub async fn endpoints(&self) -> Result<Vec<EndpointView<'_>>, StoreError> {
        let mut views = self.show(self.registry.routes()).await?;
        views.sort_unstable_by_key(|endpoint| (endpoint.tenant, endpoint.name));
        Ok(views)
    }

    /// One declared endpoint; none when it is not declared.
    ///
    /// # Errors
    /// [`StoreError`] when the store has failed.
    pub async fn endpoint(&self, id: EndpointId) -> Result<Option<EndpointView<'_>>, StoreError> {
        Ok(self.show(self.registry.route(id)).await?.pop())
    }

    async fn show<'r>(
        &'r self,
        routes: impl IntoIterator<Item = &'r Route>,
    ) -> Result<Vec<EndpointView<'r>>, StoreError> {
        let mut views: Vec<_> = routes
            .into_iter()
            .map(|route| EndpointView {
                id: route.endpoint.id,
                tenant: &route.tenant_name,
                name: &route.endpoint.name,
                disabled: self.registry.disabled(route.endpoint.id),
                waiting: route.waiting(),
                held: 0,
            })
            .collect();
        // Of the others nothing is held, and counting is work.
        let held = views.iter().filter(|view| self.held(view.id).is_some());
        let held: Vec<_> = held.map(|view| view.id).collect();
        let counts = self.store.queued(held.clone(), HELD_COUNT_MAX).await?;
        let counts: HashMap<_, _> = held.into_iter().zip(counts).collect();
        for view in &mut views {
            view.held = counts.get(&view.id).copied().unwrap_or(0);
        }
        Ok(views)
    }

    /// Why the deliveries of an endpoint are not sent; none when they are.
    #[must_use]
    pub fn held(&self, endpoint: EndpointId) -> Option<Held> {
        if self.registry.disabled(endpoint).is_some() {
            Some(Held::EndpointDisabled)
        } else if self.registry.is_waiting(endpoint) {
            Some(Held::TransformWaiting)
        } else {
            None
        }
    }

    /// The endpoints that nothing is sent to now, as `tenant/endpoint`.
    pub(crate) fn held_names(&self) -> Vec<String> {
        let routes = self.registry.routes();
        let held = routes.filter(|route| self.held(route.endpoint.id).is_some());
        let mut names: Vec<_> = held
            .map(|route| format!("{}/{}", route.tenant_name, route.endpoint.name))
            .collect();
        names.sort_unstable();
        names
    }

    /// The name of an endpoint; none when it is not declared any more.
    #[must_use]
    pub fn endpoint_name(&self, id: EndpointId) -> Option<&str> {
        self.registry
            .route(id)
            .map(|route| route.endpoint.name.as_str())
    }
}

//! Parked deliveries, and how they come back: one by one or a page at a time.
//!
//! A replay is refused where nothing would come of it: it would say `queued`
//! and nobody would send it.

use crate::clock;
use crate::disabled::{Disabled, DisabledBy};
use crate::relay::Relay;
use hookmill_domain::{DeliveryId, EndpointId, EventId};
use hookmill_store::{Page, Parked, ParkedCursor, Replay, ReplayRequest, Replayed, StoreError};

/// A replay was refused; nothing was put into the queue.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The endpoint is disabled.
    #[error("{}", disabled_text(.endpoint, .disabled))]
    Disabled {
        /// The endpoint's name.
        endpoint: String,
        /// Why.
        disabled: Disabled,
    },
    /// The endpoint is not declared any more.
    #[error(
        "endpoint {0} is no longer declared: its deliveries stay parked; declare it again to replay them"
    )]
    NotDeclared(EndpointId),
    /// The store has failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn disabled_text(endpoint: &str, disabled: &Disabled) -> String {
    let (why, how) = match disabled.by {
        DisabledBy::Gone => (
            "since its destination answered 410 Gone",
            "enable it first (POST /api/v1/endpoints/{id}/enable)",
        ),
        DisabledBy::Operator => (
            "by the operator",
            "enable it first (POST /api/v1/endpoints/{id}/enable)",
        ),
        DisabledBy::Declaration => (
            "by `disabled = true` in its declaration",
            "take that line out of the configuration and restart",
        ),
    };
    format!("endpoint `{endpoint}` is disabled {why}: nothing is sent to it; {how}")
}

/// What became of a page of replays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayedPage {
    /// How many are in the queue now.
    pub queued: usize,
    /// How many can't be sent again, as their stored bytes are damaged.
    pub damaged: usize,
    /// Where the next page begins.
    pub next: Option<ParkedCursor>,
}

impl Relay {
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

    /// Puts a parked delivery back into the queue, due at once, with a retry
    /// schedule that begins anew.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub async fn replay(
        &self,
        event: EventId,
        delivery: DeliveryId,
        request: ReplayRequest,
    ) -> Result<Replayed, ReplayError> {
        let view = self.store.event(event).await?;
        let deliveries = view.map(|view| view.deliveries).unwrap_or_default();
        let Some(found) = deliveries.iter().find(|found| found.id == delivery) else {
            return Ok(Replayed::NotParked);
        };
        self.check_replayable(found.endpoint)?;
        let replay = Replay {
            event,
            delivery,
            request,
        };
        let replayed = self.store.replay(vec![replay], clock::now()).await?;
        Ok(replayed.first().copied().unwrap_or(Replayed::NotParked))
    }

    /// Puts a page of an endpoint's parked deliveries back into the queue, as
    /// [`Self::replay`] does one.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub async fn replay_page(
        &self,
        endpoint: EndpointId,
        cursor: Option<ParkedCursor>,
        limit: usize,
        request: ReplayRequest,
    ) -> Result<ReplayedPage, ReplayError> {
        self.check_replayable(endpoint)?;
        let page = self.store.parked(endpoint, cursor, limit).await?;
        let replays = page.items.iter().map(|parked| Replay {
            event: parked.event,
            delivery: parked.delivery,
            request,
        });
        let replayed = self.store.replay(replays.collect(), clock::now()).await?;
        let count = |wanted| replayed.iter().filter(|one| **one == wanted).count();
        Ok(ReplayedPage {
            queued: count(Replayed::Queued),
            damaged: count(Replayed::Corrupt),
            next: page.next,
        })
    }

    fn check_replayable(&self, endpoint: EndpointId) -> Result<(), ReplayError> {
        let Some(route) = self.registry.route(endpoint) else {
            return Err(ReplayError::NotDeclared(endpoint));
        };
        match self.registry.disabled(endpoint) {
            None => Ok(()),
            Some(disabled) => Err(ReplayError::Disabled {
                endpoint: route.endpoint.name.clone(),
                disabled,
            }),
        }
    }
}

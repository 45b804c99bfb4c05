//! The one interface of a store.
//!
//! It is batch-oriented and passes plain values, so that a transactional
//! database with `FOR UPDATE SKIP LOCKED` can implement it statement by
//! statement. Time is a parameter: a store reads no clock.

pub(crate) mod accept;
pub(crate) mod error;
pub(crate) mod fencing;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod lease;
pub(crate) mod parked;
pub(crate) mod resource;
pub(crate) mod settle;
pub(crate) mod sweep;
pub(crate) mod view;

use accept::{Accepted, NewEvent};
use error::StoreError;
use fencing::{Fencing, LeaseToken};
use health::Health;
use history::{
    AttemptFilter, AttemptPage, Counts, CountsOf, EventFilter, EventPage, HistoryCursor,
};
use hookmill_domain::{EndpointId, EventId, TenantId, UnixMs};
use lease::{Due, LeaseRequest, Leased};
use parked::{Page, Parked, ParkedCursor, Replay, Replayed};
use resource::{Disabled, Reconciled, ResourceRow};
use settle::{Settled, Settlement};
use sweep::{Retention, Swept};
use view::EventView;

/// A durable queue of deliveries with history.
///
/// Invariants, whatever the implementation
/// - `Ok` means durable: it survives the end of the process and of power.
/// - At least once: a delivery is leased until it is settled; a lease that
///   expires or is lost in a crash makes it due again.
/// - A batch answers in the order of its items, one answer each.
/// - Many concurrent calls with one item are as good as one call with many.
/// - `now` may step back: nothing that was due stalls for it.
#[async_trait::async_trait]
pub trait Store: Send + Sync + 'static {
    /// Makes events and their deliveries durable, each event all or nothing.
    /// Idempotent by `(event.source, event.key)`: a repeat, whatever its body,
    /// answers [`Accepted::Duplicate`] with the first one's id and writes
    /// nothing.
    ///
    /// # Errors
    /// [`StoreError::BacklogFull`] and [`StoreError::DiskFull`] refuse all of
    /// the call and store nothing of it; a later call may succeed. After any
    /// other error the events may or may not be stored.
    async fn accept(&self, events: Vec<NewEvent>) -> Result<Vec<Accepted>, StoreError>;

    /// Claims deliveries that are due, of these lanes only and at most as many
    /// of each as it says; earliest due first within a lane. What is leased is
    /// not returned again until it is settled or its lease expired and was
    /// swept. A delivery whose stored event is damaged is never returned: it
    /// is parked as [`ParkReason::Corrupt`](settle::ParkReason::Corrupt).
    ///
    /// # Errors
    /// Nothing is leased when it fails.
    async fn lease(&self, request: LeaseRequest) -> Result<Vec<Leased>, StoreError>;

    /// Moves the end of leases. A token that is no longer held is
    /// [`Fencing::Fenced`], which is not an error.
    ///
    /// # Errors
    /// Only when the store has failed.
    async fn extend(
        &self,
        tokens: Vec<LeaseToken>,
        until: UnixMs,
    ) -> Result<Vec<Fencing>, StoreError>;

    /// Records what became of leased deliveries, and consumes their leases:
    /// at once. [`Store::settled`] says when it is durable; until then a crash
    /// can bring the delivery back. A token that is no longer held gives
    /// [`Settled::Fenced`], which is not an error; nothing of that settlement
    /// is recorded.
    ///
    /// # Errors
    /// Only when the store has failed or is closed.
    fn settle(&self, settlements: Vec<Settlement>) -> Result<Vec<Settled>, StoreError>;

    /// The settlements that became durable since the last call, in bulk, so
    /// that nobody is woken for each. For one caller; waits until there are
    /// some.
    ///
    /// # Errors
    /// The store has failed or is closed: there will be no more.
    async fn settled(&self) -> Result<Vec<LeaseToken>, StoreError>;

    /// Which lanes have something due at `now`, and when the next becomes
    /// due. In memory; may name a lane early, never late.
    fn due(&self, now: UnixMs) -> Due;

    /// Completes when [`Store::due`] may answer otherwise than before: a hint,
    /// kept for one waiting caller. What happened since the last completion
    /// completes the next call at once.
    async fn changed(&self);

    /// Frees expired leases; then hides finished events older than the
    /// retention with their attempts and idempotency keys, ends what is parked
    /// for longer, at most `budget` of them, and gives their disk space back.
    /// Idempotent: a tick, to be called again.
    ///
    /// # Errors
    /// What was removed until then stays removed.
    async fn sweep(
        &self,
        now: UnixMs,
        retention: Retention,
        budget: usize,
    ) -> Result<Swept, StoreError>;

    /// An event, its deliveries and their attempts; none when it is unknown
    /// or swept.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its stored rows are damaged.
    async fn event(&self, id: EventId) -> Result<Option<EventView>, StoreError>;

    /// A tenant's events, newest first, at most `limit` a page. What a page
    /// costs does not depend on how many there are.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when stored bytes are damaged.
    async fn events(
        &self,
        tenant: TenantId,
        filter: EventFilter,
        cursor: Option<HistoryCursor>,
        limit: usize,
    ) -> Result<EventPage, StoreError>;

    /// Attempts at deliveries to an endpoint, latest ended first; as
    /// [`Store::events`].
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when stored bytes are damaged.
    async fn attempts(
        &self,
        endpoint: EndpointId,
        filter: AttemptFilter,
        cursor: Option<HistoryCursor>,
        limit: usize,
    ) -> Result<AttemptPage, StoreError>;

    /// What happened in each hour of these in which something did, by the
    /// hour's number since the Unix epoch.
    ///
    /// # Errors
    /// Only when the store has failed.
    async fn counts(
        &self,
        of: CountsOf,
        hours: std::ops::Range<u32>,
    ) -> Result<Vec<(u32, Counts)>, StoreError>;

    /// Parked deliveries of an endpoint, latest parked first, at most `limit`
    /// a page.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a stored row is damaged.
    async fn parked(
        &self,
        endpoint: EndpointId,
        cursor: Option<ParkedCursor>,
        limit: usize,
    ) -> Result<Page<Parked>, StoreError>;

    /// Puts parked deliveries back into the queue, due at `now`; durable. They
    /// keep their ids, and their attempts go on counting.
    ///
    /// # Errors
    /// When it fails, each may or may not be queued; a repeat is harmless.
    async fn replay(&self, items: Vec<Replay>, now: UnixMs) -> Result<Vec<Replayed>, StoreError>;

    /// Makes the declared resources the recorded ones, durably, and says what
    /// differed. An endpoint that is gone is no longer disabled, nor is one
    /// whose declaration changed, where that ends it.
    ///
    /// # Errors
    /// Nothing is changed when it fails.
    async fn reconcile(
        &self,
        resources: Vec<ResourceRow>,
        now: UnixMs,
    ) -> Result<Reconciled, StoreError>;

    /// Records that an endpoint takes no deliveries for now; durable. One that
    /// is disabled already is so as this says. Its deliveries stay as they
    /// are: what becomes of them is the caller's decision.
    ///
    /// # Errors
    /// Only when the store has failed.
    async fn disable_endpoint(&self, disabled: Disabled) -> Result<(), StoreError>;

    /// Records that an endpoint takes deliveries again; durable. Does nothing
    /// to one that does already.
    ///
    /// # Errors
    /// Only when the store has failed.
    async fn enable_endpoint(&self, id: EndpointId) -> Result<(), StoreError>;

    /// The disabled endpoints.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a stored row is damaged.
    async fn disabled_endpoints(&self) -> Result<Vec<Disabled>, StoreError>;

    /// How many deliveries each of these endpoints has in the queue, leased
    /// ones included, counted up to `each_max`: it costs as much as it counts.
    ///
    /// # Errors
    /// Only when the store has failed.
    async fn queued(
        &self,
        endpoints: Vec<EndpointId>,
        each_max: usize,
    ) -> Result<Vec<usize>, StoreError>;

    /// Counters and the sticky failure, if any. In memory.
    fn health(&self) -> Health;

    /// Ends cleanly: what was acknowledged stays, later calls fail with
    /// [`StoreError::Closed`]. Idempotent.
    async fn close(&self);
}

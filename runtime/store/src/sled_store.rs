//! The store on sled: hands calls to the operations, and ends.
//!
//! Threads: one committer a database, one reader, a keeper and a watchdog. The databases
//! belong to the committers and the reader, so they are closed when those
//! have ended.

use crate::engine::committer::{Message, Progress};
use crate::engine::data_dir::DataDir;
use crate::engine::keeper::Measures;
use crate::engine::reader::Reader;
use crate::ops::accept::{Accept, prepare};
use crate::ops::pipeline::Pipeline;
use crate::ops::registry::{Reconcile, Switch, SwitchTo};
use crate::ops::replay::ReplayCold;
use crate::ops::settle::{Item, SettleCold};
use crate::ops::sweep::Sweep;
use crate::ops::{event_view, lease, parked_list, registry};
use crate::{
    Accepted, Disabled, Due, EventView, Fencing, Health, LeaseRequest, LeaseToken, Leased,
    NewEvent, Next, Page, ParkReason, Parked, ParkedCursor, Reconciled, Replay, Replayed,
    ResourceRow, Retention, Settled, Settlement, Store, StoreError, Swept,
};
use hookmill_domain::{EndpointId, EventId, UnixMs};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// A store on sled. Its calls block no thread but the store's own.
pub struct SledStore {
    pub(crate) pipeline: Arc<Pipeline>,
    pub(crate) reader: Reader,
    pub(crate) hot: Arc<Progress>,
    pub(crate) cold: Arc<Progress>,
    pub(crate) measures: Arc<Measures>,
    pub(crate) disk_free_bytes_min: u64,
    pub(crate) backlog_events_max: u64,
    pub(crate) running: Mutex<Option<Running>>,
}

/// What ends when the store is closed.
pub(crate) struct Running {
    pub(crate) workers: Vec<JoinHandle<()>>,
    /// The keeper, and what it is stopped by; then the watchdog.
    pub(crate) watchers: [(mpsc::Sender<()>, JoinHandle<()>); 2],
    /// Keeps others out until the databases are closed.
    pub(crate) _data_dir: DataDir,
}

#[async_trait::async_trait]
impl Store for SledStore {
    async fn accept(&self, events: Vec<NewEvent>) -> Result<Vec<Accepted>, StoreError> {
        self.pipeline.check()?;
        self.check_disk()?;
        let mut prepared = Vec::with_capacity(events.len());
        for event in events {
            let received_at = event.event.received_at;
            let due_ms = {
                let clock = &mut self.pipeline.queue.lock().clock;
                clock.advance(received_at);
                clock.shifted(received_at)
            };
            prepared.push(prepare(event, due_ms)?);
        }
        if prepared.is_empty() {
            return Ok(Vec::new());
        }
        let accept = |reply| Accept {
            answers: Vec::with_capacity(prepared.len()),
            events: prepared,
            backlog_events_max: self.backlog_events_max,
            pipeline: Arc::clone(&self.pipeline),
            reply,
        };
        self.pipeline.submit(&self.pipeline.hot, accept).await
    }

    async fn lease(&self, request: LeaseRequest) -> Result<Vec<Leased>, StoreError> {
        self.pipeline.check()?;
        let found = lease::lease(&self.pipeline, &self.reader, &request).await?;
        let corrupt = found.corrupt.into_iter().map(|token| Settlement {
            token,
            attempt: None,
            next: Next::Park {
                reason: ParkReason::Corrupt,
                request: None,
            },
            now: request.now,
        });
        let corrupt: Vec<_> = corrupt.collect();
        if !corrupt.is_empty() {
            self.settle(corrupt).await?;
        }
        Ok(found.leased)
    }

    async fn extend(
        &self,
        tokens: Vec<LeaseToken>,
        until: UnixMs,
    ) -> Result<Vec<Fencing>, StoreError> {
        self.pipeline.check()?;
        let mut queue = self.pipeline.queue.lock();
        let until_ms = queue.clock.shifted(until);
        let extended = tokens.into_iter().map(|token| {
            if queue.leases.extend(token, until_ms) {
                Fencing::Held
            } else {
                Fencing::Fenced
            }
        });
        Ok(extended.collect())
    }

    async fn settle(&self, settlements: Vec<Settlement>) -> Result<Vec<Settled>, StoreError> {
        self.pipeline.check()?;
        let (items, answers) = self.consume(settlements);
        if items.is_empty() {
            return Ok(answers);
        }
        let settle = |reply| SettleCold {
            decided: Vec::with_capacity(items.len()),
            items,
            answers,
            pipeline: Arc::clone(&self.pipeline),
            reply,
        };
        self.pipeline.submit(&self.pipeline.cold, settle).await
    }

    fn due(&self, now: UnixMs) -> Due {
        let mut queue = self.pipeline.queue.lock();
        let now_ms = queue.clock.observe(now);
        let next_ms = queue.lanes.next_ms(now_ms);
        Due {
            lanes: queue.lanes.due(now_ms),
            next: next_ms.map(|ms| queue.clock.wall(ms)),
        }
    }

    async fn changed(&self) {
        self.pipeline.queue.rung().await;
    }

    async fn sweep(
        &self,
        now: UnixMs,
        retention: Retention,
        budget: usize,
    ) -> Result<Swept, StoreError> {
        self.pipeline.check()?;
        let leases = self.free_expired(now);
        let sweep = |reply| Sweep {
            now,
            retention,
            budget,
            answer: Swept {
                leases,
                ..Swept::default()
            },
            pipeline: Arc::clone(&self.pipeline),
            reply,
        };
        self.pipeline.submit(&self.pipeline.cold, sweep).await
    }

    async fn event(&self, id: EventId) -> Result<Option<EventView>, StoreError> {
        self.pipeline.check()?;
        let owner = Arc::clone(&self.pipeline);
        let read = move |databases: &_| event_view::event_view(databases, &owner.queue, id);
        self.reader.run(read).await?
    }

    async fn parked(
        &self,
        endpoint: EndpointId,
        cursor: Option<ParkedCursor>,
        limit: usize,
    ) -> Result<Page<Parked>, StoreError> {
        self.pipeline.check()?;
        let read =
            move |databases: &_| parked_list::parked_list(databases, endpoint, cursor, limit);
        self.reader.run(read).await?
    }

    async fn replay(&self, items: Vec<Replay>, now: UnixMs) -> Result<Vec<Replayed>, StoreError> {
        self.pipeline.check()?;
        let due_ms = self.pipeline.queue.lock().clock.observe(now);
        let replay = |reply| ReplayCold {
            answers: Vec::with_capacity(items.len()),
            items,
            due_ms,
            pipeline: Arc::clone(&self.pipeline),
            reply,
        };
        self.pipeline.submit(&self.pipeline.cold, replay).await
    }

    async fn reconcile(
        &self,
        resources: Vec<ResourceRow>,
        _now: UnixMs,
    ) -> Result<Reconciled, StoreError> {
        self.pipeline.check()?;
        let reconcile = |reply| Reconcile {
            declared: resources.into_iter().map(|row| (row.id, row)).collect(),
            answer: Reconciled::default(),
            reply,
        };
        self.pipeline.submit(&self.pipeline.hot, reconcile).await
    }

    async fn disable_endpoint(&self, disabled: Disabled) -> Result<(), StoreError> {
        self.switch(SwitchTo::Disabled(disabled)).await
    }

    async fn enable_endpoint(&self, id: EndpointId) -> Result<(), StoreError> {
        self.switch(SwitchTo::Enabled(id)).await
    }

    async fn disabled_endpoints(&self) -> Result<Vec<Disabled>, StoreError> {
        self.pipeline.check()?;
        self.reader.run(registry::disabled).await?
    }

    async fn queued(
        &self,
        endpoints: Vec<EndpointId>,
        each_max: usize,
    ) -> Result<Vec<usize>, StoreError> {
        self.pipeline.check()?;
        let read = move |databases: &_| registry::queued(databases, &endpoints, each_max);
        self.reader.run(read).await?
    }

    fn health(&self) -> Health {
        let load = |counter: &AtomicU64| counter.load(Ordering::Acquire);
        let (hot, cold) = (&self.hot, &self.cold);
        Health {
            backlog_events: load(&hot.events),
            pending_deliveries: load(&hot.deliveries),
            leases: self.pipeline.queue.lock().leases.count() as u64,
            corrupt_deliveries: load(&self.pipeline.corrupt_deliveries),
            commits: load(&hot.commits) + load(&cold.commits),
            flush_age_ms: hot.pulse.age_ms().max(cold.pulse.age_ms()),
            flush_latency_us: load(&hot.flush_latency_us).max(load(&cold.flush_latency_us)),
            file_bytes: load(&self.measures.file_bytes),
            blobs: load(&self.measures.blobs),
            disk_free_bytes: load(&self.measures.disk_free_bytes),
            refuses: self.check_room().err(),
        }
    }

    async fn close(&self) {
        let Some(running) = self.stop() else {
            return;
        };
        let (done, ended) = oneshot::channel();
        let join = move || {
            running.join();
            let _ = done.send(());
        };
        // Without a thread to wait on, ending the process has to do.
        if std::thread::Builder::new().spawn(join).is_ok() {
            let _ = ended.await;
        }
    }
}

impl SledStore {
    async fn switch(&self, to: SwitchTo) -> Result<(), StoreError> {
        self.pipeline.check()?;
        let switch = |reply| Switch { to, reply };
        self.pipeline.submit(&self.pipeline.hot, switch).await
    }

    /// Whether a new event would be accepted.
    fn check_room(&self) -> Result<(), StoreError> {
        self.pipeline.check()?;
        self.check_disk()?;
        let events_max = self.backlog_events_max;
        if self.hot.events.load(Ordering::Acquire) >= events_max {
            return Err(StoreError::BacklogFull { events_max });
        }
        Ok(())
    }

    fn check_disk(&self) -> Result<(), StoreError> {
        let free_bytes = self.measures.disk_free_bytes.load(Ordering::Acquire);
        let required_bytes = self.disk_free_bytes_min;
        if free_bytes < required_bytes {
            return Err(StoreError::DiskFull {
                free_bytes,
                required_bytes,
            });
        }
        Ok(())
    }

    /// Takes the leases of these settlements.
    fn consume(&self, settlements: Vec<Settlement>) -> (Vec<Item>, Vec<Settled>) {
        let mut queue = self.pipeline.queue.lock();
        let mut items = Vec::with_capacity(settlements.len());
        let mut answers = Vec::with_capacity(settlements.len());
        for settlement in settlements {
            queue.clock.observe(settlement.now);
            let Some((claim, work)) = queue.leases.take(settlement.token) else {
                answers.push(Settled::Fenced);
                continue;
            };
            let due_ms = match settlement.next {
                Next::RetryAt { at, .. } | Next::Release { at } => queue.clock.shifted(at),
                _ => 0,
            };
            answers.push(Settled::Recorded);
            items.push(Item {
                claim,
                work,
                attempt: settlement.attempt,
                next: settlement.next,
                due_ms,
                now: settlement.now,
            });
        }
        (items, answers)
    }

    /// Makes deliveries whose leases expired due again.
    fn free_expired(&self, now: UnixMs) -> usize {
        let mut queue = self.pipeline.queue.lock();
        let queue = &mut *queue;
        let now_ms = queue.clock.observe(now);
        let expired = queue.leases.take_expired(now_ms);
        let count = expired.len();
        for claim in expired {
            queue
                .lanes
                .insert(claim.endpoint, claim.place, claim.waiting);
        }
        if count > 0 {
            self.pipeline.queue.ring();
        }
        count
    }

    /// Refuses further calls and tells the threads to end. None when that was
    /// done before.
    fn stop(&self) -> Option<Running> {
        self.pipeline.shut();
        let mut running = self.running.lock().expect("no holder of this lock panics");
        let running = running.take()?;
        let hot = self.pipeline.hot.clone();
        let then_hot = move || {
            // It has ended already when nobody receives.
            let _ = hot.send(Message::Stop(Box::new(|| ())));
        };
        let _ = self.pipeline.cold.send(Message::Stop(Box::new(then_hot)));
        self.reader.stop();
        // A flush that hangs would keep whoever joins it forever.
        self.pipeline.failure.reason().is_none().then_some(running)
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        if let Some(running) = self.stop() {
            running.join();
        }
    }
}

impl Running {
    /// Waits for the threads, the keeper after the workers: it syncs the last
    /// mark.
    fn join(self) {
        for worker in self.workers {
            // A worker that panicked has reported it as the failure.
            let _ = worker.join();
        }
        for (stop, watcher) in self.watchers {
            drop(stop);
            let _ = watcher.join();
        }
    }
}

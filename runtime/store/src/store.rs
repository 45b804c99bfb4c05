//! The store: hands calls to the operations, and ends.
//!
//! Threads: the journal's writer, the index, the runs' maker, the keeper of the
//! journal's files, two readers and a watchdog.

use crate::config::AttemptHistory;
use crate::engine::data_dir::{self, DataDir, disk_free_bytes};
use crate::engine::keeper::KeeperHandle;
use crate::engine::reader::Reader;
use crate::index::counters;
use crate::index::database::Database;
use crate::index::thread::{Index, IndexHandle};
use crate::interface::history::{
    AttemptFilter, AttemptPage, Counts, CountsOf, EventFilter, EventPage, HistoryCursor,
};
use crate::journal::segment;
use crate::journal::space::Space;
use crate::journal::writer::Progress;
use crate::ops::{accept, catalog, event_view, history, lease, parked_list, replay, settle, sweep};
use crate::shared::{Durable, Shared};
use crate::{
    Accepted, Disabled, Due, EventView, Fencing, Health, LeaseRequest, LeaseToken, Leased,
    NewEvent, Page, Parked, ParkedCursor, Reconciled, Replay, Replayed, ResourceRow, Retention,
    Settled, Settlement, Store, StoreError, Swept,
};
use hookmill_domain::{EndpointId, EventId, TenantId, UnixMs};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How old a measurement of the disk may be.
const MEASURE_EVERY: Duration = Duration::from_secs(1);

/// A store in a folder: a journal with an index on sled. Its calls block no
/// thread but the store's own.
pub struct JournalStore {
    pub(crate) shared: Arc<Shared>,
    pub(crate) index: IndexHandle,
    /// None when the store is closed.
    pub(crate) database: Mutex<Option<Database>>,
    pub(crate) journal: PathBuf,
    pub(crate) data_dir: PathBuf,
    pub(crate) space: Arc<Space>,
    pub(crate) progress: Arc<Progress>,
    /// Reads what is leased.
    pub(crate) lease_reader: Reader,
    /// Reads what is listed, so that lists never keep leases waiting.
    pub(crate) list_reader: Reader,
    pub(crate) disk: Mutex<Disk>,
    pub(crate) disk_free_bytes_min: u64,
    pub(crate) backlog_deliveries_max: u64,
    pub(crate) attempts: AttemptHistory,
    pub(crate) threads: Mutex<Option<Threads>>,
}

/// What was measured of the disk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disk {
    pub(crate) at: Instant,
    pub(crate) free_bytes: u64,
    pub(crate) file_bytes: u64,
    pub(crate) segments: u64,
}

/// What ends when the store is closed.
pub(crate) struct Threads {
    pub(crate) index: JoinHandle<()>,
    pub(crate) maker: (crossbeam_channel::Sender<()>, JoinHandle<()>),
    pub(crate) readers: [JoinHandle<()>; 2],
    pub(crate) writer: JoinHandle<()>,
    pub(crate) keeper: (KeeperHandle, JoinHandle<()>),
    pub(crate) watchdog: (mpsc::Sender<()>, JoinHandle<()>),
    /// Keeps others out until the files are closed.
    pub(crate) _data_dir: DataDir,
}

#[async_trait::async_trait]
impl Store for JournalStore {
    async fn accept(&self, events: Vec<NewEvent>) -> Result<Vec<Accepted>, StoreError> {
        self.shared.failure.check()?;
        self.check_disk()?;
        accept::accept(&self.shared, events, self.backlog_deliveries_max).await
    }

    async fn lease(&self, request: LeaseRequest) -> Result<Vec<Leased>, StoreError> {
        let (leased, damaged) =
            lease::lease(&self.shared, &self.lease_reader, &self.index, &request).await?;
        if !damaged.is_empty() {
            self.settle(damaged)?;
        }
        Ok(leased)
    }

    async fn extend(
        &self,
        tokens: Vec<LeaseToken>,
        until: UnixMs,
    ) -> Result<Vec<Fencing>, StoreError> {
        let mut state = self.shared.lock();
        self.shared.check(&state)?;
        let until_ms = state.clock.shifted(until);
        let extended = tokens.into_iter().map(|token| {
            if state.leases.extend(token, until_ms) {
                Fencing::Held
            } else {
                Fencing::Fenced
            }
        });
        Ok(extended.collect())
    }

    fn settle(&self, settlements: Vec<Settlement>) -> Result<Vec<Settled>, StoreError> {
        settle::settle(&self.shared, settlements, self.attempts)
    }

    async fn settled(&self) -> Result<Vec<LeaseToken>, StoreError> {
        self.shared.settled().await
    }

    fn due(&self, now: UnixMs) -> Due {
        let mut state = self.shared.lock();
        let now_ms = state.clock.observe(now);
        let next_ms = state.lanes.next_ms(now_ms);
        Due {
            lanes: state.lanes.due(now_ms),
            next: next_ms.map(|ms| state.clock.wall(ms)),
        }
    }

    async fn changed(&self) {
        self.shared.changed().await;
    }

    async fn sweep(
        &self,
        now: UnixMs,
        retention: Retention,
        budget: usize,
    ) -> Result<Swept, StoreError> {
        let (journal, space) = (self.journal.clone(), Arc::clone(&self.space));
        let sweep =
            move |index: &mut Index| sweep::sweep(index, &journal, &space, now, retention, budget);
        self.index.run(&self.shared, sweep).await
    }

    async fn event(&self, id: EventId) -> Result<Option<EventView>, StoreError> {
        self.shared.barrier().await?;
        let shared = Arc::clone(&self.shared);
        let read = move || event_view::event_view(&shared, id);
        self.list_reader.run(read).await?
    }

    async fn events(
        &self,
        tenant: TenantId,
        filter: EventFilter,
        cursor: Option<HistoryCursor>,
        limit: usize,
    ) -> Result<EventPage, StoreError> {
        self.shared.barrier().await?;
        let shared = Arc::clone(&self.shared);
        let read = move || history::events(&shared, tenant, &filter, cursor, limit);
        self.list_reader.run(read).await?
    }

    async fn attempts(
        &self,
        endpoint: EndpointId,
        filter: AttemptFilter,
        cursor: Option<HistoryCursor>,
        limit: usize,
    ) -> Result<AttemptPage, StoreError> {
        self.shared.barrier().await?;
        let shared = Arc::clone(&self.shared);
        let read = move || history::attempts(&shared, endpoint, &filter, cursor, limit);
        self.list_reader.run(read).await?
    }

    async fn counts(
        &self,
        of: CountsOf,
        hours: std::ops::Range<u32>,
    ) -> Result<Vec<(u32, Counts)>, StoreError> {
        self.bring_index_up_to_date().await?;
        let database = self.database()?;
        let read = move || counters::counts(&database, of, hours);
        let counts = self.list_reader.run(read).await?;
        counts.map_err(|error| StoreError::damaged(&error))
    }

    async fn parked(
        &self,
        endpoint: EndpointId,
        cursor: Option<ParkedCursor>,
        limit: usize,
    ) -> Result<Page<Parked>, StoreError> {
        self.bring_index_up_to_date().await?;
        let database = self.database()?;
        let read = move || parked_list::parked_list(&database, endpoint, cursor, limit);
        self.list_reader.run(read).await?
    }

    async fn replay(&self, items: Vec<Replay>, now: UnixMs) -> Result<Vec<Replayed>, StoreError> {
        let replay = move |index: &mut Index| replay::replay(index, &items, now);
        let (answers, durable) = self.index.run(&self.shared, replay).await?;
        self.shared.wait(durable).await?;
        Ok(answers)
    }

    async fn reconcile(
        &self,
        resources: Vec<ResourceRow>,
        _now: UnixMs,
    ) -> Result<Reconciled, StoreError> {
        let reconcile = move |index: &mut Index| catalog::reconcile(index, resources);
        let (reconciled, durable) = self.index.run(&self.shared, reconcile).await?;
        self.durable(durable).await?;
        Ok(reconciled)
    }

    async fn disable_endpoint(&self, disabled: Disabled) -> Result<(), StoreError> {
        let durable = catalog::disable(&self.shared, &disabled)?;
        self.durable(durable).await
    }

    async fn enable_endpoint(&self, id: EndpointId) -> Result<(), StoreError> {
        let durable = catalog::enable(&self.shared, id)?;
        self.durable(durable).await
    }

    async fn disabled_endpoints(&self) -> Result<Vec<Disabled>, StoreError> {
        self.index.run(&self.shared, catalog::disabled).await
    }

    async fn queued(
        &self,
        endpoints: Vec<EndpointId>,
        each_max: usize,
    ) -> Result<Vec<usize>, StoreError> {
        let count = move |index: &mut Index| catalog::queued(index, &endpoints, each_max);
        self.index.run(&self.shared, count).await
    }

    fn health(&self) -> Health {
        let disk = self.measure();
        let (pending, leases, index_lag) = {
            let state = self.shared.lock();
            let projection = &state.projection;
            let lag = projection.changes.len() as u64;
            (projection.pending, state.leases.count() as u64, lag)
        };
        let load = |counter: &AtomicU64| counter.load(Ordering::Acquire);
        Health {
            pending_deliveries: pending,
            leases,
            corrupt_deliveries: load(&self.shared.corrupt_deliveries),
            commits: load(&self.progress.groups),
            flush_age_ms: self.progress.pulse.age_ms(),
            flush_latency_us: load(&self.progress.sync_latency_us),
            file_bytes: disk.file_bytes,
            index_lag,
            segments: disk.segments,
            disk_free_bytes: disk.free_bytes,
            refuses: self.check_room(pending).err(),
        }
    }

    async fn close(&self) {
        let Some(threads) = self.stop() else {
            return;
        };
        let shared = Arc::clone(&self.shared);
        let (done, ended) = oneshot::channel();
        let join = move || {
            threads.join(&shared);
            let _ = done.send(());
        };
        // Without a thread to wait on, ending the process has to do.
        if std::thread::Builder::new().spawn(join).is_ok() {
            let _ = ended.await;
        }
    }
}

impl JournalStore {
    /// What was appended until now is in the index then.
    async fn bring_index_up_to_date(&self) -> Result<(), StoreError> {
        let pass = |index: &mut Index| index.pass();
        self.index.run(&self.shared, pass).await
    }

    fn database(&self) -> Result<Database, StoreError> {
        let database = self.database.lock().expect("no holder of this lock panics");
        database.clone().ok_or(StoreError::Closed)
    }

    async fn durable(&self, durable: Option<Durable>) -> Result<(), StoreError> {
        match durable {
            None => Ok(()),
            Some(durable) => self.shared.wait(durable).await,
        }
    }

    /// Whether a new event would be accepted.
    fn check_room(&self, pending: u64) -> Result<(), StoreError> {
        self.shared.failure.check()?;
        self.check_disk()?;
        let deliveries_max = self.backlog_deliveries_max;
        if pending >= deliveries_max {
            return Err(StoreError::BacklogFull { deliveries_max });
        }
        Ok(())
    }

    fn check_disk(&self) -> Result<(), StoreError> {
        let required_bytes = self.disk_free_bytes_min;
        if required_bytes == 0 {
            return Ok(());
        }
        let free_bytes = self.measure().free_bytes;
        if free_bytes < required_bytes {
            return Err(StoreError::DiskFull {
                free_bytes,
                required_bytes,
            });
        }
        Ok(())
    }

    /// The disk as it was a second ago at most.
    fn measure(&self) -> Disk {
        let mut disk = self.disk.lock().expect("no holder of this lock panics");
        if disk.at.elapsed() >= MEASURE_EVERY {
            *disk = Disk::measure(&self.data_dir, disk.free_bytes);
        }
        *disk
    }

    /// Refuses further calls and tells the threads to end. None when that was
    /// done before.
    fn stop(&self) -> Option<Threads> {
        self.shared.lock().is_closed = true;
        let mut database = self.database.lock().expect("no holder of this lock panics");
        drop(database.take());
        let mut threads = self.threads.lock().expect("no holder of this lock panics");
        let threads = threads.take()?;
        self.index.stop();
        self.lease_reader.stop();
        self.list_reader.stop();
        // A sync that hangs would keep whoever joins it forever.
        self.shared.failure.reason().is_none().then_some(threads)
    }
}

impl Drop for JournalStore {
    fn drop(&mut self) {
        if let Some(threads) = self.stop() {
            threads.join(&self.shared);
        }
    }
}

impl Threads {
    /// Waits for the threads: first the index and the runs, which append and
    /// wait, then the writer, then the keeper, which syncs the last mark.
    fn join(self, shared: &Shared) {
        // A thread that panicked has reported it as the failure.
        let _ = self.index.join();
        drop(self.maker.0);
        let _ = self.maker.1.join();
        for reader in self.readers {
            let _ = reader.join();
        }
        shared.end();
        let _ = self.writer.join();
        drop(self.keeper.0);
        let _ = self.keeper.1.join();
        drop(self.watchdog.0);
        let _ = self.watchdog.1.join();
    }
}

impl Disk {
    /// Measures. Where the free space can't be had it is what it was.
    pub(crate) fn measure(data_dir: &std::path::Path, free_before: u64) -> Self {
        let journal = data_dir::journal(data_dir);
        let segments = segment::numbers(&journal).map_or(0, |numbers| numbers.len() as u64);
        Self {
            at: Instant::now(),
            free_bytes: disk_free_bytes(data_dir).unwrap_or(free_before),
            file_bytes: bytes_in(data_dir),
            segments,
        }
    }
}

/// Bytes that the files of a folder take on the disk.
fn bytes_in(folder: &std::path::Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let bytes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => bytes_in(&entry.path()),
        Ok(meta) => meta.blocks() * 512,
        Err(_) => 0,
    });
    bytes.sum()
}

//! What all parts of an open store share: its state behind one lock, and how
//! something is appended to the journal.

use crate::engine::block_on::block_on;
use crate::engine::failure::Failure;
use crate::index::meta::Meta;
use crate::index::pass::PassInput;
use crate::journal::frame::Frame;
use crate::journal::group::{Group, Groups, Next};
use crate::journal::lsn::Lsn;
use crate::journal::reader::JournalReader;
use crate::journal::tail::Tail;
use crate::projection::Projection;
use crate::queue::changes::Now;
use crate::queue::clock::Clock;
use crate::queue::event_cache::EventCache;
use crate::queue::lanes::Lanes;
use crate::queue::leases::Leases;
use crate::queue::waiting::{PackId, Waiting};
use crate::runs::recent::{RECENT_LEN_MAX, Recent};
use crate::runs::set::RunSet;
use crate::{LeaseToken, StoreError};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};
use std::thread::Thread;
use tokio::sync::{Notify, oneshot};

/// Settlements that may linger before they are written although nobody waits.
const LINGERING_MAX: usize = 64;

/// Changes that the index may be behind before a pass is due at once.
const CHANGES_URGENT: usize = 8_192;

/// Told when what was appended is durable, or why it is not.
type Waiter = oneshot::Sender<Result<(), StoreError>>;

/// Completes when what was appended is durable, or says why it is not.
pub(crate) type Durable = oneshot::Receiver<Result<(), StoreError>>;

/// What all parts share.
pub(crate) struct Shared {
    state: Mutex<State>,
    pub(crate) failure: Arc<Failure>,
    pub(crate) reader: JournalReader,
    pub(crate) runs: RunSet,
    /// Tells the index's thread that there is something to do, and whether at
    /// once.
    tell_index: Box<dyn Fn(bool) + Send + Sync>,
    /// Tells the runs' maker that there is something to do.
    wake_maker: Box<dyn Fn() + Send + Sync>,
    writer: OnceLock<Thread>,
    /// The end of what is durable, as an [`Lsn`].
    durable: AtomicU64,
    /// The clock's offset, for those who don't hold the lock.
    pub(crate) clock_offset_ms: AtomicU64,
    /// Rings when something may have become due.
    changed: Notify,
    settled: Mutex<Vec<LeaseToken>>,
    /// Rings when settlements became durable.
    settled_durably: Notify,
    pub(crate) corrupt_deliveries: AtomicU64,
    /// No frame before this one is there any more, as an [`Lsn`].
    floor: AtomicU64,
    /// For what outlives a call. Set by [`Shared::new`].
    this: Weak<Self>,
}

/// What the lock protects.
pub(crate) struct State {
    pub(crate) tail: Tail,
    waiters: Vec<Waiter>,
    tokens: Vec<LeaseToken>,
    /// Whether what was appended since the last group can be claimed.
    rings: bool,
    writer: WriterState,
    /// Whether callers are refused.
    pub(crate) is_closed: bool,
    /// Whether the writer ends when everything is written.
    pub(crate) is_ending: bool,
    pub(crate) clock: Clock,
    pub(crate) lanes: Lanes,
    pub(crate) leases: Leases,
    pub(crate) cache: EventCache,
    pub(crate) projection: Projection,
    /// What is being written as a run.
    pub(crate) flushing: Option<Arc<Recent>>,
    /// Whether the index's thread knows that there is something to do.
    index_told: bool,
    /// All of the index's counters but what the projection adds.
    pub(crate) meta: Meta,
}

/// What the journal's writer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WriterState {
    Works,
    Lingers,
    Sleeps,
}

/// What [`Shared::new`] needs.
pub(crate) struct Parts {
    pub(crate) tail: Tail,
    pub(crate) durable: Lsn,
    pub(crate) floor: Lsn,
    pub(crate) clock: Clock,
    pub(crate) lanes: Lanes,
    pub(crate) projection: Projection,
    pub(crate) meta: Meta,
    pub(crate) event_cache_bytes: usize,
    pub(crate) failure: Arc<Failure>,
    pub(crate) reader: JournalReader,
    pub(crate) runs: RunSet,
    pub(crate) tell_index: Box<dyn Fn(bool) + Send + Sync>,
    pub(crate) wake_maker: Box<dyn Fn() + Send + Sync>,
}

impl Shared {
    pub(crate) fn new(parts: Parts) -> Arc<Self> {
        let (_, offset_ms) = parts.clock.state();
        Arc::new_cyclic(|this| Self {
            state: Mutex::new(State {
                tail: parts.tail,
                waiters: Vec::new(),
                tokens: Vec::new(),
                rings: false,
                writer: WriterState::Works,
                is_closed: false,
                is_ending: false,
                clock: parts.clock,
                lanes: parts.lanes,
                leases: Leases::new(parts.meta.epoch),
                cache: EventCache::new(parts.event_cache_bytes),
                projection: parts.projection,
                flushing: None,
                index_told: false,
                meta: parts.meta,
            }),
            failure: parts.failure,
            reader: parts.reader,
            runs: parts.runs,
            tell_index: parts.tell_index,
            wake_maker: parts.wake_maker,
            writer: OnceLock::new(),
            durable: AtomicU64::new(parts.durable.to_u64()),
            clock_offset_ms: AtomicU64::new(offset_ms),
            changed: Notify::new(),
            settled: Mutex::new(Vec::new()),
            settled_durably: Notify::new(),
            corrupt_deliveries: AtomicU64::new(0),
            floor: AtomicU64::new(parts.floor.to_u64()),
            this: Weak::clone(this),
        })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of this lock panics")
    }

    /// Names the thread that writes the journal.
    pub(crate) fn set_writer(&self, thread: Thread) {
        // There is one writer.
        let _ = self.writer.set(thread);
    }

    /// The end of what is durable.
    pub(crate) fn durable(&self) -> Lsn {
        Lsn::from_u64(self.durable.load(Ordering::Acquire))
    }

    /// No frame before this one is there any more.
    pub(crate) fn floor(&self) -> Lsn {
        Lsn::from_u64(self.floor.load(Ordering::Acquire))
    }

    /// What was before this frame is gone.
    pub(crate) fn raise_floor(&self, to: Lsn) {
        self.floor.fetch_max(to.to_u64(), Ordering::AcqRel);
        (self.wake_maker)();
    }

    /// Refuses when the store has failed or is closed.
    pub(crate) fn check(&self, state: &State) -> Result<(), StoreError> {
        self.failure.check()?;
        if state.is_closed {
            return Err(StoreError::Closed);
        }
        Ok(())
    }

    /// Lets the writer and the index know what was appended under this lock.
    pub(crate) fn commit(&self, mut state: MutexGuard<'_, State>) {
        let awaited = !state.waiters.is_empty() || state.is_ending;
        let many = state.tokens.len() >= LINGERING_MAX;
        let wakes = match state.writer {
            WriterState::Works => false,
            WriterState::Lingers => awaited || many,
            WriterState::Sleeps => true,
        };
        if wakes {
            state.writer = WriterState::Works;
        }
        let changes = state.projection.changes.len();
        let urgent = changes == CHANGES_URGENT;
        let tells = urgent || !state.index_told;
        state.index_told = true;
        let recent = state.projection.recent.len();
        drop(state);
        if wakes && let Some(writer) = self.writer.get() {
            writer.unpark();
        }
        if tells {
            (self.tell_index)(urgent);
        }
        if recent >= RECENT_LEN_MAX {
            (self.wake_maker)();
        }
    }

    /// Completes when all that was appended until now is durable.
    pub(crate) async fn barrier(&self) -> Result<(), StoreError> {
        let durable = {
            let mut state = self.lock();
            self.failure.check()?;
            if state.tail.end() <= self.durable() {
                return Ok(());
            }
            let durable = state.wait();
            self.commit(state);
            durable
        };
        self.wait(durable).await
    }

    /// Waits until what was appended with this waiter is durable.
    pub(crate) async fn wait(&self, durable: Durable) -> Result<(), StoreError> {
        tokio::select! {
            biased;
            outcome = durable => outcome.unwrap_or_else(|_| self.ended()),
            failed = self.failure.failed() => Err(failed),
        }
    }

    /// The same, for a thread of the store.
    pub(crate) fn wait_blocking(&self, durable: Durable) -> Result<(), StoreError> {
        block_on(self.wait(durable))
    }

    fn ended(&self) -> Result<(), StoreError> {
        self.failure.check().and(Err(StoreError::Closed))
    }

    /// Lets the writer end when everything is written.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        state.is_ending = true;
        state.writer = WriterState::Works;
        drop(state);
        self.settled_durably.notify_one();
        if let Some(writer) = self.writer.get() {
            writer.unpark();
        }
    }

    /// Completes when something may have become due.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Tells that something may have become due.
    pub(crate) fn ring(&self) {
        self.changed.notify_one();
    }

    /// The settlements that became durable since the last call.
    pub(crate) async fn settled(&self) -> Result<Vec<LeaseToken>, StoreError> {
        loop {
            let more = self.settled_durably.notified();
            let tokens = std::mem::take(&mut *self.settled_list());
            if !tokens.is_empty() {
                return Ok(tokens);
            }
            if self.lock().is_ending {
                return Err(StoreError::Closed);
            }
            tokio::select! {
                () = more => {}
                failed = self.failure.failed() => return Err(failed),
            }
        }
    }

    fn settled_list(&self) -> MutexGuard<'_, Vec<LeaseToken>> {
        self.settled.lock().expect("no holder of this lock panics")
    }

    /// What the next pass writes. From now on those who wait know their rows,
    /// which must be written before anything else is read of their lanes.
    pub(crate) fn take_pass(&self) -> (PassInput, Durable) {
        let mut state = self.lock();
        let input = state.take_pass();
        let durable = state.wait();
        state.index_told = false;
        let mut state = state;
        if state.writer != WriterState::Works {
            state.writer = WriterState::Works;
            drop(state);
            if let Some(writer) = self.writer.get() {
                writer.unpark();
            }
        }
        (input, durable)
    }
}

impl State {
    /// Appends a frame.
    pub(crate) fn append(&mut self, frame: Frame) -> Lsn {
        self.tail.append(frame)
    }

    /// Told when all that was appended until now is durable.
    pub(crate) fn wait(&mut self) -> Durable {
        let (waiter, durable) = oneshot::channel();
        self.waiters.push(waiter);
        durable
    }

    /// Reports this token when all that was appended until now is durable.
    pub(crate) fn report(&mut self, token: LeaseToken) {
        self.tokens.push(token);
    }

    /// Puts a delivery into its lane.
    pub(crate) fn enqueue(&mut self, waiting: Waiting) {
        self.lanes.insert(waiting);
        self.rings = true;
    }

    fn take_pass(&mut self) -> PassInput {
        let changes = self.projection.changes.take();
        let now = changes.values().map(|change| &change.now);
        let mut waiting: Vec<Waiting> = now
            .filter_map(|now| match now {
                Now::Waiting(waiting) => Some(*waiting),
                _ => None,
            })
            .collect();
        waiting.sort_unstable_by_key(|it| (it.subject.endpoint, it.position()));
        let lanes = waiting.chunk_by(|a, b| a.subject.endpoint == b.subject.endpoint);
        let mut packs = Vec::new();
        for some in lanes.flat_map(|lane| lane.chunks(crate::index::pack::LEN_MAX)) {
            let endpoint = some[0].subject.endpoint;
            let pack = PackId {
                due_ms: some[0].due_ms,
                number: self.meta.next_pack,
            };
            self.meta.next_pack += 1;
            let leases = &mut self.leases;
            self.lanes.change(endpoint, |lane| {
                for it in some {
                    if !lane.set_pack(it.position(), pack) {
                        leases.set_pack(it.subject.delivery, pack);
                    }
                }
            });
            let some = some.iter().map(|it| Waiting {
                pack: Some(pack),
                ..*it
            });
            packs.push((endpoint, pack, some.collect()));
        }
        let (clock_ms, clock_offset_ms) = self.clock.state();
        self.meta.replay_from = self.tail.end();
        self.meta.pending = self.projection.pending;
        (self.meta.clock_ms, self.meta.clock_offset_ms) = (clock_ms, clock_offset_ms);
        PassInput {
            changes,
            packs,
            counters: self.projection.counters.take(),
            catalog: std::mem::take(&mut self.projection.catalog),
            meta: self.meta,
        }
    }
}

impl Groups for Shared {
    fn next(&self) -> Next {
        let mut state = self.lock();
        let nothing = state.tail.bytes() == 0 && state.tokens.is_empty();
        if nothing && state.waiters.is_empty() {
            if state.is_ending {
                return Next::Stop;
            }
            state.writer = WriterState::Sleeps;
            return Next::Sleep;
        }
        let unawaited = state.waiters.is_empty() && state.tokens.len() < LINGERING_MAX;
        if unawaited && !state.is_ending && state.writer == WriterState::Works {
            state.writer = WriterState::Lingers;
            return Next::Linger;
        }
        state.writer = WriterState::Works;
        let end = state.tail.end();
        let pieces = state.tail.take();
        let waiters = std::mem::take(&mut state.waiters);
        let tokens = std::mem::take(&mut state.tokens);
        let rings = std::mem::take(&mut state.rings);
        drop(state);
        let this = Weak::clone(&self.this);
        let complete = move |outcome: Result<(), StoreError>| {
            if let (Ok(()), Some(this)) = (&outcome, this.upgrade()) {
                this.durable.store(end.to_u64(), Ordering::Release);
                if !tokens.is_empty() {
                    this.settled_list().extend(tokens);
                    this.settled_durably.notify_one();
                }
                if rings {
                    this.ring();
                }
            }
            for waiter in waiters {
                // A caller that is gone needs no answer.
                let _ = waiter.send(outcome.clone());
            }
        };
        Next::Write(Group {
            pieces,
            end,
            complete: Box::new(complete),
        })
    }
}

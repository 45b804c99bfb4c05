//! The thread that owns the index. It makes a pass a quarter of a second after
//! the first change, or as soon as there are many, and does what has to happen
//! between passes: scans of lanes, replays, the catalog, sweeps.

use super::database::{Database, IndexError};
use super::{pack, parked, pass};
use crate::StoreError;
use crate::queue::waiting::{PackId, Waiting};
use crate::shared::Shared;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use hookmill_domain::{EndpointId, UnixMs};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How far the index may be behind.
const LAG_MAX: Duration = Duration::from_millis(250);

/// Rows that one step of a scan reads.
const SCAN_ROWS: usize = 8;

/// Passes between two looks at whether sled keeps to its log.
const PASSES_PER_LOOK: u64 = 64;

type Job = Box<dyn FnOnce(&mut Index) + Send>;

enum Message {
    /// There are changes.
    Changed {
        urgent: bool,
    },
    Do(Job),
    /// Make a last pass and end.
    Stop,
}

/// Where the thread is told what to do.
#[derive(Clone)]
pub(crate) struct IndexHandle(Sender<Message>);

/// What [`IndexHandle::new`] leaves for the thread.
pub(crate) struct Inbox(Receiver<Message>);

/// The index, on its thread.
pub(crate) struct Index {
    pub(crate) database: Database,
    pub(crate) shared: Arc<Shared>,
    pub(crate) parked_walk: ParkedWalk,
    passes: u64,
}

/// Where the sweep is among the parked deliveries.
pub(crate) struct ParkedWalk {
    /// The key to go on with.
    pub(crate) from: Vec<u8>,
    /// Since when the oldest is parked that this walk has left.
    oldest_seen: Option<UnixMs>,
    /// The same of the walk before; none before the first has ended.
    pub(crate) oldest_left: Option<UnixMs>,
}

impl Default for ParkedWalk {
    fn default() -> Self {
        Self {
            from: vec![parked::KIND],
            oldest_seen: None,
            oldest_left: None,
        }
    }
}

impl ParkedWalk {
    pub(crate) fn is_at_the_start(&self) -> bool {
        self.from == [parked::KIND]
    }

    /// One that was parked then is left.
    pub(crate) fn left(&mut self, parked_at: UnixMs) {
        let oldest = self.oldest_seen.map_or(parked_at, |it| it.min(parked_at));
        self.oldest_seen = Some(oldest);
    }

    /// Ends a part of the walk, or all of it.
    pub(crate) fn end(&mut self, more: bool) {
        if !more {
            self.from = vec![parked::KIND];
            self.oldest_left = self.oldest_seen.take();
        }
    }
}

impl IndexHandle {
    pub(crate) fn new() -> (Self, Inbox) {
        let (messages, inbox) = crossbeam_channel::unbounded();
        (Self(messages), Inbox(inbox))
    }

    /// Tells that there are changes.
    pub(crate) fn tell(&self, urgent: bool) {
        // It has ended already when nobody receives.
        let _ = self.0.send(Message::Changed { urgent });
    }

    /// Does something on the thread, also when the caller stops waiting.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        shared: &Shared,
        job: impl FnOnce(&mut Index) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |index| {
            // A caller that is gone needs no answer.
            let _ = reply.send(job(index));
        });
        self.send(job)?;
        tokio::select! {
            biased;
            answer = answer => answer.unwrap_or_else(|_| {
                shared.failure.check().and(Err(StoreError::Closed))
            }),
            failed = shared.failure.failed() => Err(failed),
        }
    }

    /// Brings what is due first in these lanes into memory.
    pub(crate) async fn scan(
        &self,
        shared: &Shared,
        lanes: Vec<EndpointId>,
    ) -> Result<(), StoreError> {
        let scan = |index: &mut Index| {
            let mut lanes = lanes.into_iter();
            lanes.try_for_each(|lane| index.scan(lane))
        };
        self.run(shared, scan).await
    }

    /// Fills these lanes' windows, in the background.
    pub(crate) fn fill(&self, lanes: Vec<EndpointId>) {
        let fill: Job = Box::new(move |index| {
            for lane in lanes {
                // What it found wrong is the store's failure.
                let _ = index.fill(lane);
            }
        });
        // It has ended already when nobody receives.
        let _ = self.send(fill);
    }

    /// Ends the thread after a last pass.
    pub(crate) fn stop(&self) {
        // It has ended already when nobody receives.
        let _ = self.0.send(Message::Stop);
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let sent = self.0.send(Message::Do(job));
        sent.map_err(|_| StoreError::Closed)
    }
}

impl Index {
    pub(crate) fn new(database: Database, shared: Arc<Shared>) -> Self {
        Self {
            database,
            shared,
            parked_walk: ParkedWalk::default(),
            passes: 0,
        }
    }

    /// Starts the thread.
    pub(crate) fn start(self, inbox: Inbox) -> io::Result<JoinHandle<()>> {
        std::thread::Builder::new()
            .name("store-index".to_owned())
            .spawn(move || self.serve(&inbox.0))
    }

    fn serve(mut self, inbox: &Receiver<Message>) {
        let mut pass_at = None;
        loop {
            let message = match pass_at {
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => inbox.recv_deadline(at),
            };
            let failure = Arc::clone(&self.shared.failure);
            let step = AssertUnwindSafe(|| self.step(message, &mut pass_at));
            match catch_unwind(step) {
                Ok(true) => {}
                Ok(false) => return,
                Err(_) => {
                    failure.fail("the index panicked: sled's files are damaged".to_owned());
                }
            }
        }
    }

    /// False when it was the last.
    fn step(
        &mut self,
        message: Result<Message, RecvTimeoutError>,
        pass_at: &mut Option<Instant>,
    ) -> bool {
        match message {
            Ok(Message::Changed { urgent: false }) => {
                pass_at.get_or_insert_with(|| Instant::now() + LAG_MAX);
            }
            Ok(Message::Changed { urgent: true }) | Err(RecvTimeoutError::Timeout) => {
                *pass_at = None;
                // What it found wrong is the store's failure.
                let _ = self.pass();
            }
            Ok(Message::Do(job)) => job(self),
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => {
                let _ = self.pass().and_then(|()| self.flush());
                return false;
            }
        }
        true
    }

    /// Brings the index up to date with what was appended until now.
    pub(crate) fn pass(&mut self) -> Result<(), StoreError> {
        self.shared.failure.check()?;
        let (input, durable) = self.shared.take_pass();
        // The index must never be ahead of the journal.
        self.shared.wait_blocking(durable)?;
        if input.is_empty() {
            return Ok(());
        }
        let written = pass::write(&self.database, &input);
        written.map_err(|error| self.failed(&error))?;
        self.passes += 1;
        if self.passes.is_multiple_of(PASSES_PER_LOOK) && self.database.blobs() > 0 {
            return Err(self.failed(&IndexError::Blobs));
        }
        let mut state = self.shared.lock();
        let len_max = state.lanes.window_len_max();
        for (endpoint, ..) in &input.packs {
            state.lanes.change(*endpoint, |lane| lane.trim(len_max));
        }
        Ok(())
    }

    /// Makes what was written durable.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        self.database.flush().map_err(|error| self.failed(&error))
    }

    /// The index can't be used any more; the next opening makes it anew.
    pub(crate) fn failed(&self, error: &IndexError) -> StoreError {
        let reason = format!("the index failed: {error}");
        self.shared.failure.fail(reason)
    }

    /// Reads rows of a lane until what is due first is in memory.
    fn scan(&mut self, endpoint: EndpointId) -> Result<(), StoreError> {
        loop {
            let from = {
                let state = self.shared.lock();
                let (now_ms, _) = state.clock.state();
                let lane = state.lanes.get(endpoint);
                lane.and_then(|lane| lane.scan_start(now_ms))
            };
            let Some(from) = from else {
                return Ok(());
            };
            self.take_over(endpoint, from)?;
        }
    }

    /// Reads rows of a lane until its window is nearly full.
    fn fill(&mut self, endpoint: EndpointId) -> Result<(), StoreError> {
        loop {
            let from = {
                let state = self.shared.lock();
                let len_max = state.lanes.window_len_max();
                let lane = state.lanes.get(endpoint);
                let has_room = |lane: &&crate::queue::lane::Lane| {
                    lane.len() + SCAN_ROWS * pack::LEN_MAX <= len_max
                };
                lane.filter(has_room).and_then(|lane| lane.next_pack())
            };
            let Some(from) = from else {
                return Ok(());
            };
            self.take_over(endpoint, from)?;
        }
    }

    /// Reads some rows into a lane's window.
    fn take_over(&mut self, endpoint: EndpointId, from: PackId) -> Result<(), StoreError> {
        let read = self.read_packs(endpoint, from);
        let (found, next) = read.map_err(|error| self.failed(&error))?;
        let mut state = self.shared.lock();
        let state = &mut *state;
        // What changed since the latest pass is elsewhere than its row says.
        let (leases, changes) = (&state.leases, &state.projection.changes);
        let is_there = |waiting: &Waiting| {
            let delivery = waiting.subject.delivery;
            !leases.holds(delivery) && changes.get(delivery).is_none()
        };
        let found = found.into_iter().filter(is_there).collect();
        state
            .lanes
            .change(endpoint, |lane| lane.scanned(found, next));
        Ok(())
    }

    fn read_packs(
        &self,
        endpoint: EndpointId,
        from: PackId,
    ) -> Result<(Vec<Waiting>, Option<PackId>), IndexError> {
        let prefix = pack::lane_prefix(endpoint);
        let end = [&prefix[..], &[0xff; 17]].concat();
        let start = pack::key(endpoint, from).to_vec();
        let mut found = Vec::new();
        for (n, row) in self.database.scan_range(start..end).enumerate() {
            let (key, value) = row?;
            if n == SCAN_ROWS {
                let (_, next) = pack::decode_key(&key).map_err(|e| IndexError::row(&key, e))?;
                return Ok((found, Some(next)));
            }
            let deliveries = pack::decode(&key, &value);
            found.extend(deliveries.map_err(|e| IndexError::row(&key, e))?);
        }
        Ok((found, None))
    }
}

//! The one thread that writes to a database, and groups what waits into one
//! commit.
//!
//! Because all writes go through it, an operation's preconditions are checked
//! where nothing can change them any more, without transactions. It takes what
//! is waiting, up to [`GROUP_OPS_MAX`] and [`GROUP_BYTES_MAX`], and never
//! waits for more: under load the flush itself gathers the next group.
//!
//! A flush that fails or panics is the end: see [`Failure`]. One that hangs is
//! noticed by the watchdog.

use super::database::Database;
use super::databases::Databases;
use super::failure::Failure;
use super::group::Group;
use super::watchdog::Pulse;
use crate::StoreError;
use crate::keyspace::meta_row::Meta;
use crossbeam_channel::{Receiver, Sender};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

/// Operations in one commit.
const GROUP_OPS_MAX: usize = 512;

/// Bytes of payload in one commit, about.
const GROUP_BYTES_MAX: usize = 4 << 20;

/// Something to be committed.
pub(crate) trait Operation: Send {
    /// Bytes that it will write, about.
    fn bytes(&self) -> usize {
        0
    }

    /// Whether it must be a group's only one, because it reads what others
    /// of the group might write.
    fn is_solo(&self) -> bool {
        false
    }

    /// Checks the preconditions and adds its rows. An error refuses this
    /// operation alone; it must come before the first row.
    fn stage(&mut self, databases: &Databases, group: &mut Group) -> Result<(), StoreError>;

    /// Told when it is durable, or why it is not.
    fn complete(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// What is sent to the thread.
pub(crate) enum Message {
    Operation(Box<dyn Operation>),
    /// Commit what came before, run this, and end.
    Stop(Box<dyn FnOnce() + Send>),
}

/// Where operations are handed in.
pub(crate) type Inbox = Sender<Message>;

/// What a committer is doing, for whoever watches it.
#[derive(Debug)]
pub(crate) struct Progress {
    /// Groups committed.
    pub(crate) commits: AtomicU64,
    /// Microseconds that the latest flush took.
    pub(crate) flush_latency_us: AtomicU64,
    /// Waits for the disk.
    pub(crate) pulse: Arc<Pulse>,
    /// The counters of the latest commit.
    pub(crate) events: AtomicU64,
    pub(crate) deliveries: AtomicU64,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            commits: AtomicU64::new(0),
            flush_latency_us: AtomicU64::new(0),
            pulse: Arc::new(Pulse::new()),
            events: AtomicU64::new(0),
            deliveries: AtomicU64::new(0),
        }
    }
}

/// What a committer needs.
pub(crate) struct Committer {
    pub(crate) name: &'static str,
    /// The one that it writes to.
    pub(crate) database: Database,
    /// Both databases, to check preconditions.
    pub(crate) databases: Databases,
    pub(crate) meta: Meta,
    pub(crate) progress: Arc<Progress>,
    pub(crate) failure: Arc<Failure>,
    /// The store's clock and its offset, to be kept with each commit.
    pub(crate) clock: Box<dyn Fn() -> (u64, u64) + Send>,
    /// Records that this commit is durable, before anyone is told.
    pub(crate) mark: Box<dyn Fn(u64) -> Result<(), io::Error> + Send>,
}

impl Committer {
    /// Starts the thread.
    pub(crate) fn start(self, inbox: Receiver<Message>) -> Result<JoinHandle<()>, io::Error> {
        self.publish_counters();
        let name = format!("store-{}", self.name);
        std::thread::Builder::new()
            .name(name)
            .spawn(move || self.run(&inbox))
    }

    fn run(mut self, inbox: &Receiver<Message>) {
        let mut held_over = None;
        loop {
            let first = match held_over.take() {
                Some(message) => message,
                None => match inbox.recv() {
                    Ok(message) => message,
                    Err(_) => return,
                },
            };
            let operations = match first {
                Message::Operation(operation) => {
                    let (operations, next) = gather(operation, inbox);
                    held_over = next;
                    operations
                }
                Message::Stop(then) => {
                    drop(self);
                    return then();
                }
            };
            self.commit(operations);
        }
    }

    fn commit(&mut self, mut operations: Vec<Box<dyn Operation>>) {
        let refusals = match catch_unwind(AssertUnwindSafe(|| self.try_commit(&mut operations))) {
            Ok(Ok(refusals)) => refusals,
            Ok(Err(error)) => return fail(operations, &error),
            Err(panic) => {
                let error = self
                    .failure
                    .fail(format!("writing panicked: {}", text(&*panic)));
                return fail(operations, &error);
            }
        };
        for (operation, refusal) in operations.into_iter().zip(refusals) {
            operation.complete(refusal);
        }
    }

    /// Commits the operations; those that refuse are named.
    fn try_commit(
        &mut self,
        operations: &mut [Box<dyn Operation>],
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        self.failure.check()?;
        let mut group = Group::new(self.meta);
        let refusals = operations
            .iter_mut()
            .map(|operation| operation.stage(&self.databases, &mut group))
            .collect();
        // Staging reads, and reading can find that all is lost.
        self.failure.check()?;
        if group.is_empty() {
            return Ok(refusals);
        }
        (group.meta.clock_ms, group.meta.clock_offset_ms) = (self.clock)();
        let (batch, meta) = group.into_batch();
        let begun = Instant::now();
        let flushed = self.progress.pulse.during(|| {
            self.database
                .apply(batch)
                .and_then(|()| self.database.flush())
        });
        flushed.map_err(|e| {
            self.failure
                .fail(format!("writing to `{}` failed: {e}", self.name))
        })?;
        // A flush that came back after the deadline was reported as failed.
        self.failure.check()?;
        (self.mark)(meta.commits).map_err(|e| {
            self.failure
                .fail(format!("writing the high-water mark failed: {e}"))
        })?;
        let took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.progress
            .flush_latency_us
            .store(took_us, Ordering::Release);
        self.progress.commits.fetch_add(1, Ordering::AcqRel);
        self.meta = meta;
        self.publish_counters();
        Ok(refusals)
    }

    fn publish_counters(&self) {
        self.progress
            .events
            .store(self.meta.events, Ordering::Release);
        self.progress
            .deliveries
            .store(self.meta.deliveries, Ordering::Release);
    }
}

/// The operations of one commit, and what was taken beyond them.
fn gather(
    first: Box<dyn Operation>,
    inbox: &Receiver<Message>,
) -> (Vec<Box<dyn Operation>>, Option<Message>) {
    let mut bytes = first.bytes();
    let solo = first.is_solo();
    let mut operations = vec![first];
    while !solo && operations.len() < GROUP_OPS_MAX && bytes < GROUP_BYTES_MAX {
        match inbox.try_recv() {
            Ok(Message::Operation(operation)) if !operation.is_solo() => {
                bytes += operation.bytes();
                operations.push(operation);
            }
            Ok(other) => return (operations, Some(other)),
            Err(_) => break,
        }
    }
    (operations, None)
}

fn fail(operations: Vec<Box<dyn Operation>>, error: &StoreError) {
    for operation in operations {
        operation.complete(Err(error.clone()));
    }
}

fn text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown")
}

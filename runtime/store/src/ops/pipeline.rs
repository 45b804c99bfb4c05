//! What operations share: the queue, and the way to both committers.

use crate::StoreError;
use crate::config::AttemptHistory;
use crate::engine::committer::{Inbox, Message, Operation};
use crate::engine::failure::Failure;
use crate::keyspace::ending::Ending;
use crate::queue::Queue;
use hookmill_domain::{DeliveryId, EventId};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::oneshot;

/// What operations share.
pub(crate) struct Pipeline {
    pub(crate) queue: Queue,
    pub(crate) hot: Inbox,
    pub(crate) cold: Inbox,
    pub(crate) failure: Arc<Failure>,
    pub(crate) attempts: AttemptHistory,
    /// Endings that are durable in the history and not yet in the hot
    /// database. By event, and only of events with several deliveries.
    endings: Mutex<HashMap<EventId, Vec<Ended>>>,
    pub(crate) corrupt_deliveries: AtomicU64,
    /// The key at which the next sweep goes on; none is the oldest.
    sweep_position: Mutex<Option<Vec<u8>>>,
    closed: AtomicBool,
}

/// An ending on its way to the hot database.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    pub(crate) delivery: DeliveryId,
    pub(crate) attempts: u32,
    pub(crate) ending: Ending,
}

/// Where an operation's answer goes.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

impl Pipeline {
    pub(crate) fn new(
        queue: Queue,
        hot: Inbox,
        cold: Inbox,
        failure: Arc<Failure>,
        attempts: AttemptHistory,
    ) -> Self {
        Self {
            queue,
            hot,
            cold,
            failure,
            attempts,
            endings: Mutex::default(),
            corrupt_deliveries: AtomicU64::new(0),
            sweep_position: Mutex::default(),
            closed: AtomicBool::new(false),
        }
    }

    pub(crate) fn endings(&self) -> MutexGuard<'_, HashMap<EventId, Vec<Ended>>> {
        self.endings.lock().expect("no holder of this lock panics")
    }

    pub(crate) fn sweep_position(&self) -> MutexGuard<'_, Option<Vec<u8>>> {
        let position = self.sweep_position.lock();
        position.expect("no holder of this lock panics")
    }

    /// Refuses what comes after the end or a failure.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(StoreError::Closed);
        }
        self.failure.check()
    }

    /// Refuses everything from now on. False when it did already.
    pub(crate) fn shut(&self) -> bool {
        !self.closed.swap(true, Ordering::AcqRel)
    }

    /// Hands in an operation and waits for its answer.
    pub(crate) async fn submit<T, O: Operation + 'static>(
        &self,
        inbox: &Inbox,
        operation: impl FnOnce(Reply<T>) -> O,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        pass_on(inbox, operation(reply));
        tokio::select! {
            biased;
            answer = answer => answer.unwrap_or_else(|_| {
                self.failure.check()?;
                Err(StoreError::Closed)
            }),
            failed = self.failure.failed() => Err(failed),
        }
    }
}

/// Hands in an operation. A committer that has ended drops it, and its caller
/// sees the reply vanish.
pub(crate) fn pass_on(inbox: &Inbox, operation: impl Operation + 'static) {
    let _ = inbox.send(Message::Operation(Box::new(operation)));
}

//! What every route may use, and the room in memory that bodies share.

use super::intake::IntakeLog;
use super::problem::Problem;
use crate::caps::{BODY_ROOM_KIB, RETRY_BODY_ROOM_S};
use hookmill_domain::secret::Secret;
use hookmill_relay::Relay;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What every route may use; cloning it is cheap.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(super) relay: Arc<Relay>,
    /// Opens the operator's routes; without it they do not exist.
    pub(super) operator_key: Option<Arc<Secret>>,
    /// Says what became of each event.
    pub(super) intake: IntakeLog,
    /// Room for events' bodies that are arriving.
    pub(super) body_room: BodyRoom,
    /// Room for uploads under way; their own, so that they take none from
    /// events.
    pub(super) upload_room: BodyRoom,
}

impl AppState {
    /// The state of a relay's routes. Without a key those of the operator do
    /// not exist.
    pub(crate) fn new(relay: Arc<Relay>, operator_key: Option<Secret>) -> Self {
        Self {
            relay,
            operator_key: operator_key.map(Arc::new),
            intake: IntakeLog::default(),
            body_room: BodyRoom::new(),
            upload_room: BodyRoom::new(),
        }
    }
}

/// Room in memory for bodies: [`BODY_ROOM_KIB`], shared by all that arrive.
#[derive(Clone)]
pub(super) struct BodyRoom {
    free_kib: Arc<Semaphore>,
}

impl BodyRoom {
    fn new() -> Self {
        Self {
            free_kib: Arc::new(Semaphore::new(BODY_ROOM_KIB)),
        }
    }

    /// Room for a body of so many bytes, or for one that may have them, until
    /// the answer is dropped. 503 when there is none.
    pub(super) fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Problem> {
        let kib = u32::try_from(bytes.div_ceil(1_024)).unwrap_or(u32::MAX);
        Arc::clone(&self.free_kib)
            .try_acquire_many_owned(kib)
            .map_err(|_| {
                Problem::unavailable("too many bodies are arriving at once", RETRY_BODY_ROOM_S)
            })
    }
}

//! What is written and synced at once.

use super::lsn::Lsn;
use super::tail::Piece;
use crate::StoreError;

/// Frames that became durable together, or not.
pub(crate) struct Group {
    pub(crate) pieces: Vec<Piece>,
    /// The end of the last frame.
    pub(crate) end: Lsn,
    /// Told what became of it.
    pub(crate) complete: Box<dyn FnOnce(Result<(), StoreError>) + Send>,
}

/// What the writer is to do next.
pub(crate) enum Next {
    Write(Group),
    /// Nobody waits for what there is: look again in a moment, or when woken.
    Linger,
    /// Nothing, until it is woken.
    Sleep,
    /// End.
    Stop,
}

/// Where the writer takes its groups from.
pub(crate) trait Groups: Send + Sync {
    fn next(&self) -> Next;
}

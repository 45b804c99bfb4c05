//! What waits, who holds it, and what time it is: the part of the queue that is
//! in memory. All of it can be made from the index and the journal.
//!
//! Must not read or write: callers hold its lock.

pub(crate) mod changes;
pub(crate) mod clock;
pub(crate) mod event_cache;
pub(crate) mod lane;
pub(crate) mod lanes;
pub(crate) mod leases;
pub(crate) mod waiting;

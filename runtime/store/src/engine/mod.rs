//! sled, made trustworthy: guarded opening, one committing thread a database,
//! one reading thread, a high-water mark, and a failure that sticks.
//!
//! Knows rows and batches, and nothing of events or deliveries.

pub(crate) mod committer;
pub(crate) mod data_dir;
pub(crate) mod database;
pub(crate) mod databases;
pub(crate) mod failure;
pub(crate) mod group;
pub(crate) mod high_water;
pub(crate) mod io_pool;
pub(crate) mod keeper;
pub(crate) mod open_error;
pub(crate) mod reader;
pub(crate) mod sync_shim;
pub(crate) mod watchdog;

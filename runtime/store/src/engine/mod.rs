//! What holds the store together: its folder, threads, failure and watchdog.

pub(crate) mod block_on;
pub(crate) mod data_dir;
pub(crate) mod failure;
pub(crate) mod io_pool;
pub(crate) mod keeper;
pub(crate) mod open_error;
pub(crate) mod reader;
pub(crate) mod sync_shim;
pub(crate) mod time_slice;
pub(crate) mod wall_clock;
pub(crate) mod watchdog;

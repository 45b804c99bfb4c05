//! The index: the queue as it was at the latest pass, in sled. It can be made
//! anew from the journal, so nothing is lost with it.
//!
//! One thread owns it ([`thread`]): passes, scans of lanes, replays and sweeps
//! never run at the same time. Others only read it.

pub(crate) mod alive;
pub(crate) mod catalog;
pub(crate) mod counters;
pub(crate) mod database;
pub(crate) mod meta;
pub(crate) mod pack;
pub(crate) mod parked;
pub(crate) mod pass;
pub(crate) mod seal;
pub(crate) mod thread;

//! What callers can ask of the store, one file each.

pub(crate) mod accept;
pub(crate) mod catalog;
pub(crate) mod event_view;
pub(crate) mod history;
mod idempotency;
pub(crate) mod lease;
pub(crate) mod parked_list;
pub(crate) mod replay;
pub(crate) mod settle;
pub(crate) mod sweep;

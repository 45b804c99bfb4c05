//! The store's operations, one a file: what each checks, writes, and changes
//! in memory when it is durable.
//!
//! Acceptance goes to the hot committer. Everything that ends work goes to the
//! cold committer first and from there, durable, to the hot one: history is
//! written before work is removed, so a crash in between repeats a delivery
//! and loses nothing. Both pass things on in order.

pub(crate) mod accept;
pub(crate) mod event_view;
pub(crate) mod lease;
pub(crate) mod parked_list;
pub(crate) mod pipeline;
pub(crate) mod registry;
pub(crate) mod replay;
pub(crate) mod settle;
pub(crate) mod settle_hot;
pub(crate) mod sweep;
pub(crate) mod unrouted;

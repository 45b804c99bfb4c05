//! The journal: what happened, in the order in which it happened, in segments
//! that are only ever appended to. It is the truth; everything else in the data
//! folder can be made from it.
//!
//! Frames are appended to the [`Tail`](tail::Tail) under its owner's lock, which
//! gives each its [`Lsn`](lsn::Lsn); one thread writes and syncs them ([`writer`]).
//!
//! Knows bytes, and nothing of events or deliveries.

pub(crate) mod frame;
pub(crate) mod group;
pub(crate) mod high_water;
pub(crate) mod lsn;
pub(crate) mod reader;
pub(crate) mod scan;
pub(crate) mod segment;
pub(crate) mod space;
pub(crate) mod tail;
pub(crate) mod writer;

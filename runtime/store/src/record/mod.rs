//! What the journal's frames say: their payloads, one file a kind.
//!
//! The kinds' numbers are frozen. How a payload is laid out belongs to the
//! version in the segment's header.

pub(crate) mod accepted;
pub(crate) mod attempt;
pub(crate) mod codec;
pub(crate) mod opened;
pub(crate) mod replayed;
pub(crate) mod request;
pub(crate) mod row;
pub(crate) mod settled;

/// An event with its fan-out.
pub(crate) const ACCEPTED: u8 = 1;
/// What became of a leased delivery.
pub(crate) const SETTLED: u8 = 2;
/// A parked delivery that is in the queue again.
pub(crate) const REPLAYED: u8 = 3;
/// A row of the catalog.
pub(crate) const ROW: u8 = 4;
/// The store was opened.
pub(crate) const OPENED: u8 = 5;

//! What is looked up in the journal: sorted tables of places, in files that
//! never change, each for a stretch of the journal.
//!
//! - Known keys, by digest.
//! - The frames of an event, by its id.
//! - A tenant's events, newest last.
//! - An endpoint's attempts, newest last.
//!
//! What is new is in memory ([`recent`]); when that is much, it becomes a run;
//! runs of one size become a larger one ([`merge`]). All of it can be made anew
//! from the journal.

pub(crate) mod block;
pub(crate) mod entry;
pub(crate) mod filter;
pub(crate) mod lookup;
pub(crate) mod maker;
pub(crate) mod merge;
pub(crate) mod recent;
pub(crate) mod run;
pub(crate) mod set;

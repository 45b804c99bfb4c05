//! The shapes of the HTTP API: what a request may hold and what an answer
//! holds, for whoever writes them and whoever reads them.
//!
//! One noun, one file. There is nothing here but fields and how they are
//! written: no decisions, no HTTP, no relay and no store.
//!
//! Members are in camel case. Two rules hold for all:
//!
//! - Answers are read leniently: an unknown member is passed over, since a
//!   newer relay may say more. For the same reason a word that others may join
//!   (a status, a reason, a fault's code) is a text here.
//! - Requests are read strictly: who sends more expects something of it.
//!
//! An `Option` is written as null where it is nothing, unless its field says
//! that it is left out then. Instants are texts: RFC 3339 in UTC, with
//! milliseconds.

pub mod attempt;
pub mod delivery;
pub mod endpoint;
pub mod event;
pub mod fault;
pub mod health;
pub mod page;
pub mod parked;
pub mod problem;
pub mod replay;
pub mod sample_run;
mod text;
pub mod transform;
pub mod usage;
pub mod version;
pub mod webhook;

#[cfg(test)]
mod tests;

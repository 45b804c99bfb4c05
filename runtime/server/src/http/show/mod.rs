//! What the relay knows, in the shapes of the API: one noun, one file.
//!
//! Only says the same in other types. What may be shown was decided before.

mod attempt;
mod delivery;
mod endpoint;
mod event;
mod fault;
mod parked;
mod sample_run;
mod timestamp;
mod transform;
mod version;

pub(super) use endpoint::endpoint;
pub(super) use event::event;
pub(super) use fault::position;
pub(super) use parked::parked;
pub(super) use sample_run::{built_in_runs, sample_runs};
pub(super) use transform::transform;
pub(super) use version::{checked, uploaded, version};

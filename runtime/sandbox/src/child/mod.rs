//! Tasks on what strangers gave us, in a child process that can be killed.
//!
//! Parsing and compiling hostile input may take minutes, all memory, or find a
//! mistake in a compiler. So each [`Task`] runs in a process that does nothing
//! else, limits and confines itself before it reads its input ([`worker`]), and
//! is killed by its parent when it takes too long ([`process`]). Nothing of a
//! child is trusted but that its program is this one; what comes out is bounded.

mod answer;
mod confine;
mod confinement;
mod failure;
mod order;
mod probe;
mod process;
mod seccomp;
mod wall;
pub(crate) mod worker;

pub(crate) use answer::Answer;
pub use failure::Breach;
pub(crate) use failure::Failure;
pub(crate) use order::Task;
pub use probe::{Probe, ProbeStep};
pub use process::probe;
pub(crate) use process::run;

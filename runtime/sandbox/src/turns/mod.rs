//! The sandbox's threads, and the bounded queue in front of them.
//!
//! Guests run on operating-system threads of their own, never on those of an
//! async runtime: a call may take as long as its deadline allows, and needs a
//! stack of known size (exhausting a native stack ends the process). Threads
//! start when there is work that no idle thread can take.
//!
//! As many runs as there are permits are under way at once, and tenants take
//! turns. A run that takes long gives its permit back, and the next one starts
//! on another thread; the runs of a tenant that uses more than its share of the
//! processors need no permit, on threads of low priority. So a tenant whose
//! transforms loop costs its neighbours neither waiting nor the processor time
//! that they need.

mod priority;
mod queue;
mod rules;
mod state;
mod usage;

pub(crate) use queue::Queue;
pub(crate) use state::JobNumber;

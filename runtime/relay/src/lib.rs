//! What Hookmill does, free of HTTP: events are accepted, transformed,
//! delivered and settled here, and nothing but this crate knows the store, the
//! sandbox and the egress together.
//!
//! It must not parse command lines or configuration files, nor speak HTTP to
//! clients: that is the part of `cli`, `config` and `server`.
//!
//! # Who waits for whom
//!
//! What tenants share is given out so that a tenant with much to do waits for
//! itself. There are two types for it here, and a third in the sandbox:
//!
//! - `turns::Turns`: a tenant has so many turns at once and waits for its own.
//!   For work that comes one by one and that its caller waits for: a run on its
//!   way to the sandbox's queue (`attempt`), and, together with a limit on
//!   threads (`turns::WorkInTurns`), decoding a body (`decoding`) and compiling a
//!   program (`compile_queue`, which besides refuses what has no room to wait).
//! - `fairness::Fairness`: round robin over tenants and over their lanes. For
//!   deliveries, which wait on the disk and which nobody waits for: it says how
//!   many of which lane to claim, and must know requests under way, throttles and
//!   rates. Turns would claim first and wait afterwards, with a lease running out.
//! - The sandbox's queue: whose run is next on its threads, by the processor time
//!   that tenants have used. It alone can measure that, so it has a scheduler of
//!   its own. A tenant's turns keep it from filling that queue.
#![forbid(unsafe_code)]

pub mod accept;
mod attempt;
mod attempt_note;
mod blocking;
mod caps;
mod check;
mod clock;
mod compile_queue;
mod config;
mod decoding;
mod deliver;
pub mod disable;
mod disabled;
mod dispatch;
mod fairness;
mod fingerprint_key;
mod intake_watch;
mod load_key;
mod load_queue;
mod loader;
mod loading;
mod observe;
mod open;
mod places;
mod redeclare;
mod registry;
mod relay;
pub mod replay;
mod resource_rows;
mod route;
mod settlement;
mod slot;
mod source_names;
mod spec;
mod sweep;
mod tasks;
mod transform_file;
mod transforms;
mod turns;
mod unsettled;
pub mod uploads;
pub mod view;
pub mod worker;

pub use check::{CheckError, FileRefused, TransformRefused, check_transforms};
pub use config::{Config, OnLoss};
pub use open::OpenError;
pub use relay::Relay;
pub use tasks::RelayTasks;

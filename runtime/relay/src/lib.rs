//! What Hookmill does, free of HTTP: events are accepted, transformed,
//! delivered and settled here, and nothing but this crate knows the store, the
//! sandbox and the egress together.
//!
//! It must not parse command lines or configuration files, nor speak HTTP to
//! clients: that is the binary's part.
#![forbid(unsafe_code)]

pub mod accept;
mod attempt;
mod attempt_note;
mod blocking;
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
mod load_key;
mod load_queue;
mod loader;
mod loading;
pub mod notice;
mod observe;
mod open;
mod places;
mod redeclare;
mod registry;
mod relay;
pub mod replay;
mod resource_rows;
mod retry;
mod route;
mod run;
mod slot;
mod source_names;
mod spec;
mod sweep;
mod transform_file;
mod transforms;
mod turns;
pub mod uploads;
pub mod view;
mod watch;
pub mod worker;

pub use check::{CheckError, FileRefused, TransformRefused, check_transforms};
pub use config::{Config, OnLoss};
pub use open::OpenError;
pub use relay::Relay;
pub use run::Running;

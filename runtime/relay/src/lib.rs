//! What Hookmill does, free of HTTP: events are accepted, transformed,
//! delivered and settled here, and nothing but this crate knows the store, the
//! sandbox and the egress together.
//!
//! It must not parse command lines or configuration files, nor speak HTTP to
//! clients: that is the binary's part.
#![forbid(unsafe_code)]

pub mod accept;
mod check;
mod clock;
mod config;
mod decoding;
mod deliver;
mod dispatch;
mod fairness;
mod fingerprint_key;
mod loader;
pub mod notice;
mod observe;
mod registry;
mod relay;
pub mod replay;
mod slot;
mod spec;
pub mod switch;
mod switches;
mod transform_file;
pub mod uploads;
pub mod view;
mod watch;
pub mod worker;
mod workshop;

pub use check::{CheckError, FileRefused, TransformRefused, check_transforms};
pub use config::{Config, OnLoss};
pub use relay::{OpenError, Relay, Running};

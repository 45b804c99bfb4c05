//! What Hookmill does, free of HTTP: events are accepted, transformed,
//! delivered and settled here, and nothing but this crate knows the store, the
//! sandbox and the egress together.
//!
//! It must not parse command lines or configuration files, nor speak HTTP to
//! clients: that is the binary's part.
#![forbid(unsafe_code)]

pub mod accept;
mod clock;
mod config;
pub mod declared;
mod decoding;
mod deliver;
mod dispatch;
mod fairness;
pub mod notice;
mod observe;
mod program;
pub mod registry;
mod relay;
pub mod remote;
pub mod replay;
mod slot;
pub mod switch;
mod switches;
pub mod uploads;
pub mod view;
pub mod workbench;
pub mod worker;
mod workshop;

pub use config::{Config, OnLoss};
pub use relay::{OpenError, Relay, Running, check_transforms};

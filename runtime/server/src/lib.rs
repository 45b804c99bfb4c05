//! The server: HTTP around the relay, and the commands that need a relay in
//! their own process.
//!
//! Reads requests, calls the relay, writes answers. Must not decide what
//! becomes of an event, and must not know the store or the sandbox.
#![forbid(unsafe_code)]

mod caps;
mod children;
mod command;
mod http;
mod listener;
mod logging;
mod serve;
mod signals;
mod store_command;

pub use command::Command;

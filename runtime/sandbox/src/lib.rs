//! Runs what tenants gave us: WebAssembly components, and handlers in
//! JavaScript or TypeScript.
//!
//! A [`Sandbox`] lives as long as the process. It loads a [`Source`] into a
//! [`Program`], after checking everything that can be known before the first
//! event, and runs it over an [`Invocation`] on a thread of its own, on an
//! instance that nothing ran on before and nothing will run on after. The
//! [`Run`] says what came out, what it used and what it logged.
//!
//! Two kinds of failure never mix: a *fault* is the transform's own (it threw,
//! trapped, ran out of fuel) and is part of the result; a [`RunError`] is ours
//! (no room, shutting down) and is never held against a tenant.
//!
//! This crate alone knows wasmtime and the TypeScript parser. It knows nothing of storage, HTTP or
//! tenants, and its guests know nothing of the machine: no files, no network,
//! no environment, a clock that stands still and random numbers that repeat.
#![deny(unsafe_code)]

pub mod about;
mod artifact;
mod asynchronous;
mod bindings;
mod body;
pub mod build;
pub mod bundle;
mod cache;
mod child;
mod classify;
mod compile;
mod config;
#[cfg(test)]
mod conformance;
mod contract;
mod deadline;
mod engine;
mod excerpt;
mod execute;
mod explain;
mod fault_text;
mod found;
mod frames;
mod frozen;
mod guest;
mod host;
mod invocation;
mod javascript;
mod limiter;
mod load;
mod load_error;
mod log;
mod misfit;
mod outcome;
mod processor_time;
mod profile;
mod program;
mod queue;
mod sandbox;
mod shared_engine;
mod standalone;
mod survey;
mod ticker;
mod typescript;
mod warnings;
mod wasi;
mod wasi_0_1;
mod wasi_http;
mod wasi_io;

pub use child::worker::compile_worker;
pub use child::{Attempt, Breach, ChildLimits, Probe, probe};
pub use config::{Compile, Config};
pub use excerpt::Excerpt;
pub use found::Found;
pub use hookmill_domain::attempt::RunUsage;
pub use invocation::{Busy, Invocation, Run, RunError};
pub use load_error::LoadError;
pub use profile::Profile;
pub use program::{Program, Source};
pub use sandbox::{Sandbox, StartError};

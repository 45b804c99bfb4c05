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
//! This crate alone knows wasmtime and the TypeScript parser. It knows nothing of
//! storage, HTTP or tenants, and its guests know nothing of the machine: no files,
//! no network, no environment, a clock that stands still and random numbers that
//! repeat.
#![deny(unsafe_code)]

mod bindings;
pub mod build;
mod caps;
mod child;
mod config;
mod engine;
mod program;
mod run;
mod sandbox;
mod turns;
mod wasi;

pub use build::bundle;
pub use caps::ChildLimits;
pub use child::worker::compile_worker;
pub use child::{Breach, Probe, ProbeStep, probe};
pub use config::{Compile, Config};
pub use hookmill_domain::attempt::RunUsage;
pub use program::about;
pub use program::excerpt::Excerpt;
pub use program::file_kind::FileKind;
pub use program::load_error::LoadError;
pub use program::loaded::Program;
pub use program::source::Source;
pub use run::invocation::{Busy, Invocation, Run, RunError};
pub use run::profile::Profile;
pub use sandbox::{Sandbox, StartError};

//! The commands for authors and administrators: what can be asked, and who
//! answers. One command a file; each gives an exit code.
//!
//! - 0: it worked
//! - 1: it did not, or found what is wrong
//! - 2: bad usage: flags, or files that can't be read
//!
//! A client of the sandbox, and of a relay over HTTP. Must not know the relay or
//! the store. `anyhow` ends here.
#![forbid(unsafe_code)]

mod author_sandbox;
mod build;
mod cache_dir;
mod caps;
mod check;
mod demo;
mod doctor;
mod endpoint;
mod exit;
mod fixtures;
mod json_file;
mod limits;
mod new;
mod program;
mod push;
mod remote;
mod run;
mod sample;
mod test;
mod toolchain;
mod variables;
mod webhook_json;

pub use exit::show_error;

use std::process::ExitCode;

/// What authors and administrators can ask.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show the main job at work, on this machine, with nothing set up
    Demo(demo::Args),
    /// Make a folder for a new transform, with samples and tests
    New(new::Args),
    /// Check transforms as an upload would, without a server
    Check(check::Args),
    /// List the sample events in this binary, or print one
    Sample(sample::Args),
    /// Run a transform over one event and show the request it makes
    Run(run::Args),
    /// Run a transform over a folder of sample events and compare the requests
    Test(test::Args),
    /// Build a component from a project's folder, a core module or a handler's source
    Build(build::Args),
    /// Upload a program to a running relay as a transform's next version
    Push(push::Args),
    /// Check this machine, its tools and a configuration
    Doctor(doctor::Args),
}

impl Command {
    /// Does what was asked.
    ///
    /// # Errors
    /// What went wrong, with its causes; the caller shows it.
    pub fn execute(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Demo(args) => demo::execute(&args),
            Self::New(args) => Ok(new::execute(&args)),
            Self::Check(args) => Ok(check::execute(&args)),
            Self::Sample(args) => Ok(sample::execute(&args)),
            Self::Run(args) => Ok(run::execute(&args)),
            Self::Test(args) => Ok(test::execute(&args)),
            Self::Build(args) => build::execute(&args),
            Self::Push(args) => Ok(push::execute(args)),
            Self::Doctor(args) => doctor::execute(&args),
        }
    }
}

//! `hookmill`: the command line and the HTTP server around `hookmill-relay`.
//!
//! Reads the arguments, lets one subcommand do its work, and turns its answer
//! into an exit code. Nothing else happens here.
#![forbid(unsafe_code)]

mod cli;
mod config;
mod demo;
mod http;
mod listener;
mod logging;
mod samples;
mod serve;
mod signals;

use clap::Parser as _;
use mimalloc::MiMalloc;
use std::process::ExitCode;

/// The store and the HTTP stack allocate and free small pieces on different
/// threads all the time, which the C library's allocator is slow at.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match cli::Cli::parse().execute() {
        Ok(code) => code,
        Err(error) => {
            cli::show_error(&error);
            ExitCode::FAILURE
        }
    }
}

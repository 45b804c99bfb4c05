//! `hookmill`: every command, of the server and for authors.
//!
//! Reads the arguments, lets one command do its work, and turns its answer into
//! an exit code. Nothing else happens here.
//!
//! - 0: it worked
//! - 1: it did not, or found what is wrong
//! - 2: bad usage: flags, or files that can't be read
#![forbid(unsafe_code)]

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;
use std::process::ExitCode;

/// The store and the HTTP stack allocate and free small pieces on different
/// threads all the time, which the C library's allocator is slow at.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// A webhook relay with WebAssembly transforms.
#[derive(Debug, Parser)]
#[command(name = "hookmill", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one, and it is used up at once"
)]
enum Command {
    #[command(flatten)]
    Server(hookmill_server::Command),
    #[command(flatten)]
    Authoring(hookmill_cli::Command),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Server(command) => command.execute(),
        Command::Authoring(command) => command.execute(),
    };
    done.unwrap_or_else(|error| {
        hookmill_cli::show_error(&error);
        ExitCode::FAILURE
    })
}

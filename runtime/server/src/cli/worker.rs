//! The hidden subcommands: what `serve` starts as a child process of its own,
//! to be able to kill it. Not for people; their arguments may change.

use hookmill_relay::worker;
use std::path::PathBuf;
use std::process::ExitCode;

/// The arguments of `hookmill store-check`.
#[derive(Debug, clap::Args)]
pub(super) struct StoreCheckArgs {
    /// The store's folder
    folder: PathBuf,
}

/// Compiles one component, as the sandbox of the parent asks.
pub(super) fn compile() -> anyhow::Result<ExitCode> {
    Ok(worker::compile())
}

/// Opens a store, says whether it is sound, and closes it.
pub(super) fn check_store(args: &StoreCheckArgs) -> anyhow::Result<ExitCode> {
    Ok(worker::check_store(&args.folder))
}

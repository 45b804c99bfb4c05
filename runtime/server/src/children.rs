//! What `serve` starts as child processes of its own, to be able to kill them:
//! compiling a component, checking a store. The latter is also for operators.

use hookmill_relay::worker::{self, Depth};
use std::path::PathBuf;
use std::process::ExitCode;

/// The arguments of `hookmill store-check`.
#[derive(Debug, clap::Args)]
pub struct StoreCheckArgs {
    /// The data folder; no relay may be running on it
    data_dir: PathBuf,
    /// Read all rows, however long it takes
    #[arg(long)]
    full: bool,
    /// End when standard input does
    #[arg(long, hide = true)]
    end_with_parent: bool,
}

/// Compiles one component, as the sandbox of the parent asks.
pub(crate) fn compile() -> anyhow::Result<ExitCode> {
    Ok(worker::compile())
}

/// Opens a store, says whether it is sound, and closes it.
pub(crate) fn check_store(args: &StoreCheckArgs) -> anyhow::Result<ExitCode> {
    if args.end_with_parent {
        worker::end_with_parent()?;
    }
    let depth = if args.full { Depth::Full } else { Depth::Quick };
    Ok(worker::check_store(&args.data_dir, depth))
}

//! What `serve` starts as child processes of its own, to be able to kill them:
//! compiling a component, trying the queue's index.

use hookmill_relay::worker;
use std::path::PathBuf;
use std::process::ExitCode;

/// The arguments of `hookmill index-check`.
#[derive(Debug, clap::Args)]
pub struct IndexCheckArgs {
    /// The data folder
    data_dir: PathBuf,
    /// End when standard input does
    #[arg(long)]
    end_with_parent: bool,
}

/// Compiles one component, as the sandbox of the parent asks.
pub(crate) fn compile() -> anyhow::Result<ExitCode> {
    Ok(worker::compile())
}

/// Opens an index, says whether it can be used, and closes it.
pub(crate) fn check_index(args: &IndexCheckArgs) -> anyhow::Result<ExitCode> {
    if args.end_with_parent {
        worker::end_with_parent()?;
    }
    Ok(worker::check_index(&args.data_dir))
}

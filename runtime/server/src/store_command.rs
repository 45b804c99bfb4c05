//! `hookmill store`: what an operator can ask of a data folder that no relay is
//! running on.

use hookmill_relay::worker;
use std::path::PathBuf;
use std::process::ExitCode;

/// What can be asked.
#[derive(Debug, clap::Subcommand)]
pub enum StoreCommand {
    /// Say how much the store holds
    Stat(Folder),
    /// Read all of the store; exit code 65 when something is lost
    Verify(Folder),
    /// Make the queue's index and the journal's tables anew from the journal
    Rebuild(Folder),
}

/// A data folder.
#[derive(Debug, clap::Args)]
pub struct Folder {
    /// The data folder; no relay may be running on it
    data_dir: PathBuf,
}

impl StoreCommand {
    pub(crate) fn execute(&self) -> ExitCode {
        match self {
            Self::Stat(folder) => worker::stat_store(&folder.data_dir),
            Self::Verify(folder) => worker::verify_store(&folder.data_dir),
            Self::Rebuild(folder) => worker::rebuild_store(&folder.data_dir),
        }
    }
}

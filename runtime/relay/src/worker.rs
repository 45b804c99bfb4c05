//! What runs in a child process, because it may panic, hang or eat memory:
//! compiling an untrusted component, opening an index that may be damaged.
//!
//! The parent kills the child at its limits and reads its exit code.

use crate::caps::{CHECK_DEADLINE, INDEX_CHECK};
use hookmill_domain::causes::in_one_line;
use hookmill_store::supervised::{self, EXIT_DAMAGED, IndexUnusable};
use hookmill_store::{IndexTrust, OpenError, StoreConfig};
use std::path::Path;
use std::process::{Command, ExitCode};

pub use hookmill_sandbox::Probe;
pub use hookmill_store::StoreStat;

/// The child process that tries the index did not start.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct NotStarted(IndexUnusable);

/// Compiles the component on standard input to standard output, within limits
/// that it sets for itself first.
#[must_use]
pub fn compile() -> ExitCode {
    hookmill_sandbox::compile_worker()
}

/// Starts the child `exe compile-worker` and lets it try what it must not be
/// able to do.
///
/// # Errors
/// The child did not start or did not end well, in a sentence.
pub fn probe(exe: &Path) -> Result<Probe, String> {
    hookmill_sandbox::probe(exe)
}

/// Ends this process when its parent does, which may be killed and started
/// anew while the child still has the store.
///
/// # Errors
/// The thread that watches for it could not be started.
pub fn end_with_parent() -> Result<(), std::io::Error> {
    supervised::end_with_parent()
}

/// Opens the queue's index below a data folder, reads some of it, and says what
/// is wrong with it.
#[must_use]
pub fn check_index(data_dir: &Path) -> ExitCode {
    match hookmill_store::check_index(&store_config(data_dir), INDEX_CHECK) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(EXIT_DAMAGED)
        }
    }
}

/// Tries the index in a child process of this program, before it is opened: one
/// that can't be used is made anew from the journal.
///
/// # Errors
/// The child did not start.
pub(crate) fn check_index_in_child(exe: &Path, data_dir: &Path) -> Result<IndexTrust, NotStarted> {
    if !store_dir(data_dir).exists() {
        return Ok(IndexTrust::Use);
    }
    let mut command = Command::new(exe);
    command
        .args(["index-check", "--end-with-parent"])
        .arg(data_dir);
    match supervised::check_in_child(command, CHECK_DEADLINE) {
        Ok(()) => Ok(IndexTrust::Use),
        Err(error @ IndexUnusable::NotStarted(_)) => Err(NotStarted(error)),
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the queue's index can't be used: it is made anew from the journal"
            );
            Ok(IndexTrust::Discard)
        }
    }
}

/// Reads all of the store below a data folder, which no relay may be running
/// on, and prints what it found. Exit code 65 when something is lost.
#[must_use]
pub fn verify_store(data_dir: &Path) -> ExitCode {
    if let Some(missing) = missing(data_dir) {
        return missing;
    }
    let report = match hookmill_store::check(&store_config(data_dir)) {
        Ok(report) => report,
        Err(error) => return refused(&error),
    };
    for finding in &report.mendable {
        println!("made anew at the next start: {finding}");
    }
    for finding in &report.findings {
        eprintln!("{finding}");
    }
    println!(
        "read: {} frames of the journal, {} waiting and {} parked deliveries",
        report.frames, report.waiting, report.parked,
    );
    if report.findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(EXIT_DAMAGED)
    }
}

/// Prints how much the store below a data folder holds, which no relay may be
/// running on.
#[must_use]
pub fn stat_store(data_dir: &Path) -> ExitCode {
    if let Some(missing) = missing(data_dir) {
        return missing;
    }
    print_stat(hookmill_store::stat(&store_config(data_dir)))
}

/// Makes the index and the tables of the store below a data folder anew, which
/// no relay may be running on.
#[must_use]
pub fn rebuild_store(data_dir: &Path) -> ExitCode {
    if let Some(missing) = missing(data_dir) {
        return missing;
    }
    print_stat(hookmill_store::rebuild(&store_config(data_dir)))
}

/// Says that there is no store, where there is none: none is made by looking.
fn missing(data_dir: &Path) -> Option<ExitCode> {
    let store = store_dir(data_dir);
    if store.is_dir() {
        return None;
    }
    eprintln!(
        "there is no store in {}: give the data folder of a relay (`server.data_dir`)",
        data_dir.display()
    );
    Some(ExitCode::FAILURE)
}

fn print_stat(stat: Result<StoreStat, OpenError>) -> ExitCode {
    let stat = match stat {
        Ok(stat) => stat,
        Err(error) => return refused(&error),
    };
    println!("waiting deliveries  {}", stat.pending_deliveries);
    println!("journal segments    {}", stat.segments);
    println!("tables              {}", stat.runs);
    println!("entries in tables   {}", stat.entries);
    println!("bytes of all files  {}", stat.file_bytes);
    ExitCode::SUCCESS
}

fn refused(error: &OpenError) -> ExitCode {
    eprintln!("{}", in_one_line(error));
    match error {
        OpenError::Damaged { .. }
        | OpenError::AcknowledgedDataMissing { .. }
        | OpenError::MarkMissing { .. } => ExitCode::from(EXIT_DAMAGED),
        _ => ExitCode::FAILURE,
    }
}

fn store_config(data_dir: &Path) -> StoreConfig {
    StoreConfig::new(store_dir(data_dir))
}

/// Where the store is in a data folder.
pub(crate) fn store_dir(data_dir: &Path) -> std::path::PathBuf {
    data_dir.join("store")
}

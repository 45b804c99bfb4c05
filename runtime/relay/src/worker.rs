//! What runs in a child process, because it may panic, hang or eat memory:
//! compiling or parsing what strangers sent, opening a store that may be damaged.
//!
//! The parent kills the child at its limits and reads its exit code.

use crate::caps::{CHECK_DEADLINE, QUICK_CHECK_MS};
use hookmill_store::supervised::{self, EXIT_DAMAGED};
use hookmill_store::{CheckDepth, CheckReport, OpenError, StoreConfig};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

pub use hookmill_sandbox::Probe;
pub use hookmill_store::supervised::StoreDamaged;

/// How much of a store is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What can be read in a moment; the check before each start.
    Quick,
    /// All rows.
    Full,
}

/// Does the task on standard input, compiling or parsing, and answers on standard
/// output, within limits that it sets for itself first.
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

/// Opens the store below a data folder, reads rows, and prints what it found.
/// What keeps it from being opened, other than damage, is left to the process
/// that opens it next.
#[must_use]
pub fn check_store(data_dir: &Path, depth: Depth) -> ExitCode {
    let config = StoreConfig::new(store_dir(data_dir));
    let depth = match depth {
        Depth::Full => CheckDepth::Full,
        Depth::Quick => CheckDepth::Within(Duration::from_millis(QUICK_CHECK_MS)),
    };
    match hookmill_store::check(&config, depth) {
        Ok(report) => print_report(&report),
        Err(
            error @ (OpenError::Damaged { .. }
            | OpenError::AcknowledgedDataMissing { .. }
            | OpenError::MarkMissing { .. }),
        ) => {
            eprintln!("{error}");
            ExitCode::from(EXIT_DAMAGED)
        }
        Err(error) => {
            println!("nothing was checked: {error}");
            ExitCode::SUCCESS
        }
    }
}

fn print_report(report: &CheckReport) -> ExitCode {
    if !report.findings.is_empty() {
        eprintln!("{}", report.findings.join("; "));
        return ExitCode::from(EXIT_DAMAGED);
    }
    let extent = if report.is_complete {
        "all"
    } else {
        "the first"
    };
    println!(
        "no damage in {extent} {} rows: {} undelivered events, {} finished ones",
        report.rows, report.events, report.finished_events
    );
    ExitCode::SUCCESS
}

/// Checks the store in a child process of this program, before it is opened.
///
/// # Errors
/// [`StoreDamaged`] when the child did not find the store whole.
pub(crate) fn check_in_child(exe: &Path, data_dir: &Path) -> Result<(), StoreDamaged> {
    if !store_dir(data_dir).exists() {
        return Ok(());
    }
    let mut command = Command::new(exe);
    command
        .args(["store-check", "--end-with-parent"])
        .arg(data_dir);
    supervised::check_in_child(command, CHECK_DEADLINE)
}

/// Where the store is in a data folder.
pub(crate) fn store_dir(data_dir: &Path) -> std::path::PathBuf {
    data_dir.join("store")
}

//! Looking for damage: opens the databases and reads what belongs together.
//!
//! sled can panic, hang, or silently drop the end of its log when its file is
//! damaged. So this is meant to run in a child process with a deadline
//! ([`crate::supervised`]) before the store itself is opened.
//!
//! What is found, and where the limits are
//! - An end that is missing: the newest commit is compared with the
//!   high-water mark. Exact whenever the operating system survived; after a
//!   power cut the mark may be a second old, so damage on top of a power cut
//!   can hide up to a second of commits.
//! - A flipped bit in a row that is read: the row's own checksum, or sled's.
//! - Rows that vanished, or came back, in the middle of the log: the counters
//!   in `M`, and rows that refer to each other. Only reading all rows finds
//!   them; a check with a deadline reads undelivered work first, then the
//!   history, and says whether it got to the end.
//! - A flipped bit where nothing is stored any more is not damage.
//!
//! Must not repair anything: what is damaged stays as it was found.

mod cold_walk;
mod hot_walk;
mod walk;

use crate::config::StoreConfig;
use crate::engine::data_dir::{DataDir, cold, hot};
use crate::engine::open_error::OpenError;
use crate::open::open_databases;
use std::time::{Duration, Instant};
use walk::{Stop, Walk};

/// How much is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckDepth {
    /// All rows.
    Full,
    /// As many rows as can be read in this time; the opening comes on top.
    Within(Duration),
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Rows read.
    pub rows: u64,
    /// Undelivered events.
    pub events: u64,
    /// Finished events.
    pub finished_events: u64,
    /// Whether all rows were read.
    pub is_complete: bool,
    /// What is damaged: one sentence each, the first hundred.
    pub findings: Vec<String>,
}

/// Checks the store in a folder, which no process may have open.
///
/// # Errors
/// When it can't be opened. Damage to single rows is in the report.
pub fn check(config: &StoreConfig, depth: CheckDepth) -> Result<CheckReport, OpenError> {
    let data_dir = &config.data_dir;
    if !hot(data_dir).exists() && !cold(data_dir).exists() && !data_dir.join("high-water").exists()
    {
        return Ok(CheckReport {
            is_complete: true,
            ..CheckReport::default()
        });
    }
    let data_dir = DataDir::open(data_dir)?;
    let databases = open_databases(config, &data_dir)?;
    let until = match depth {
        CheckDepth::Full => None,
        CheckDepth::Within(time) => Some(Instant::now() + time),
    };
    let mut walk = Walk::new(until);
    let walked =
        hot_walk::walk(&databases, &mut walk).and_then(|()| cold_walk::walk(&databases, &mut walk));
    match walked {
        Ok(()) => walk.report.is_complete = true,
        Err(Stop::OutOfTime) => {}
        Err(Stop::Unreadable(error)) => {
            return Err(OpenError::damaged(data_dir.path(), &error));
        }
    }
    Ok(walk.report)
}

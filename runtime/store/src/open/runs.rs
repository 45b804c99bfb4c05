//! The runs as an opening finds them.

use super::journal::Journal;
use crate::config::StoreConfig;
use crate::engine::data_dir;
use crate::engine::open_error::OpenError;
use crate::runs::set::{self, RunSet};
use std::fs;

/// The runs; none where they can't be used.
pub(super) fn open_runs(config: &StoreConfig, journal: &Journal) -> Result<RunSet, OpenError> {
    let folder = data_dir::runs(&config.data_dir);
    let io = |cause| OpenError::io(&folder, cause);
    fs::create_dir_all(&folder).map_err(io)?;
    let mut found = set::find(&folder).map_err(io)?;
    for error in &found.bad {
        tracing::warn!(%error, "a table of the journal can't be used: it is made anew");
    }
    let begins_late = found
        .runs
        .first()
        .is_some_and(|run| run.from() > journal.start());
    let newest = journal.segments.last().copied().unwrap_or(0);
    let ends_late = found
        .runs
        .last()
        .is_some_and(|run| run.to().segment() > newest);
    if begins_late || ends_late {
        let runs = found.runs.drain(..);
        found.surplus.extend(runs.map(|run| run.path().to_owned()));
    }
    for path in &found.surplus {
        fs::remove_file(path).map_err(|cause| OpenError::io(path, cause))?;
    }
    Ok(RunSet::new(&folder, found.runs))
}

//! The runs that there are, each after the other.

use super::run::{self, BadRun, Run};
use crate::journal::lsn::Lsn;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// All runs, the oldest first: the stretch of each begins where that of the one
/// before ends.
pub(crate) type Runs = Arc<Vec<Arc<Run>>>;

/// The runs in force.
#[derive(Debug)]
pub(crate) struct RunSet {
    folder: PathBuf,
    runs: RwLock<Runs>,
    changes: AtomicU64,
}

/// What was found in the folder.
pub(crate) struct Found {
    pub(crate) runs: Vec<Arc<Run>>,
    /// Files that can't be used, or that others stand for.
    pub(crate) surplus: Vec<PathBuf>,
    /// What is wrong with those that can't be used.
    pub(crate) bad: Vec<BadRun>,
}

/// Opens the runs in a folder: of those that overlap the longest. What is
/// behind a gap can't be used.
pub(crate) fn find(folder: &Path) -> io::Result<Found> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        files.push((name.and_then(run::stretch), path));
    }
    files.sort_by_key(|(stretch, _)| stretch.map(|(from, to)| (from, std::cmp::Reverse(to))));
    let mut found = Found {
        runs: Vec::new(),
        surplus: Vec::new(),
        bad: Vec::new(),
    };
    let mut end = None;
    for (stretch, path) in files {
        let follows = |(from, to): (Lsn, Lsn)| end.is_none_or(|end| end == from) && from < to;
        if !stretch.is_some_and(follows) {
            found.surplus.push(path);
            continue;
        }
        match Run::open(&path) {
            Ok(run) => {
                end = Some(run.to());
                found.runs.push(Arc::new(run));
            }
            Err(error) => {
                found.bad.push(error);
                found.surplus.push(path);
            }
        }
    }
    Ok(found)
}

impl RunSet {
    pub(crate) fn new(folder: &Path, runs: Vec<Arc<Run>>) -> Self {
        Self {
            folder: folder.to_owned(),
            runs: RwLock::new(Arc::new(runs)),
            changes: AtomicU64::new(0),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn get(&self) -> Runs {
        let runs = self.runs.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&runs)
    }

    /// Counts the changes.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// The end of what is in runs.
    pub(crate) fn end(&self) -> Option<Lsn> {
        self.get().last().map(|run| run.to())
    }

    /// Puts another run behind the others.
    pub(crate) fn push(&self, run: Run) {
        self.change(|runs| runs.push(Arc::new(run)));
    }

    /// Puts a run in the place of those that it was made of, and removes their
    /// files.
    pub(crate) fn replace(&self, parts: &[Arc<Run>], whole: Option<Run>) -> io::Result<()> {
        let is_part = |run: &Arc<Run>| parts.iter().any(|part| Arc::ptr_eq(part, run));
        self.change(|runs| {
            let at = runs.iter().position(is_part).unwrap_or(runs.len());
            runs.retain(|run| !is_part(run));
            if let Some(whole) = whole {
                runs.insert(at, Arc::new(whole));
            }
        });
        parts.iter().try_for_each(|run| fs::remove_file(run.path()))
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Arc<Run>>)) {
        let mut runs = self.runs.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut runs));
        self.changes.fetch_add(1, Ordering::AcqRel);
    }
}

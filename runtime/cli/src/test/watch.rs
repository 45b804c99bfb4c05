//! `hookmill test --watch`: the events are run again whenever a file has
//! changed that they may depend on, until somebody ends it.
//!
//! The system's notices only wake: whether something has changed is seen in the
//! files, so that a notice too many runs nothing and one too few is made up for
//! by the next.

use crate::caps::QUIET;
use anyhow::Context as _;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::SystemTime;

/// What builders and tools write, and nobody edits.
const LEFT_OUT: [&str; 7] = [
    "target",
    "node_modules",
    "__pycache__",
    "zig-out",
    ".zig-cache",
    ".git",
    "build",
];

/// Clears the screen and what was scrolled away, and goes to its top.
const CLEAR: &str = "\u{1b}[2J\u{1b}[3J\u{1b}[H";

/// A file as it was seen: its size and when it was written.
type Seen = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// Runs `run` now and after each change below `paths`, or of a file that a run
/// says it read besides. Does not end but by a signal, or an error of the
/// system's.
///
/// # Errors
/// The paths can't be watched.
pub(super) fn watch(
    mut paths: Vec<PathBuf>,
    mut run: impl FnMut() -> Vec<PathBuf>,
) -> anyhow::Result<()> {
    let (sender, notices) = mpsc::channel();
    let tell = move |notice: notify::Result<notify::Event>| {
        // A run reads the files itself.
        if !matches!(&notice, Ok(event) if event.kind.is_access()) {
            // Fails only when nobody watches any more.
            let _ = sender.send(notice);
        }
    };
    let mut watcher = notify::recommended_watcher(tell).context("files can't be watched")?;
    for path in &paths {
        listen(&mut watcher, path)?;
    }
    let mut seen = look(&paths);
    begin(None)?;
    loop {
        for file in run() {
            if !paths.iter().any(|path| file.starts_with(path)) {
                listen(&mut watcher, &file)?;
                look_at(&file, &mut seen);
                paths.push(file);
            }
        }
        end(&paths)?;
        let changed = loop {
            wait(&notices)?;
            let now = look(&paths);
            if let Some(changed) = difference(&seen, &now) {
                seen = now;
                break changed;
            }
        };
        begin(Some(&changed))?;
    }
}

/// Has the system tell of changes.
fn listen(watcher: &mut RecommendedWatcher, path: &Path) -> anyhow::Result<()> {
    // An editor may put a new file in an old one's place: a folder stays.
    let (folder, mode) = if path.is_dir() {
        (path, RecursiveMode::Recursive)
    } else {
        (folder_of(path), RecursiveMode::NonRecursive)
    };
    watcher
        .watch(folder, mode)
        .with_context(|| format!("{} can't be watched", folder.display()))
}

/// Waits for a notice, and then until there are none for a while.
fn wait(notices: &Receiver<notify::Result<notify::Event>>) -> anyhow::Result<()> {
    let ended = "the system tells of no more changes";
    notices.recv().context(ended)?.context(ended)?;
    loop {
        match notices.recv_timeout(QUIET) {
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => return Ok(()),
            Err(error) => return Err(error).context(ended),
        }
    }
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

fn look(paths: &[PathBuf]) -> Seen {
    let mut seen = Seen::new();
    for path in paths {
        look_at(path, &mut seen);
    }
    seen
}

/// What can't be read is not there; the next notice tells when it is.
fn look_at(path: &Path, seen: &mut Seen) {
    let Ok(metadata) = fs::metadata(path) else {
        return;
    };
    if metadata.is_dir() {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            if LEFT_OUT.iter().all(|name| entry.file_name() != *name) {
                look_at(&entry.path(), seen);
            }
        }
    } else {
        let file = (metadata.len(), metadata.modified().ok());
        seen.insert(path.to_owned(), file);
    }
}

/// The first file that is new, gone or another.
fn difference(before: &Seen, now: &Seen) -> Option<PathBuf> {
    let changed = now
        .iter()
        .find(|(path, file)| before.get(*path) != Some(file));
    let gone = || before.iter().find(|(path, _)| !now.contains_key(*path));
    changed.or_else(gone).map(|(path, _)| path.clone())
}

fn begin(changed: Option<&Path>) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    if stdout.is_terminal() {
        write!(stdout, "{CLEAR}")?;
    }
    if let Some(changed) = changed {
        writeln!(stdout, "--- {} has changed", changed.display())?;
    }
    stdout.flush()
}

fn end(paths: &[PathBuf]) -> io::Result<()> {
    let shown: Vec<_> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "\nwatching {}; Ctrl-C ends", shown.join(", "))?;
    stdout.flush()
}

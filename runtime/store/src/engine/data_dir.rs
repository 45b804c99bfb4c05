//! The data folder: its layout, and the lock that keeps others out.
//!
//! `lock`, `high-water`, `journal/`, the journal's tables in `runs/`, and the
//! queue's index in `index/`.

use super::open_error::OpenError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a process is waited for that has the folder and is ending: a
/// killed relay's, when the next one is started at once.
const LOCK_WAIT: Duration = Duration::from_secs(1);

/// A data folder that this process has to itself, until it is dropped.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Makes the folder if it is missing, durably, and locks it.
    pub(crate) fn open(path: &Path) -> Result<Self, OpenError> {
        make(path).map_err(|cause| OpenError::io(path, cause))?;
        let lock_path = path.join("lock");
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        let lock = options
            .open(&lock_path)
            .map_err(|cause| OpenError::io(&lock_path, cause))?;
        let started = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if started.elapsed() < LOCK_WAIT => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(OpenError::InUse {
                        path: path.to_owned(),
                    });
                }
                Err(TryLockError::Error(cause)) => {
                    return Err(OpenError::io(&lock_path, cause));
                }
            }
        }
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// Makes a folder in it, durably, if it is missing.
    pub(crate) fn subfolder(&self, folder: &Path) -> Result<(), OpenError> {
        make(folder).map_err(|cause| OpenError::io(folder, cause))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Makes a folder with those above it, each synced into its parent.
fn make(path: &Path) -> Result<(), io::Error> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    make(parent)?;
    match fs::create_dir(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    File::open(parent)?.sync_all()
}

/// The folder of the journal.
pub(crate) fn journal(data_dir: &Path) -> PathBuf {
    data_dir.join("journal")
}

/// The folder of the journal's tables.
pub(crate) fn runs(data_dir: &Path) -> PathBuf {
    data_dir.join("runs")
}

/// The queue's index.
pub(crate) fn index(data_dir: &Path) -> PathBuf {
    data_dir.join("index")
}

/// Bytes free to this process on the folder's file system.
pub(crate) fn disk_free_bytes(path: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(path).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}

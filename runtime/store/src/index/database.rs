//! sled, opened with its guards.
//!
//! - Leftovers of an interrupted open (`snap.*.generating`) are removed
//!   first: sled takes them for snapshots and refuses to open.
//! - A new database is made under another name, synced with its directories,
//!   and only then renamed into place: a power cut leaves either none or a
//!   whole one.
//! - `blobs/` must be empty: sled never syncs what it puts there.
//!
//! It must not be shared by threads that write: the index's thread owns it.

use super::meta::{self, Meta};
use super::seal::KeyText;
use crate::config::StoreConfig;
use crate::engine::{data_dir, io_pool};
use crate::record::codec::Damaged;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How the database is opened.
#[derive(Clone, Debug)]
pub(crate) struct DatabaseConfig {
    pub(crate) path: PathBuf,
    pub(crate) cache_bytes: u64,
}

impl DatabaseConfig {
    /// How the index of this store is opened.
    pub(crate) fn of(config: &StoreConfig) -> Self {
        Self {
            path: data_dir::index(&config.data_dir),
            cache_bytes: config.index_cache_bytes,
        }
    }
}

/// The open database. Clones share it.
#[derive(Clone)]
pub(crate) struct Database {
    db: sled::Db,
    path: PathBuf,
}

/// The index can't be opened, or not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IndexError {
    #[error("row {key}: {problem}")]
    Row { key: String, problem: Damaged },
    #[error("sled failed: {0}")]
    Sled(#[from] sled::Error),
    #[error("{path} can't be used: {cause}")]
    Io { path: PathBuf, cause: io::Error },
    #[error("sled wrote to `blobs`, which it never syncs")]
    Blobs,
}

impl IndexError {
    pub(crate) fn row(key: &[u8], problem: Damaged) -> Self {
        let key = KeyText(key).to_string();
        Self::Row { key, problem }
    }
}

/// A row as sled gives it.
pub(crate) type KeyValue = (sled::IVec, sled::IVec);

/// sled's segments, in bytes: fixed at creation, eight times the default, so
/// that the cleaner frees eight times as much a tick.
const SEGMENT_BYTES: usize = 4 << 20;

/// Milliseconds between two runs of sled's cleaner, which also syncs.
const TICK_MS: u64 = 200;

/// How long a database that was just closed is waited for.
const LOCK_WAIT: Duration = Duration::from_secs(10);

impl Database {
    /// Opens the database, and makes it when there is none.
    pub(crate) fn open(config: &DatabaseConfig) -> Result<Self, IndexError> {
        let path = &config.path;
        let io = |cause| IndexError::Io {
            path: path.clone(),
            cause,
        };
        if !path.exists() {
            create(config).map_err(io)?;
        }
        remove_unfinished_snapshots(path).map_err(io)?;
        let db = open_unlocked(config)?;
        if blobs(path) != 0 {
            return Err(IndexError::Blobs);
        }
        io_pool::thin_out(&db);
        let path = path.clone();
        Ok(Self { db, path })
    }

    /// How far it is; zero in a new database.
    pub(crate) fn meta(&self) -> Result<Meta, IndexError> {
        match self.db.get(meta::KEY)? {
            None => Ok(Meta::default()),
            Some(value) => Meta::decode(&value).map_err(|e| IndexError::row(meta::KEY, e)),
        }
    }

    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<sled::IVec>, IndexError> {
        Ok(self.db.get(key)?)
    }

    /// The rows whose keys begin with this, in order.
    pub(crate) fn scan(
        &self,
        prefix: &[u8],
    ) -> impl DoubleEndedIterator<Item = Result<KeyValue, IndexError>> + use<> {
        self.db.scan_prefix(prefix).map(|row| Ok(row?))
    }

    /// The rows of a range of keys, in order.
    pub(crate) fn scan_range(
        &self,
        range: std::ops::Range<Vec<u8>>,
    ) -> impl DoubleEndedIterator<Item = Result<KeyValue, IndexError>> + use<> {
        self.db.range(range).map(|row| Ok(row?))
    }

    /// Applies a batch: all of it or nothing, in memory for now.
    pub(crate) fn apply(&self, batch: sled::Batch) -> Result<(), IndexError> {
        Ok(self.db.apply_batch(batch)?)
    }

    /// Syncs what was applied.
    pub(crate) fn flush(&self) -> Result<(), IndexError> {
        self.db.flush()?;
        Ok(())
    }

    /// The number of files that sled keeps outside its log.
    pub(crate) fn blobs(&self) -> u64 {
        blobs(&self.path)
    }
}

fn sled_config(config: &DatabaseConfig) -> sled::Config {
    sled::Config::default()
        .path(&config.path)
        .cache_capacity(config.cache_bytes)
        .segment_size(SEGMENT_BYTES)
        .flush_every_ms(Some(TICK_MS))
}

/// Opens sled as soon as it lets go of its file. A database that was closed a
/// moment ago in this process can still have a thread of sled's behind it;
/// other processes are kept out by the data folder's lock.
fn open_unlocked(config: &DatabaseConfig) -> Result<sled::Db, sled::Error> {
    let started = Instant::now();
    loop {
        match sled_config(config).open() {
            Err(sled::Error::Io(error))
                if error.to_string().contains("acquire lock") && started.elapsed() < LOCK_WAIT =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            opened => return opened,
        }
    }
}

/// Makes an empty database, durably: all of it or nothing.
fn create(config: &DatabaseConfig) -> io::Result<()> {
    let path = &config.path;
    let unfinished = path.with_extension("creating");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    let mut making = config.clone();
    making.path.clone_from(&unfinished);
    let db = sled_config(&making).open().map_err(io::Error::other)?;
    db.flush().map_err(io::Error::other)?;
    drop(db);
    sync_tree(&unfinished)?;
    fs::rename(&unfinished, path)?;
    let parent = path.parent().unwrap_or(Path::new("."));
    File::open(parent)?.sync_all()
}

/// Syncs a directory with all that is in it, the innermost first.
fn sync_tree(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(path)?.sync_all()
}

fn remove_unfinished_snapshots(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn blobs(path: &Path) -> u64 {
    fs::read_dir(path.join("blobs")).map_or(0, |entries| entries.count() as u64)
}

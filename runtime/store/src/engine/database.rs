//! One sled database, opened with its guards.
//!
//! - Leftovers of an interrupted open (`snap.*.generating`) are removed
//!   first: sled takes them for snapshots and refuses to open.
//! - A new database is made under another name, synced with its directories,
//!   and only then renamed into place: a power cut leaves either none or a
//!   whole one.
//! - Right after opening a probe is written and must have been synced.
//! - `blobs/` must be empty: sled never syncs what it puts there.
//!
//! Must not be shared by threads that write: one committer owns it.

use super::io_pool;
use super::open_error::OpenError;
use super::sync_shim;
use crate::StoreError;
use crate::keyspace::chunk;
use crate::keyspace::codec::Damaged;
use crate::keyspace::meta_row::{self, Meta};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How a database is opened.
#[derive(Clone, Debug)]
pub(crate) struct DatabaseConfig {
    pub(crate) path: PathBuf,
    pub(crate) cache_bytes: u64,
    /// sled's cleaner does about one segment each time: the smaller, the
    /// smaller the file under churn.
    pub(crate) tick_ms: u64,
}

/// An open database. Clones share it.
#[derive(Clone)]
pub(crate) struct Database {
    db: sled::Db,
}

/// Why a read gave nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error(transparent)]
    Damaged(#[from] Damaged),
    #[error("sled could not read")]
    Sled(#[from] sled::Error),
}

/// sled's segments, in bytes: fixed at creation, eight times the default, so
/// that the cleaner frees eight times as much a tick.
const SEGMENT_BYTES: usize = 4 << 20;

/// How long a database that was just closed is waited for.
const LOCK_WAIT: Duration = Duration::from_secs(10);

impl Database {
    /// Opens a database, and makes it when there is none.
    pub(crate) fn open(config: &DatabaseConfig) -> Result<Self, OpenError> {
        let path = &config.path;
        if !path.exists() {
            create(config).map_err(|cause| OpenError::create(path, cause))?;
        }
        remove_unfinished_snapshots(path).map_err(|cause| OpenError::io(path, cause))?;
        let db = open_unlocked(config)?;
        let database = Self { db };
        if blobs(path) != 0 {
            return Err(OpenError::Blobs { path: path.clone() });
        }
        Ok(database)
    }

    /// Writes the counters with a new epoch, and proves that the write was
    /// synced.
    pub(crate) fn begin_epoch(&self, path: &Path) -> Result<Meta, OpenError> {
        let mut meta = self.meta().map_err(|e| OpenError::damaged(path, &e))?;
        meta.epoch += 1;
        meta.commits += 1;
        let before = sync_shim::syncs();
        let written = self.db.insert(meta_row::KEY, meta.encode());
        written
            .and_then(|_| self.db.flush())
            .map_err(|e| OpenError::damaged(path, &e))?;
        if sync_shim::NEEDED && sync_shim::syncs() == before {
            return Err(OpenError::NotDurable);
        }
        Ok(meta)
    }

    /// See [`io_pool`].
    pub(crate) fn thin_out_io_pool(&self) {
        io_pool::thin_out(&self.db);
    }

    /// The counters; all zero in a new database.
    pub(crate) fn meta(&self) -> Result<Meta, ReadError> {
        match self.db.get(meta_row::KEY)? {
            None => Ok(Meta::default()),
            Some(value) => Ok(Meta::decode(&value)?),
        }
    }

    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<sled::IVec>, sled::Error> {
        self.db.get(key)
    }

    /// A record put together from its pieces.
    pub(crate) fn record(&self, prefix: &[u8], version: u8) -> Result<Option<Vec<u8>>, ReadError> {
        chunk::join(prefix, version, |key| Ok(self.get(key)?))
    }

    /// The rows whose keys begin with this, in order.
    pub(crate) fn scan(
        &self,
        prefix: &[u8],
    ) -> impl DoubleEndedIterator<Item = Result<(sled::IVec, sled::IVec), ReadError>> + use<> {
        self.db.scan_prefix(prefix).map(|row| Ok(row?))
    }

    /// The rows of a range of keys, in order.
    pub(crate) fn scan_range(
        &self,
        range: std::ops::Range<Vec<u8>>,
    ) -> impl DoubleEndedIterator<Item = Result<(sled::IVec, sled::IVec), ReadError>> + use<> {
        self.db.range(range).map(|row| Ok(row?))
    }

    /// Applies and syncs a batch. Only the committer may call it.
    pub(crate) fn apply(&self, batch: sled::Batch) -> Result<(), sled::Error> {
        self.db.apply_batch(batch)
    }

    /// Syncs what was applied. Only the committer may call it.
    pub(crate) fn flush(&self) -> Result<(), sled::Error> {
        self.db.flush().map(|_| ())
    }
}

impl From<sled::Error> for StoreError {
    fn from(error: sled::Error) -> Self {
        ReadError::from(error).into()
    }
}

impl From<ReadError> for StoreError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Damaged(damaged) => Self::Corrupt {
                owner: crate::CorruptOwner::Row(damaged.key),
                problem: damaged.problem.to_owned(),
            },
            ReadError::Sled(error) => Self::Corrupt {
                owner: crate::CorruptOwner::Row("unknown".to_owned()),
                problem: error.to_string(),
            },
        }
    }
}

fn sled_config(config: &DatabaseConfig) -> sled::Config {
    sled::Config::default()
        .path(&config.path)
        .cache_capacity(config.cache_bytes)
        .segment_size(SEGMENT_BYTES)
        .flush_every_ms(Some(config.tick_ms))
}

/// Opens sled as soon as it lets go of its file. A database that was closed a
/// moment ago in this process can still have a thread of sled's behind it;
/// other processes are kept out by the data folder's lock.
fn open_unlocked(config: &DatabaseConfig) -> Result<sled::Db, OpenError> {
    let started = Instant::now();
    loop {
        match sled_config(config).open() {
            Ok(db) => return Ok(db),
            Err(sled::Error::Io(error)) if error.to_string().contains("acquire lock") => {
                if started.elapsed() > LOCK_WAIT {
                    let path = config.path.clone();
                    return Err(OpenError::InUse { path });
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(cause) => return Err(OpenError::damaged(&config.path, &cause)),
        }
    }
}

/// Makes an empty database, durably: all of it or nothing.
fn create(config: &DatabaseConfig) -> Result<(), io::Error> {
    let path = &config.path;
    let unfinished = path.with_extension("creating");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    let mut making = config.clone();
    making.path.clone_from(&unfinished);
    let db = sled_config(&making).open().map_err(io::Error::other)?;
    db.insert(meta_row::KEY, Meta::default().encode())
        .and_then(|_| db.flush())
        .map_err(io::Error::other)?;
    drop(db);
    sync_tree(&unfinished)?;
    fs::rename(&unfinished, path)?;
    let parent = path.parent().unwrap_or(Path::new("."));
    File::open(parent)?.sync_all()
}

/// Syncs a directory with all that is in it, the innermost first.
fn sync_tree(path: &Path) -> Result<(), io::Error> {
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

fn remove_unfinished_snapshots(path: &Path) -> Result<(), io::Error> {
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

/// The number of files that sled keeps outside its log.
pub(crate) fn blobs(path: &Path) -> u64 {
    fs::read_dir(path.join("blobs")).map_or(0, |entries| entries.count() as u64)
}

/// Bytes of the database's log.
pub(crate) fn log_bytes(path: &Path) -> u64 {
    fs::metadata(path.join("db")).map_or(0, |meta| meta.len())
}

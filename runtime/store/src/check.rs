//! Looking for damage: reads the journal, and what was made from it.
//!
//! sled can panic, hang, or silently drop the end of its log when its file is
//! damaged. So opening the index is meant to be tried in a child process with a
//! deadline first ([`crate::supervised`]).
//!
//! What is found, and where the limits are
//! - An end of the journal that is missing: it is compared with the high-water
//!   mark. Exact whenever the operating system survived; after a power cut the
//!   mark may be a second old, so damage on top of a power cut can hide up to a
//!   second of groups.
//! - A flipped bit in a frame of the journal, a segment that is missing in the
//!   middle: whatever was acknowledged there is lost.
//! - Damage to the index or the tables loses nothing: they are made anew.
//!
//! Must not repair anything: what is damaged stays as it was found.

use crate::Store as _;
use crate::config::{IndexTrust, OnLoss, StoreConfig};
use crate::engine::data_dir::{self, DataDir};
use crate::engine::open_error::OpenError;
use crate::index::database::{Database, DatabaseConfig, IndexError};
use crate::index::{alive, pack, parked};
use crate::journal::high_water::{self, Found};
use crate::journal::lsn::Lsn;
use crate::journal::scan::Segment;
use crate::journal::segment;
use crate::record::accepted::Accepted;
use crate::record::codec::Damaged;
use crate::record::opened::Opened;
use crate::record::replayed::Replayed;
use crate::record::row::Row;
use crate::record::settled::Settled;
use crate::record::{ACCEPTED, OPENED, REPLAYED, ROW, SETTLED};
use crate::runs::entry::Table;
use crate::runs::set;
use crate::store::JournalStore;
use std::collections::HashSet;
use std::time::{Duration, Instant};
use std::{fs, io};

/// Findings that are kept.
const FINDINGS_MAX: usize = 100;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Frames of the journal that were read.
    pub frames: u64,
    /// Deliveries that wait.
    pub waiting: u64,
    /// Deliveries that are parked.
    pub parked: u64,
    /// What is damaged in the journal, and so lost: one sentence each, the
    /// first hundred.
    pub findings: Vec<String>,
    /// What is damaged and is made anew when the store is opened.
    pub mendable: Vec<String>,
}

/// Checks the store in a folder, which no process may have open. Reads all of
/// it.
///
/// # Errors
/// When it can't be read at all. Damage is in the report.
pub fn check(config: &StoreConfig) -> Result<CheckReport, OpenError> {
    let path = &config.data_dir;
    let mut check = Check::new(None);
    if !data_dir::journal(path).exists() && !high_water::path(path).exists() {
        return Ok(check.report);
    }
    let _lock = DataDir::open(path)?;
    check.journal(config)?;
    check.index(config);
    check.runs(config)?;
    Ok(check.report)
}

/// Opens the queue's index, which no process may have open, and reads what can
/// be read of it in this time.
///
/// # Errors
/// Why it can't be used, in a sentence. Nothing is lost with it.
pub fn check_index(config: &StoreConfig, time: Duration) -> Result<(), String> {
    let mut check = Check::new(Some(time));
    check.index(config);
    match &check.report.mendable[..] {
        [] => Ok(()),
        found => Err(found.join("; ")),
    }
}

/// Makes the queue's index and the journal's tables anew, and gives what is in
/// them then. No process may have the store open.
///
/// # Errors
/// See [`JournalStore::open`].
pub fn rebuild(config: &StoreConfig) -> Result<StoreStat, OpenError> {
    {
        let _lock = DataDir::open(&config.data_dir)?;
        let runs = data_dir::runs(&config.data_dir);
        if runs.exists() {
            fs::remove_dir_all(&runs).map_err(|cause| OpenError::io(&runs, cause))?;
        }
    }
    let config = StoreConfig {
        index: IndexTrust::Discard,
        ..config.clone()
    };
    stat(&config)
}

/// Opens the store, which no process may have open, and says how much there is.
///
/// # Errors
/// See [`JournalStore::open`].
pub fn stat(config: &StoreConfig) -> Result<StoreStat, OpenError> {
    let store = JournalStore::open(config)?;
    let health = store.health();
    let runs = store.shared.runs.get();
    Ok(StoreStat {
        segments: health.segments,
        file_bytes: health.file_bytes,
        pending_deliveries: health.pending_deliveries,
        runs: runs.len(),
        entries: runs.iter().map(|run| run.entries()).sum(),
    })
}

/// How much a store holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreStat {
    /// The journal's segments.
    pub segments: u64,
    /// Bytes of all files.
    pub file_bytes: u64,
    /// Deliveries that wait.
    pub pending_deliveries: u64,
    /// Files of the journal's tables.
    pub runs: usize,
    /// Entries in them.
    pub entries: u64,
}

struct Check {
    until: Option<Instant>,
    report: CheckReport,
    is_complete: bool,
    /// Where events were accepted, when the journal was read.
    accepted: Option<HashSet<Lsn>>,
    /// The journal's segments, when it was read.
    segments: Option<Vec<u32>>,
}

impl Check {
    fn new(time: Option<Duration>) -> Self {
        Self {
            until: time.map(|time| Instant::now() + time),
            report: CheckReport::default(),
            is_complete: true,
            accepted: None,
            segments: None,
        }
    }

    fn is_out_of_time(&mut self) -> bool {
        let out = self.until.is_some_and(|until| Instant::now() >= until);
        self.is_complete &= !out;
        out
    }

    fn find(&mut self, finding: String) {
        if self.report.findings.len() < FINDINGS_MAX {
            self.report.findings.push(finding);
        }
    }

    fn mendable(&mut self, finding: String) {
        if self.report.mendable.len() < FINDINGS_MAX {
            self.report.mendable.push(finding);
        }
    }

    fn journal(&mut self, config: &StoreConfig) -> Result<(), OpenError> {
        let path = &config.data_dir;
        let folder = data_dir::journal(path);
        let mark = high_water::read(path).map_err(|cause| OpenError::io(path, cause))?;
        let numbers = match segment::numbers(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            numbers => numbers.map_err(|cause| OpenError::io(&folder, cause))?,
        };
        let mark = match mark {
            Found::Mark(mark) => mark,
            // It was being made.
            Found::Nothing if numbers.is_empty() => return Ok(()),
            Found::Nothing | Found::Damaged if config.on_loss == OnLoss::Accept => {
                Default::default()
            }
            Found::Nothing | Found::Damaged => {
                let path = high_water::path(path);
                return Err(OpenError::MarkMissing { path });
            }
        };
        let mut accepted = HashSet::new();
        let mut next_begins_after: Option<(u32, Lsn)> = None;
        for number in numbers.iter().rev() {
            let segment = match Segment::read(&folder, *number) {
                Ok(segment) => segment,
                Err(error) => {
                    // One that a crash left half begun is no loss.
                    if mark.end.segment() >= *number {
                        self.find(error.to_string());
                    }
                    continue;
                }
            };
            let mut bad = Vec::new();
            let Ok(end) = segment.frames(0, |at, frame| {
                self.report.frames += 1;
                match decode(frame.kind, frame.payload) {
                    Ok(()) if frame.kind == ACCEPTED => {
                        accepted.insert(at);
                    }
                    Ok(()) => {}
                    Err(error) => bad.push(format!("the frame at {at}: {error}")),
                }
                Ok::<(), std::convert::Infallible>(())
            });
            bad.into_iter().for_each(|finding| self.find(finding));
            let expected = match next_begins_after {
                Some((next, after)) if after.segment() == *number => Some((Some(next), after)),
                // Segments between them were freed.
                Some(_) => None,
                None => Some((None, mark.end)),
            };
            match expected {
                Some((None, acknowledged)) if end < acknowledged => self.find(format!(
                    "the journal ends at {end}, but it was acknowledged up to {acknowledged}"
                )),
                Some((Some(next), after)) if end != after => self.find(format!(
                    "segment {number:08x} is whole up to {end}, but segment {next:08x} follows {after}"
                )),
                _ => {}
            }
            next_begins_after = Some((*number, segment.header.previous_end));
        }
        self.accepted = Some(accepted);
        self.segments = Some(numbers.clone());
        if numbers.is_empty() && mark.end > Lsn::ZERO {
            let end = mark.end;
            self.find(format!(
                "the journal is empty, but it was acknowledged up to {end}"
            ));
        }
        Ok(())
    }

    fn index(&mut self, config: &StoreConfig) {
        if !data_dir::index(&config.data_dir).exists() {
            return;
        }
        if let Err(error) = self.read_index(config) {
            self.mendable(format!("the queue's index: {error}"));
        }
    }

    fn read_index(&mut self, config: &StoreConfig) -> Result<(), IndexError> {
        let database = Database::open(&DatabaseConfig::of(config))?;
        let meta = database.meta()?;
        let mut dangling = Vec::new();
        for row in database.scan(&[pack::KIND]) {
            if self.is_out_of_time() {
                return Ok(());
            }
            let (key, value) = row?;
            let deliveries = pack::decode(&key, &value).map_err(|e| IndexError::row(&key, e))?;
            self.report.waiting += deliveries.len() as u64;
            dangling.extend(deliveries.iter().map(|it| it.subject.accepted));
        }
        if self.is_complete && self.report.waiting != meta.pending {
            let (found, counted) = (self.report.waiting, meta.pending);
            self.mendable(format!(
                "the queue's index has {found} waiting deliveries and counts {counted}"
            ));
        }
        for row in database.scan(&[alive::KIND]) {
            let (key, value) = row?;
            let count = alive::decode(&key, &value).map_err(|e| IndexError::row(&key, e))?;
            let segment = alive::decode_key(&key).map_err(|e| IndexError::row(&key, e))?;
            if self
                .segments
                .as_ref()
                .is_some_and(|all| !all.contains(&segment))
            {
                self.find(format!(
                    "segment {segment:08x} is missing, and {count} of its frames are needed"
                ));
            }
        }
        for row in database.scan(&[parked::KIND]) {
            if self.is_out_of_time() {
                return Ok(());
            }
            let (key, value) = row?;
            let entry = parked::decode(&key, &value).map_err(|e| IndexError::row(&key, e))?;
            self.report.parked += 1;
            dangling.push(entry.subject.accepted);
        }
        if let Some(accepted) = &self.accepted {
            dangling.retain(|at| !accepted.contains(at));
            for at in dangling {
                self.mendable(format!(
                    "the queue's index knows of an event at {at}, where there is none"
                ));
            }
        }
        Ok(())
    }

    fn runs(&mut self, config: &StoreConfig) -> Result<(), OpenError> {
        let folder = data_dir::runs(&config.data_dir);
        if !folder.exists() {
            return Ok(());
        }
        let found = set::find(&folder).map_err(|cause| OpenError::io(&folder, cause))?;
        for error in found.bad {
            self.mendable(error.to_string());
        }
        for run in found.runs {
            for table in Table::ALL {
                for block in 0..run.blocks(table) {
                    if self.is_out_of_time() {
                        return Ok(());
                    }
                    if let Err(error) = run.block(table, block) {
                        self.mendable(error.to_string());
                    }
                }
            }
        }
        Ok(())
    }
}

fn decode(kind: u8, payload: &[u8]) -> Result<(), Damaged> {
    match kind {
        ACCEPTED => Accepted::decode(payload.to_vec()).map(drop),
        SETTLED => Settled::decode(payload).map(drop),
        REPLAYED => Replayed::decode(payload).map(drop),
        ROW => Row::decode(payload).map(drop),
        OPENED => Opened::decode(payload).map(drop),
        _ => Err(Damaged("its kind is unknown")),
    }
}

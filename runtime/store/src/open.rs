//! Opening a store: what must hold before anything is acknowledged.
//!
//! 1. The journal is read from where the index and the runs end. Its segments
//!    follow each other, and it ends no earlier than it was acknowledged;
//!    otherwise acknowledged data is gone, and nothing is opened. What follows
//!    the last whole frame was never acknowledged: nothing is written over it,
//!    a new segment begins.
//! 2. An index that can't be used is made anew from the journal, as are runs.
//! 3. What is read is projected, and written into the index by a first pass.
//! 4. A frame with a new epoch fences all tokens given before.
//!
//! A folder that exists is never made anew: whatever is missing from it was
//! there once, and somebody was told so.

use crate::config::{IndexTrust, OnLoss, StoreConfig};
use crate::engine::data_dir::{self, DataDir};
use crate::engine::failure::Failure;
use crate::engine::keeper::{Keeper, KeeperHandle};
use crate::engine::open_error::OpenError;
use crate::engine::reader::Reader;
use crate::engine::watchdog::{self, Pulse};
use crate::index::database::{Database, DatabaseConfig, IndexError};
use crate::index::meta::Meta;
use crate::index::pack;
use crate::index::thread::{Index, IndexHandle};
use crate::journal::frame::FrameRef;
use crate::journal::high_water::{self, Found, HighWater, Mark};
use crate::journal::lsn::Lsn;
use crate::journal::reader::JournalReader;
use crate::journal::scan::{ScanError, Segment};
use crate::journal::segment::{self, BadSegment, HEADER_BYTES};
use crate::journal::space::Space;
use crate::journal::tail::Tail;
use crate::journal::writer::{Progress, Writer};
use crate::projection::{Projection, Since};
use crate::queue::clock::Clock;
use crate::queue::lanes::Lanes;
use crate::rebuild;
use crate::record::OPENED;
use crate::record::opened::Opened;
use crate::runs::maker::{self, MakerHandle, RECENT_LEN_MAX};
use crate::runs::merge;
use crate::runs::recent::Recent;
use crate::runs::run::Run;
use crate::runs::set::{self, RunSet};
use crate::shared::{Parts, Shared};
use crate::store::{Disk, JournalStore, Threads};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{SystemTime, UNIX_EPOCH};

/// Bytes of the journal that the index may be behind: beyond that it is made
/// anew, which needs less memory.
const REPLAY_BYTES_MAX: u64 = 2 << 30;

/// The journal as it was found.
struct Journal {
    folder: PathBuf,
    segments: Vec<u32>,
    mark: Mark,
    on_loss: OnLoss,
}

/// Where the journal ends.
struct End {
    end: Lsn,
    /// Whether nothing but room follows it.
    is_clean: bool,
}

impl JournalStore {
    /// Opens the store in a folder, or makes it there. Blocks for as long as it
    /// takes to read what the index does not have yet.
    ///
    /// sled can panic or hang on damaged files: have a child process call
    /// [`crate::check()`] first (see [`crate::supervised`]).
    ///
    /// # Errors
    /// Says what is in the way, and what to do.
    pub fn open(config: &StoreConfig) -> Result<Self, OpenError> {
        let data_dir = DataDir::open(&config.data_dir)?;
        let journal = Journal::find(config, &data_dir)?;
        let (database, meta) = open_index(config, &journal)?;
        let runs = open_runs(config, &journal)?;
        let mut projection = Projection::new(meta.pending, runs.end().unwrap_or(Lsn::ZERO));
        let mut meta = meta;
        let end = journal.replay(&runs, &mut projection, &mut meta)?;
        start(
            config, data_dir, &journal, end, database, runs, projection, meta,
        )
    }
}

impl Journal {
    fn find(config: &StoreConfig, data_dir: &DataDir) -> Result<Self, OpenError> {
        let path = data_dir.path();
        let folder = data_dir::journal(path);
        let io = |cause| OpenError::io(&folder, cause);
        let is_new = !folder.exists();
        data_dir.subfolder(&folder)?;
        let segments = segment::numbers(&folder).map_err(io)?;
        let found = high_water::read(path).map_err(|cause| OpenError::io(path, cause))?;
        let fresh = || Mark {
            store: random(),
            end: Lsn::ZERO,
        };
        let mark = match found {
            Found::Mark(mark) => mark,
            Found::Nothing if is_new || segments.is_empty() => fresh(),
            Found::Nothing | Found::Damaged if config.on_loss == OnLoss::Accept => {
                let store = segments.last().map(|number| {
                    let header = Segment::read(&folder, *number).map(|it| it.header.store);
                    header.map_err(|error| bad(&folder, &error))
                });
                Mark {
                    store: store.transpose()?.unwrap_or_else(random),
                    end: Lsn::ZERO,
                }
            }
            Found::Nothing | Found::Damaged => {
                return Err(OpenError::MarkMissing {
                    path: high_water::path(path),
                });
            }
        };
        if found == Found::Nothing {
            // Before the first segment, so that there is never one without.
            HighWater::open(path, mark).map_err(|cause| OpenError::io(path, cause))?;
        }
        let journal = Self {
            folder,
            segments,
            mark,
            on_loss: config.on_loss,
        };
        if journal.segments.is_empty() && mark.end > Lsn::ZERO {
            journal.check_end(Lsn::ZERO)?;
        }
        Ok(journal)
    }

    /// Where the oldest frame may be.
    fn start(&self) -> Lsn {
        let first = self.segments.first();
        first.map_or(Lsn::ZERO, |number| Lsn::new(*number, HEADER_BYTES))
    }

    /// Refuses when the journal ends before what was acknowledged.
    fn check_end(&self, end: Lsn) -> Result<(), OpenError> {
        if end >= self.mark.end || self.on_loss == OnLoss::Accept {
            return Ok(());
        }
        Err(OpenError::AcknowledgedDataMissing {
            path: self.folder.clone(),
            found: end.to_string(),
            acknowledged: self.mark.end.to_string(),
        })
    }

    /// Whether a place is in this journal, as far as its name tells.
    fn has(&self, at: Lsn) -> bool {
        at == Lsn::ZERO && self.segments.first().is_none_or(|first| *first == 1)
            || self.segments.contains(&at.segment())
    }

    /// Gives each frame from a place on to `each`, and finds the end.
    fn read(
        &self,
        from: Lsn,
        mut each: impl FnMut(Lsn, FrameRef<'_>) -> Result<(), OpenError>,
    ) -> Result<End, OpenError> {
        let mut end = End {
            end: from,
            is_clean: true,
        };
        let mut before: Option<Lsn> = None;
        let numbers = self.segments.iter().filter(|it| **it >= from.segment());
        for number in numbers {
            let segment = match Segment::read(&self.folder, *number) {
                Ok(segment) => segment,
                // A crash while it was begun.
                Err(ScanError {
                    problem: BadSegment::Header,
                    ..
                }) if Some(number) == self.segments.last()
                    && before.is_some_and(|it| it >= self.mark.end) =>
                {
                    end.is_clean = false;
                    break;
                }
                Err(error) => return Err(bad(&self.folder, &error)),
            };
            if segment.header.store != self.mark.store {
                let problem = format!("segment {number:08x} belongs to another store");
                return Err(damaged(&self.folder, problem));
            }
            if let Some(before) = before
                && segment.header.previous_end != before
                && self.on_loss == OnLoss::Refuse
            {
                let follows = segment.header.previous_end;
                let problem = format!(
                    "the journal is damaged at {before}: segment {number:08x} follows {follows}"
                );
                return Err(damaged(&self.folder, problem));
            }
            let offset = if *number == from.segment() {
                from.offset()
            } else {
                0
            };
            let found = segment.frames(offset, &mut each)?;
            end = End {
                end: found,
                is_clean: segment.is_blank_from(found),
            };
            before = Some(found);
        }
        self.check_end(end.end)?;
        Ok(end)
    }

    /// Projects what the index and the runs don't have yet.
    fn replay(
        &self,
        runs: &RunSet,
        projection: &mut Projection,
        meta: &mut Meta,
    ) -> Result<End, OpenError> {
        let since = Since {
            index: meta.replay_from,
            runs: runs.end().unwrap_or(Lsn::ZERO),
        };
        let from = since.index.min(since.runs).max(self.start());
        let folder = self.folder.clone();
        self.read(from, |at, frame| {
            if frame.kind == OPENED {
                let opened = Opened::decode(frame.payload);
                let opened = opened.map_err(|e| damaged(&folder, format!("{at}: {e}")))?;
                meta.epoch = meta.epoch.max(opened.epoch);
                if opened.clock_ms > meta.clock_ms {
                    (meta.clock_ms, meta.clock_offset_ms) =
                        (opened.clock_ms, opened.clock_offset_ms);
                }
            }
            // A run for what is too much for memory. Runs end between frames.
            if projection.recent.len() >= RECENT_LEN_MAX && at >= since.runs {
                let recent = std::mem::replace(&mut projection.recent, Recent::new(at));
                make_run(runs, &recent, at)?;
            }
            let read = projection.read(frame.kind, frame.payload, at, since);
            read.map_err(|e| damaged(&folder, format!("{at}: {e}")))
        })
    }
}

fn make_run(runs: &RunSet, recent: &Recent, to: Lsn) -> Result<(), OpenError> {
    let folder = runs.folder();
    let path = merge::write(folder, recent, to).map_err(|cause| OpenError::io(folder, cause))?;
    let run = Run::open(&path).map_err(|error| damaged(folder, error.to_string()))?;
    runs.push(run);
    Ok(())
}

fn bad(folder: &Path, error: &ScanError) -> OpenError {
    let path = segment::path(folder, error.number);
    match &error.problem {
        problem @ BadSegment::Version(_) => OpenError::Newer {
            path,
            problem: problem.to_string(),
        },
        problem => damaged(&path, problem.to_string()),
    }
}

fn damaged(path: &Path, problem: String) -> OpenError {
    OpenError::Damaged {
        path: path.to_owned(),
        problem,
    }
}

/// The index, made anew where it can't be used.
fn open_index(config: &StoreConfig, journal: &Journal) -> Result<(Database, Meta), OpenError> {
    let path = data_dir::index(&config.data_dir);
    if path.exists() && config.index == IndexTrust::Use {
        let opened = catch_unwind(AssertUnwindSafe(|| usable_index(config, journal)));
        match opened {
            Ok(Ok(opened)) => return Ok(opened),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the queue's index can't be used: it is made anew from the journal");
            }
            Err(_) => {
                tracing::warn!(
                    "sled can't open the queue's index: it is made anew from the journal"
                );
            }
        }
    }
    if path.exists() {
        fs::remove_dir_all(&path).map_err(|cause| OpenError::io(&path, cause))?;
    }
    rebuild::index(
        config,
        &journal.folder,
        &journal.segments,
        journal.mark.store,
    )?;
    let problem = |error: IndexError| OpenError::Index {
        path: path.clone(),
        problem: error.to_string(),
    };
    let database = Database::open(&database_config(config)).map_err(problem)?;
    let meta = database.meta().map_err(problem)?;
    Ok((database, meta))
}

pub(crate) fn database_config(config: &StoreConfig) -> DatabaseConfig {
    DatabaseConfig {
        path: data_dir::index(&config.data_dir),
        cache_bytes: config.index_cache_bytes,
    }
}

/// Opens the index, and says why it can't be used if it can't.
fn usable_index(
    config: &StoreConfig,
    journal: &Journal,
) -> Result<(Database, Meta), Box<dyn std::error::Error>> {
    let database = Database::open(&database_config(config))?;
    let meta = database.meta()?;
    if meta.store != journal.mark.store {
        return Err("it belongs to another journal".into());
    }
    if !journal.has(meta.replay_from) {
        return Err(format!("it ends at {}, where there is no journal", meta.replay_from).into());
    }
    let newest = journal.segments.last().copied().unwrap_or(0);
    let behind = u64::from(newest.saturating_sub(meta.replay_from.segment()));
    if behind * u64::from(config.segment_bytes) > REPLAY_BYTES_MAX {
        return Err("it is too far behind the journal".into());
    }
    let segment = meta.replay_from.segment();
    if segment > 0 {
        let segment = Segment::read(&journal.folder, segment)?;
        let end = segment.frames(0, |_, _| Ok::<(), std::convert::Infallible>(()))?;
        if end < meta.replay_from {
            return Err(
                format!("it ends at {}, and the journal at {end}", meta.replay_from).into(),
            );
        }
    }
    Ok((database, meta))
}

/// The runs; none where they can't be used.
fn open_runs(config: &StoreConfig, journal: &Journal) -> Result<RunSet, OpenError> {
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

/// Starts the threads around what was opened.
#[expect(clippy::too_many_arguments, reason = "the parts of a store, each once")]
fn start(
    config: &StoreConfig,
    data_dir: DataDir,
    journal: &Journal,
    end: End,
    database: Database,
    runs: RunSet,
    projection: Projection,
    mut meta: Meta,
) -> Result<JournalStore, OpenError> {
    let path = config.data_dir.clone();
    let failed = |cause| OpenError::io(&path, cause);
    let begins_anew = journal.segments.is_empty() || !end.is_clean;
    let (tail, space) = if begins_anew {
        let number = end
            .end
            .segment()
            .max(journal.segments.last().copied().unwrap_or(0))
            + 1;
        let start = Lsn::new(number, HEADER_BYTES);
        let tail = Tail::new(start, Some(end.end), config.segment_bytes);
        let space = Space::open(&journal.folder, None, config.segment_bytes);
        (tail, space.map_err(failed)?)
    } else {
        let tail = Tail::new(end.end, None, config.segment_bytes);
        let file = segment::open(&journal.folder, end.end.segment()).map_err(failed)?;
        let open = Some((file, end.end.offset()));
        let space = Space::open(&journal.folder, open, config.segment_bytes);
        (tail, space.map_err(failed)?)
    };
    let space = Arc::new(space);
    let durable = tail.end();
    let mark = Mark {
        store: journal.mark.store,
        end: end.end,
    };
    let high_water = Arc::new(HighWater::open(&config.data_dir, mark).map_err(failed)?);
    meta.store = journal.mark.store;
    meta.epoch += 1;
    let failure = Arc::new(Failure::none());
    let (index_handle, index_inbox) = IndexHandle::new();
    let (maker_handle, maker_woken) = MakerHandle::new();
    let shared = Shared::new(Parts {
        tail,
        durable,
        clock: Clock::resume(meta.clock_ms, meta.clock_offset_ms),
        lanes: Lanes::default(),
        projection,
        meta,
        event_cache_bytes: config.event_cache_bytes,
        failure: Arc::clone(&failure),
        reader: JournalReader::new(&journal.folder),
        runs,
        index: index_handle,
        maker: maker_handle,
    });
    let progress = Arc::new(Progress::new());
    let (keeper_handle, keeper_woken) = KeeperHandle::new();
    let keeping = Arc::new(Pulse::new());
    let keeper = Keeper {
        space: Arc::clone(&space),
        high_water: Arc::clone(&high_water),
        pulse: Arc::clone(&keeping),
        failure: Arc::clone(&failure),
    };
    let keeper = keeper.start(keeper_woken).map_err(failed)?;
    let wakes_keeper = keeper_handle.clone();
    let writer = Writer {
        groups: Arc::clone(&shared) as Arc<dyn crate::journal::group::Groups>,
        space: Arc::clone(&space),
        wake_keeper: Box::new(move || wakes_keeper.wake()),
        high_water,
        store: journal.mark.store,
        clock: Box::new(wall_ms),
        progress: Arc::clone(&progress),
        failure: Arc::clone(&failure),
    };
    let writer = writer.start().map_err(failed)?;
    shared.set_writer(writer.thread().clone());
    let mut index = Index::new(database.clone(), Arc::clone(&shared));
    begin_epoch(&shared, &mut index).map_err(|error| OpenError::Index {
        path: data_dir::index(&config.data_dir),
        problem: error.to_string(),
    })?;
    let index = index.start(index_inbox).map_err(failed)?;
    let (stop_maker, maker_stopped) = crossbeam_channel::bounded(0);
    let maker = maker::start(Arc::clone(&shared), maker_woken, maker_stopped).map_err(failed)?;
    let reader = |name| Reader::start(name, Arc::clone(&failure)).map_err(failed);
    let (lease_reader, leases) = reader("store-read")?;
    let (list_reader, lists) = reader("store-list")?;
    let pulses = vec![Arc::clone(&progress.pulse), keeping];
    let (stop_watchdog, watchdog_stopped) = mpsc::channel();
    let deadline_ms = config.flush_deadline_ms;
    let watchdog = watchdog::start(pulses, deadline_ms, Arc::clone(&failure), watchdog_stopped);
    let watchdog = watchdog.map_err(failed)?;
    Ok(JournalStore {
        shared,
        database: Mutex::new(Some(database)),
        journal: journal.folder.clone(),
        data_dir: config.data_dir.clone(),
        space,
        progress,
        lease_reader,
        list_reader,
        disk: Mutex::new(Disk::measure(&config.data_dir, u64::MAX)),
        disk_free_bytes_min: config.disk_free_bytes_min,
        backlog_deliveries_max: config.backlog_deliveries_max,
        attempts: config.attempts,
        threads: Mutex::new(Some(Threads {
            index,
            maker: (stop_maker, maker),
            readers: [leases, lists],
            writer,
            keeper: (keeper_handle, keeper),
            watchdog: (stop_watchdog, watchdog),
            _data_dir: data_dir,
        })),
    })
}

/// Appends the frame that fences earlier tokens, writes what was read into the
/// index, and finds the lanes there.
fn begin_epoch(shared: &Shared, index: &mut Index) -> Result<(), crate::StoreError> {
    {
        let mut state = shared.lock();
        let (clock_ms, clock_offset_ms) = state.clock.state();
        let opened = Opened {
            epoch: state.meta.epoch,
            clock_ms,
            clock_offset_ms,
        };
        state.append(opened.frame());
        drop(state.wait());
        shared.commit(state);
    }
    index.pass()?;
    let mut from = vec![pack::KIND];
    loop {
        let row = index.database.scan_range(from..vec![pack::KIND + 1]).next();
        let row = row.transpose().map_err(|error| index.failed(&error))?;
        let Some((key, _)) = row else {
            return Ok(());
        };
        let decoded = pack::decode_key(&key);
        let (endpoint, first) = decoded.map_err(|e| index.failed(&IndexError::row(&key, e)))?;
        shared.lock().lanes.insert_indexed(endpoint, first);
        from = [&pack::lane_prefix(endpoint)[..], &[0xff; 17]].concat();
    }
}

fn wall_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

/// Tells one store from another; not secret.
fn random() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(wall_ms())
}

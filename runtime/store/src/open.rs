//! Opening a store: what must hold before anything is acknowledged.
//!
//! A folder that exists is never made anew: whatever is missing from it was
//! there once, and somebody was told so.

use crate::config::{OnLoss, StoreConfig};
use crate::engine::committer::{Committer, Inbox, Progress};
use crate::engine::data_dir::DataDir;
use crate::engine::database::{Database, DatabaseConfig, ReadError};
use crate::engine::databases::Databases;
use crate::engine::failure::Failure;
use crate::engine::high_water::{self, HighWater, Mark};
use crate::engine::keeper::{Keeper, Measures};
use crate::engine::open_error::OpenError;
use crate::engine::reader::Reader;
use crate::engine::watchdog::{self, Pulse};
use crate::keyspace::event_row::{self, StoredEvent};
use crate::keyspace::meta_row::Meta;
use crate::keyspace::{due_row, unrouted_row};
use crate::ops::pipeline::{Pipeline, pass_on};
use crate::ops::unrouted::KeepUnrouted;
use crate::queue::clock::Clock;
use crate::queue::event_cache::EventCache;
use crate::queue::lanes::Lanes;
use crate::queue::leases::Leases;
use crate::queue::{Queue, QueueState};
use crate::sled_store::{Running, SledStore};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, mpsc};

/// Both databases, in a new epoch.
struct Opened {
    databases: Databases,
    hot: Meta,
    cold: Meta,
}

impl SledStore {
    /// Opens the store in a folder, or makes it there. Blocks for as long as
    /// sled needs to read its snapshot and the end of its log.
    ///
    /// sled can panic or hang on damaged files: have a child process call
    /// [`crate::check()`] first (see [`crate::supervised`]).
    ///
    /// # Errors
    /// Says what is in the way, and what to do.
    pub fn open(config: &StoreConfig) -> Result<Self, OpenError> {
        let data_dir = DataDir::open(&config.data_dir)?;
        let databases = open_databases(config, &data_dir)?;
        let opened = Opened {
            hot: databases.hot.begin_epoch(&data_dir.hot())?,
            cold: databases.cold.begin_epoch(&data_dir.cold())?,
            databases,
        };
        let mark = Mark {
            hot: opened.hot.commits,
            cold: opened.cold.commits,
        };
        let high_water = Arc::new(HighWater::open(&config.data_dir, mark)?);
        start(config, data_dir, opened, &high_water)
    }
}

/// Opens both databases and compares them with the mark.
pub(crate) fn open_databases(
    config: &StoreConfig,
    data_dir: &DataDir,
) -> Result<Databases, OpenError> {
    let mark = acknowledged(config, data_dir)?;
    let open = |path: PathBuf, cache_bytes, acknowledged: u64| {
        if acknowledged > 0 && !path.exists() && config.on_loss == OnLoss::Refuse {
            let found = 0;
            return Err(OpenError::AcknowledgedDataMissing {
                path,
                found,
                acknowledged,
            });
        }
        let database = Database::open(&DatabaseConfig {
            path: path.clone(),
            cache_bytes,
            tick_ms: config.cleaner_tick_ms.max(1),
        })?;
        let found = database
            .meta()
            .map_err(|e| OpenError::damaged(&path, &e))?
            .commits;
        if found < acknowledged && config.on_loss == OnLoss::Refuse {
            return Err(OpenError::AcknowledgedDataMissing {
                path,
                found,
                acknowledged,
            });
        }
        Ok(database)
    };
    let hot = open(data_dir.hot(), config.hot_cache_bytes, mark.hot)?;
    let cold = open(data_dir.cold(), config.cold_cache_bytes, mark.cold)?;
    hot.thin_out_io_pool();
    Ok(Databases { hot, cold })
}

/// The mark of what was acknowledged. In a new folder it is made before the
/// databases, so that they never are without one.
fn acknowledged(config: &StoreConfig, data_dir: &DataDir) -> Result<Mark, OpenError> {
    let is_new = !data_dir.hot().exists() && !data_dir.cold().exists();
    match HighWater::read(data_dir.path()) {
        Ok(Some(mark)) => Ok(mark),
        Ok(None) | Err(OpenError::MarkMissing { .. })
            if is_new || config.on_loss == OnLoss::Accept =>
        {
            HighWater::open(data_dir.path(), Mark::default())?;
            Ok(Mark::default())
        }
        Ok(None) => Err(OpenError::MarkMissing {
            path: high_water::path(data_dir.path()),
        }),
        Err(error) => Err(error),
    }
}

/// Starts the threads around what was opened.
fn start(
    config: &StoreConfig,
    data_dir: DataDir,
    opened: Opened,
    high_water: &Arc<HighWater>,
) -> Result<SledStore, OpenError> {
    let path = config.data_dir.clone();
    let failed = |cause| OpenError::io(&path, cause);
    let failure = Arc::new(Failure::none());
    let (hot_inbox, hot_messages) = crossbeam_channel::unbounded();
    let (cold_inbox, cold_messages) = crossbeam_channel::unbounded();
    let pipeline = pipeline(config, &opened, hot_inbox, cold_inbox, &failure)?;
    let hot = Arc::new(Progress::new());
    let cold = Arc::new(Progress::new());
    let committers = [
        committer(Half::Hot, &opened, &hot, &pipeline, high_water).start(hot_messages),
        committer(Half::Cold, &opened, &cold, &pipeline, high_water).start(cold_messages),
    ];
    let mut workers = Vec::new();
    for committer in committers {
        workers.push(committer.map_err(failed)?);
    }
    let reading = Reader::start(opened.databases, Arc::clone(&failure));
    let (reader, reading) = reading.map_err(failed)?;
    workers.push(reading);
    let measures = Arc::new(Measures::default());
    let keeping = Arc::new(Pulse::new());
    let keeper = Keeper {
        data_dir: config.data_dir.clone(),
        high_water: Arc::clone(high_water),
        pulse: Arc::clone(&keeping),
        measures: Arc::clone(&measures),
        failure: Arc::clone(&failure),
    };
    let pulses = vec![Arc::clone(&hot.pulse), Arc::clone(&cold.pulse), keeping];
    let (stop_keeper, keeper_stopped) = mpsc::channel();
    let (stop_watchdog, watchdog_stopped) = mpsc::channel();
    let keeper = keeper.start(keeper_stopped).map_err(failed)?;
    let deadline_ms = config.flush_deadline_ms;
    let watchdog = watchdog::start(pulses, deadline_ms, failure, watchdog_stopped);
    let watchdog = watchdog.map_err(failed)?;
    Ok(SledStore {
        pipeline,
        reader,
        hot,
        cold,
        measures,
        disk_free_bytes_min: config.disk_free_bytes_min,
        backlog_events_max: config.backlog_events_max,
        running: Mutex::new(Some(Running {
            workers,
            watchers: [(stop_keeper, keeper), (stop_watchdog, watchdog)],
            _data_dir: data_dir,
        })),
    })
}

/// One of the two databases.
#[derive(Clone, Copy)]
enum Half {
    Hot,
    Cold,
}

fn committer(
    half: Half,
    opened: &Opened,
    progress: &Arc<Progress>,
    pipeline: &Arc<Pipeline>,
    high_water: &Arc<HighWater>,
) -> Committer {
    let (name, database, meta) = match half {
        Half::Hot => ("hot", &opened.databases.hot, opened.hot),
        Half::Cold => ("cold", &opened.databases.cold, opened.cold),
    };
    let clock = Arc::clone(pipeline);
    let high_water = Arc::clone(high_water);
    Committer {
        name,
        database: database.clone(),
        databases: opened.databases.clone(),
        meta,
        progress: Arc::clone(progress),
        failure: Arc::clone(&pipeline.failure),
        clock: Box::new(move || clock.queue.lock().clock.state()),
        mark: Box::new(move |commits| {
            high_water.raise(|mark| match half {
                Half::Hot => mark.hot = commits,
                Half::Cold => mark.cold = commits,
            })
        }),
    }
}

/// The queue as the rows have it: one seek a lane.
fn pipeline(
    config: &StoreConfig,
    opened: &Opened,
    hot: Inbox,
    cold: Inbox,
    failure: &Arc<Failure>,
) -> Result<Arc<Pipeline>, OpenError> {
    let path = crate::engine::data_dir::hot(&config.data_dir);
    let damaged = |error: ReadError| OpenError::damaged(&path, &error);
    let queue = Queue::new(QueueState {
        clock: Clock::resume(opened.hot.clock_ms, opened.hot.clock_offset_ms),
        lanes: lanes(&opened.databases).map_err(damaged)?,
        leases: Leases::new(opened.hot.epoch),
        cache: EventCache::new(config.event_cache_bytes),
    });
    let failure = Arc::clone(failure);
    let pipeline = Arc::new(Pipeline::new(queue, hot, cold, failure, config.attempts));
    let unrouted = unrouted(&opened.databases).map_err(damaged)?;
    if !unrouted.is_empty() {
        pass_on(
            &pipeline.cold,
            KeepUnrouted::recovered(unrouted, Arc::clone(&pipeline)),
        );
    }
    Ok(pipeline)
}

fn lanes(databases: &Databases) -> Result<Lanes, ReadError> {
    let mut lanes = Lanes::default();
    let mut from = b"Q".to_vec();
    loop {
        let row = databases.hot.scan_range(from..b"R".to_vec()).next();
        let Some((key, _)) = row.transpose()? else {
            return Ok(lanes);
        };
        let (endpoint, first) = due_row::decode_key(&key)?;
        lanes.insert_on_disk(endpoint, first);
        from = due_row::lane_end(endpoint);
    }
}

/// Events that no endpoint wants and that a crash kept from the history.
fn unrouted(databases: &Databases) -> Result<Vec<StoredEvent>, ReadError> {
    let mut events = Vec::new();
    for row in databases.hot.scan(b"F") {
        let (key, value) = row?;
        unrouted_row::decode(&key, &value)?;
        let id = unrouted_row::decode_key(&key)?;
        let prefix = event_row::prefix(b'E', id);
        if let Some(record) = databases.hot.record(&prefix, event_row::VERSION)? {
            events.push(StoredEvent::decode(id, b'E', record)?);
        }
    }
    Ok(events)
}

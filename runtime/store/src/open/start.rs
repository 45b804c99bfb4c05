//! Starting the threads around what was found.

use super::journal::{End, Journal};
use crate::StoreError;
use crate::config::StoreConfig;
use crate::engine::data_dir::{self, DataDir};
use crate::engine::failure::Failure;
use crate::engine::keeper::{Keeper, KeeperHandle};
use crate::engine::open_error::OpenError;
use crate::engine::reader::Reader;
use crate::engine::wall_clock::wall_ms;
use crate::engine::watchdog::{self, Pulse};
use crate::index::database::{Database, IndexError};
use crate::index::meta::Meta;
use crate::index::pack;
use crate::index::thread::{Index, IndexHandle};
use crate::journal::group::Groups;
use crate::journal::high_water::{HighWater, Mark};
use crate::journal::lsn::Lsn;
use crate::journal::reader::JournalReader;
use crate::journal::segment::{self, HEADER_BYTES};
use crate::journal::space::Space;
use crate::journal::tail::Tail;
use crate::journal::writer::{Progress, Writer};
use crate::projection::Projection;
use crate::queue::clock::Clock;
use crate::queue::lanes::Lanes;
use crate::record::opened::Opened;
use crate::runs::maker::{self, MakerHandle};
use crate::runs::set::RunSet;
use crate::shared::{Parts, Shared};
use crate::store::{Disk, JournalStore, Threads};
use std::io;
use std::sync::{Arc, Mutex, mpsc};

/// What an opening has found.
pub(super) struct Found {
    pub(super) data_dir: DataDir,
    pub(super) journal: Journal,
    pub(super) end: End,
    pub(super) database: Database,
    pub(super) runs: RunSet,
    pub(super) projection: Projection,
    pub(super) meta: Meta,
}

/// The journal's side of a store.
struct Writing {
    space: Arc<Space>,
    high_water: Arc<HighWater>,
    progress: Arc<Progress>,
    keeping: Arc<Pulse>,
    failure: Arc<Failure>,
    store: u64,
}

impl Found {
    /// Starts the threads.
    pub(super) fn start(self, config: &StoreConfig) -> Result<JournalStore, OpenError> {
        let path = config.data_dir.clone();
        let failed = |cause| OpenError::io(&path, cause);
        let (tail, space) = self.tail(config).map_err(failed)?;
        let Self {
            data_dir,
            journal,
            end,
            database,
            runs,
            projection,
            mut meta,
        } = self;
        let mark = Mark {
            store: journal.mark.store,
            end: end.end,
        };
        meta.store = mark.store;
        meta.epoch += 1;
        let writing = Writing {
            space: Arc::new(space),
            high_water: Arc::new(HighWater::open(&path, mark).map_err(failed)?),
            progress: Arc::new(Progress::new()),
            keeping: Arc::new(Pulse::new()),
            failure: Arc::new(Failure::none()),
            store: mark.store,
        };
        let (index_handle, index_inbox) = IndexHandle::new();
        let (maker_handle, maker_woken) = MakerHandle::new();
        let told = index_handle.clone();
        let durable = tail.end();
        let shared = Shared::new(Parts {
            tail,
            durable,
            floor: journal.start(),
            clock: Clock::resume(meta.clock_ms, meta.clock_offset_ms),
            lanes: Lanes::default(),
            projection,
            meta,
            event_cache_bytes: config.event_cache_bytes,
            failure: Arc::clone(&writing.failure),
            reader: JournalReader::new(&journal.folder),
            runs,
            tell_index: Box::new(move |at_once| told.tell(at_once)),
            wake_maker: Box::new(move || maker_handle.wake()),
        });
        let (keeper, writer) = writing.start(&shared).map_err(failed)?;
        let mut index = Index::new(database.clone(), Arc::clone(&shared));
        begin_epoch(&shared, &mut index).map_err(|error| OpenError::Index {
            path: data_dir::index(&path),
            problem: error.to_string(),
        })?;
        let index = index.start(index_inbox).map_err(failed)?;
        let (stop_maker, maker_stopped) = crossbeam_channel::bounded(0);
        let maker = maker::start(Arc::clone(&shared), maker_woken, maker_stopped);
        let maker = maker.map_err(failed)?;
        let failure = &writing.failure;
        let reader = |name| Reader::start(name, Arc::clone(failure)).map_err(failed);
        let (lease_reader, leases) = reader("store-read")?;
        let (list_reader, lists) = reader("store-list")?;
        let watchdog = writing.watch(config.flush_deadline_ms).map_err(failed)?;
        Ok(JournalStore {
            shared,
            index: index_handle,
            database: Mutex::new(Some(database)),
            journal: journal.folder,
            disk: Mutex::new(Disk::measure(&path, u64::MAX)),
            data_dir: path,
            space: writing.space,
            progress: writing.progress,
            lease_reader,
            list_reader,
            disk_free_bytes_min: config.disk_free_bytes_min,
            backlog_deliveries_max: config.backlog_deliveries_max,
            attempts: config.attempts,
            threads: Mutex::new(Some(Threads {
                index,
                maker: (stop_maker, maker),
                readers: [leases, lists],
                writer,
                keeper,
                watchdog,
                _data_dir: data_dir,
            })),
        })
    }

    /// Goes on in the newest segment; begins another where there is none, or
    /// something follows its last whole frame.
    fn tail(&self, config: &StoreConfig) -> io::Result<(Tail, Space)> {
        let (journal, end) = (&self.journal, self.end.end);
        let newest = journal.segments.last().copied().unwrap_or(0);
        if newest > 0 && self.end.is_clean {
            let file = segment::open(&journal.folder, end.segment())?;
            let open = Some((file, end.offset()));
            let space = Space::open(&journal.folder, open, config.segment_bytes)?;
            return Ok((Tail::new(end, None, config.segment_bytes), space));
        }
        let start = Lsn::new(end.segment().max(newest) + 1, HEADER_BYTES);
        let space = Space::open(&journal.folder, None, config.segment_bytes)?;
        Ok((Tail::new(start, Some(end), config.segment_bytes), space))
    }
}

impl Writing {
    /// Starts the keeper and the writer.
    #[expect(clippy::type_complexity, reason = "two threads, one with its handle")]
    fn start(
        &self,
        shared: &Arc<Shared>,
    ) -> io::Result<(
        (KeeperHandle, std::thread::JoinHandle<()>),
        std::thread::JoinHandle<()>,
    )> {
        let (keeper_handle, woken) = KeeperHandle::new();
        let keeper = Keeper {
            space: Arc::clone(&self.space),
            high_water: Arc::clone(&self.high_water),
            pulse: Arc::clone(&self.keeping),
            failure: Arc::clone(&self.failure),
        };
        let keeper = keeper.start(woken)?;
        let wakes_keeper = keeper_handle.clone();
        let writer = Writer {
            groups: Arc::clone(shared) as Arc<dyn Groups>,
            space: Arc::clone(&self.space),
            wake_keeper: Box::new(move || wakes_keeper.wake()),
            high_water: Arc::clone(&self.high_water),
            store: self.store,
            clock: Box::new(wall_ms),
            progress: Arc::clone(&self.progress),
            failure: Arc::clone(&self.failure),
        };
        let writer = writer.start()?;
        shared.set_writer(writer.thread().clone());
        Ok(((keeper_handle, keeper), writer))
    }

    /// Starts the watchdog.
    fn watch(
        &self,
        deadline_ms: u64,
    ) -> io::Result<(mpsc::Sender<()>, std::thread::JoinHandle<()>)> {
        let pulses = vec![Arc::clone(&self.progress.pulse), Arc::clone(&self.keeping)];
        let (stop, stopped) = mpsc::channel();
        let watchdog = watchdog::start(pulses, deadline_ms, Arc::clone(&self.failure), stopped)?;
        Ok((stop, watchdog))
    }
}

/// Appends the frame that fences earlier tokens, writes what was read into the
/// index, and finds the lanes there.
fn begin_epoch(shared: &Shared, index: &mut Index) -> Result<(), StoreError> {
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

//! Making the index anew from the journal.
//!
//! The journal is read backwards: the last frame about a delivery says where it
//! is, and those before it don't matter. What must be remembered is who was seen
//! already, until the event's own frame is reached.

use crate::Counts;
use crate::config::StoreConfig;
use crate::engine::open_error::OpenError;
use crate::index::counters::CounterKey;
use crate::index::database::{Database, DatabaseConfig, IndexError};
use crate::index::meta::Meta;
use crate::index::pass::PassInput;
use crate::index::{pack, pass};
use crate::journal::frame::FrameRef;
use crate::journal::lsn::Lsn;
use crate::journal::scan::Segment;
use crate::projection::{Projection, first_deliveries, now};
use crate::queue::changes::{Change, Indexed, Now};
use crate::queue::waiting::{PackId, Waiting};
use crate::record::accepted::Accepted;
use crate::record::codec::Damaged;
use crate::record::opened::Opened;
use crate::record::replayed::Replayed;
use crate::record::row::Row;
use crate::record::settled::Settled;
use crate::record::{ACCEPTED, OPENED, REPLAYED, ROW, SETTLED};
use hookmill_domain::{DeliveryId, EndpointId};
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::fs;
use std::path::Path;

/// Deliveries and rows that are written at once.
const BATCH_LEN: usize = 1 << 14;

/// Makes the index of the journal in this folder, under another name until it
/// is whole. A segment that can't be read is left out: opening the journal says
/// so.
pub(crate) fn index(
    config: &StoreConfig,
    journal: &Path,
    segments: &[u32],
    store: u64,
) -> Result<(), OpenError> {
    let whole = DatabaseConfig::of(config);
    let mut making = whole.clone();
    making.path.set_extension("making");
    let io = |cause| OpenError::io(&whole.path, cause);
    if making.path.exists() {
        fs::remove_dir_all(&making.path).map_err(io)?;
    }
    let problem = |error: IndexError| OpenError::Index {
        path: whole.path.clone(),
        problem: error.to_string(),
    };
    make(&making, journal, segments, store).map_err(problem)?;
    fs::rename(&making.path, &whole.path).map_err(io)?;
    let parent = whole.path.parent().unwrap_or(Path::new("."));
    fs::File::open(parent)
        .and_then(|it| it.sync_all())
        .map_err(io)
}

fn make(
    config: &DatabaseConfig,
    journal: &Path,
    segments: &[u32],
    store: u64,
) -> Result<(), IndexError> {
    let database = Database::open(config)?;
    let mut rebuild = Rebuild {
        database: &database,
        seen: HashSet::new(),
        rows_seen: HashSet::new(),
        waiting: Vec::new(),
        changes: HashMap::new(),
        catalog: HashMap::new(),
        counters: Projection::new(0, Lsn::ZERO),
        meta: Meta {
            store,
            ..Meta::default()
        },
    };
    for number in segments.iter().rev() {
        let Ok(segment) = Segment::read(journal, *number) else {
            continue;
        };
        let mut places = Vec::new();
        let Ok(end) = segment.frames(0, |at, _| {
            places.push(at);
            Ok::<(), Infallible>(())
        });
        if rebuild.meta.replay_from == Lsn::ZERO {
            rebuild.meta.replay_from = end;
        }
        for at in places.into_iter().rev() {
            if let Some(frame) = segment.frame(at) {
                rebuild.frame(at, frame)?;
            }
        }
    }
    rebuild.write()?;
    database.flush()
}

struct Rebuild<'a> {
    database: &'a Database,
    /// Deliveries about which a later frame was read.
    seen: HashSet<DeliveryId>,
    rows_seen: HashSet<Vec<u8>>,
    waiting: Vec<Waiting>,
    changes: HashMap<DeliveryId, Change>,
    catalog: HashMap<Vec<u8>, Option<Lsn>>,
    /// Counts only.
    counters: Projection,
    meta: Meta,
}

impl Rebuild<'_> {
    fn frame(&mut self, at: Lsn, frame: FrameRef<'_>) -> Result<(), IndexError> {
        let read = self.project(at, frame);
        read.map_err(|problem| IndexError::Row {
            key: at.to_string(),
            problem,
        })?;
        if self.waiting.len() + self.changes.len() + self.catalog.len() >= BATCH_LEN {
            self.write()?;
        }
        Ok(())
    }

    fn project(&mut self, at: Lsn, frame: FrameRef<'_>) -> Result<(), Damaged> {
        match frame.kind {
            ACCEPTED => {
                let accepted = Accepted::decode(frame.payload.to_vec())?;
                self.counters.accepted(&accepted, at);
                for waiting in first_deliveries(&accepted, at) {
                    if !self.seen.remove(&waiting.subject.delivery) {
                        self.waiting.push(waiting);
                    }
                }
            }
            SETTLED => {
                let settled = Settled::decode(frame.payload)?;
                self.counters.settled(&settled, at);
                if self.seen.insert(settled.subject.delivery) {
                    match now(&settled, at) {
                        Now::Waiting(waiting) => self.waiting.push(waiting),
                        now @ Now::Parked(_) => {
                            let before = Indexed::Nowhere;
                            let change = Change { before, now };
                            self.changes.insert(settled.subject.delivery, change);
                        }
                        Now::Gone => {}
                    }
                }
            }
            REPLAYED => {
                let replayed = Replayed::decode(frame.payload)?;
                let waiting = self.counters.replayed(&replayed, at);
                if self.seen.insert(replayed.subject.delivery) {
                    self.waiting.push(waiting);
                }
            }
            ROW => {
                let row = Row::decode(frame.payload)?;
                if self.rows_seen.insert(row.key.clone()) && row.value.is_some() {
                    self.catalog.insert(row.key, Some(at));
                }
            }
            OPENED => {
                let opened = Opened::decode(frame.payload)?;
                self.meta.epoch = self.meta.epoch.max(opened.epoch);
                if opened.clock_ms > self.meta.clock_ms {
                    self.meta.clock_ms = opened.clock_ms;
                    self.meta.clock_offset_ms = opened.clock_offset_ms;
                }
            }
            _ => return Err(Damaged("a frame's kind is unknown")),
        }
        // Only its counters are of interest.
        self.counters.changes.take();
        Ok(())
    }

    fn write(&mut self) -> Result<(), IndexError> {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_unstable_by_key(|it| (it.subject.endpoint, it.position()));
        self.meta.pending += waiting.len() as u64;
        let input = PassInput {
            changes: std::mem::take(&mut self.changes),
            packs: self.packs(&waiting),
            counters: self.take_counters(),
            catalog: std::mem::take(&mut self.catalog),
            meta: self.meta,
        };
        pass::write(self.database, &input)
    }

    fn packs(&mut self, waiting: &[Waiting]) -> Vec<(EndpointId, PackId, Vec<Waiting>)> {
        let lanes = waiting.chunk_by(|a, b| a.subject.endpoint == b.subject.endpoint);
        let packs = lanes.flat_map(|lane| lane.chunks(pack::LEN_MAX));
        packs
            .map(|some| {
                let pack = PackId {
                    due_ms: some[0].due_ms,
                    number: self.meta.next_pack,
                };
                self.meta.next_pack += 1;
                (some[0].subject.endpoint, pack, some.to_vec())
            })
            .collect()
    }

    fn take_counters(&mut self) -> HashMap<CounterKey, Counts> {
        self.counters.counters.take()
    }
}

//! The journal as an opening finds it: where it begins and ends, and what of it
//! the index and the runs don't have yet.

use crate::config::{OnLoss, StoreConfig};
use crate::engine::data_dir::{self, DataDir};
use crate::engine::open_error::OpenError;
use crate::engine::wall_clock::wall_ms;
use crate::index::meta::Meta;
use crate::journal::frame::FrameRef;
use crate::journal::high_water::{self, Found, HighWater, Mark};
use crate::journal::lsn::Lsn;
use crate::journal::scan::{ScanError, Segment};
use crate::journal::segment::{self, BadSegment, HEADER_BYTES};
use crate::projection::{Projection, Since};
use crate::record::OPENED;
use crate::record::opened::Opened;
use crate::runs::merge;
use crate::runs::recent::{RECENT_LEN_MAX, Recent};
use crate::runs::run::Run;
use crate::runs::set::RunSet;
use std::path::{Path, PathBuf};

/// The journal as it was found.
pub(super) struct Journal {
    pub(super) folder: PathBuf,
    pub(super) segments: Vec<u32>,
    pub(super) mark: Mark,
    on_loss: OnLoss,
}

/// Where the journal ends.
pub(super) struct End {
    pub(super) end: Lsn,
    /// Whether nothing but room follows it.
    pub(super) is_clean: bool,
}

impl Journal {
    pub(super) fn find(config: &StoreConfig, data_dir: &DataDir) -> Result<Self, OpenError> {
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
    pub(super) fn start(&self) -> Lsn {
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
    pub(super) fn has(&self, at: Lsn) -> bool {
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
    pub(super) fn replay(
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

/// Tells one store from another; not secret.
fn random() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(wall_ms())
}

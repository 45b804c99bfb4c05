//! The sweep: what is older than it is to be kept is shown to nobody any more,
//! and the journal's segments that hold nothing else go back to the system.
//!
//! Runs on the index's thread.

use super::history::horizon;
use crate::index::alive;
use crate::index::database::IndexError;
use crate::index::parked;
use crate::index::thread::Index;
use crate::journal::segment::{self, Header};
use crate::journal::space::Space;
use crate::queue::changes::{Indexed, Now};
use crate::{Retention, StoreError, Swept};
use hookmill_domain::UnixMs;
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;

/// Sweeps, looking at no more than `budget` parked deliveries and segments.
pub(crate) fn sweep(
    index: &mut Index,
    journal: &Path,
    space: &Space,
    now: UnixMs,
    retention: Retention,
    budget: usize,
) -> Result<Swept, StoreError> {
    let mut swept = Swept {
        leases: free_expired(index, now)?,
        ..Swept::default()
    };
    {
        let mut state = index.shared.lock();
        let horizon_ms = horizon(now, retention.history_ms);
        let kept = &mut state.meta.history_horizon_ms;
        *kept = (*kept).max(horizon_ms);
    }
    index.pass()?;
    let oldest = UnixMs(horizon(now, retention.parked_ms));
    (swept.parked, swept.more) = expire_parked(index, oldest, budget)?;
    index.pass()?;
    let horizon_ms = horizon(now, retention.history_ms.max(retention.parked_ms));
    swept.segments = free_segments(index, journal, space, horizon_ms)?;
    Ok(swept)
}

/// Makes deliveries whose leases expired due again.
fn free_expired(index: &Index, now: UnixMs) -> Result<usize, StoreError> {
    let mut state = index.shared.lock();
    index.shared.check(&state)?;
    let now_ms = state.clock.observe(now);
    let expired = state.leases.take_expired(now_ms);
    let count = expired.len();
    for waiting in expired {
        state.lanes.insert(waiting);
    }
    drop(state);
    if count > 0 {
        index.shared.ring();
    }
    Ok(count)
}

/// Ends what was parked before this instant. No frame says so: who reads the
/// journal again ends it anew.
fn expire_parked(
    index: &mut Index,
    oldest: UnixMs,
    budget: usize,
) -> Result<(usize, bool), StoreError> {
    let mut expired = Vec::new();
    let mut more = false;
    for row in index.database.scan(&[parked::KIND]) {
        let (key, value) = row.map_err(|error| index.failed(&error))?;
        let entry = parked::decode(&key, &value);
        let entry = entry.map_err(|e| index.failed(&IndexError::row(&key, e)))?;
        if entry.parked_at > oldest {
            continue;
        }
        if expired.len() == budget {
            more = true;
            break;
        }
        expired.push(entry);
    }
    let mut state = index.shared.lock();
    for entry in &expired {
        let subject = entry.subject;
        let changes = &mut state.projection.changes;
        if changes.get(subject.delivery).is_none() {
            let before = Indexed::Parked(subject.endpoint, entry.parked_at);
            changes.set(subject.delivery, before, Now::Gone);
        }
    }
    Ok((expired.len(), more))
}

/// Frees segments that hold nothing but what is older than this and over.
fn free_segments(
    index: &mut Index,
    journal: &Path,
    space: &Space,
    horizon_ms: u64,
) -> Result<usize, StoreError> {
    let io = |index: &Index, error: io::Error| {
        index.failed(&IndexError::Io {
            path: journal.to_owned(),
            cause: error,
        })
    };
    let replay_from = index.shared.lock().meta.replay_from.segment();
    let in_runs = index.shared.runs.end().map_or(0, |end| end.segment());
    let end = replay_from.min(in_runs);
    let numbers = segment::numbers(journal).map_err(|e| io(index, e))?;
    let mut alive = HashSet::new();
    for row in index.database.scan(&[alive::KIND]) {
        let (key, _) = row.map_err(|error| index.failed(&error))?;
        let segment = alive::decode_key(&key);
        alive.insert(segment.map_err(|e| index.failed(&IndexError::row(&key, e)))?);
    }
    let mut free = Vec::new();
    for pair in numbers.windows(2) {
        let (number, next) = (pair[0], pair[1]);
        if number >= end {
            break;
        }
        // Nothing in it is younger than the segment behind it.
        let file = fs::File::open(segment::path(journal, next)).map_err(|e| io(index, e))?;
        let born_ms = Header::read(&file, next).map_or(u64::MAX, |header| header.born_ms);
        if born_ms > horizon_ms {
            break;
        }
        if !alive.contains(&number) {
            free.push(number);
        }
    }
    if free.is_empty() {
        return Ok(0);
    }
    // The index must not need them after a crash.
    index.flush()?;
    for number in &free {
        index.shared.reader.forget(*number);
        let recycled = space.recycle(*number).map_err(|e| io(index, e))?;
        if !recycled {
            let path = segment::path(journal, *number);
            fs::remove_file(path).map_err(|e| io(index, e))?;
        }
    }
    Ok(free.len())
}

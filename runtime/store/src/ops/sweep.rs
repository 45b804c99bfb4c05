//! The sweep: what is older than it is to be kept is shown to nobody any more,
//! and the journal's segments that hold nothing else go back to the system.
//!
//! Runs on the index's thread.

use super::history::horizon;
use crate::index::alive;
use crate::index::database::IndexError;
use crate::index::parked;
use crate::index::thread::Index;
use crate::journal::lsn::Lsn;
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
    if swept.parked > 0 {
        index.pass()?;
    }
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
///
/// Goes on where the last call stopped, and begins again only when the oldest
/// that was left the last time is old enough: what was parked since is younger.
fn expire_parked(
    index: &mut Index,
    oldest: UnixMs,
    budget: usize,
) -> Result<(usize, bool), StoreError> {
    let walk = &mut index.parked_walk;
    if walk.is_at_the_start() && walk.oldest_left.is_some_and(|left| left > oldest) {
        return Ok((0, false));
    }
    let mut walk = std::mem::take(walk);
    let mut expired = Vec::new();
    let rows = walk.from.clone()..vec![parked::KIND + 1];
    walk.from.clear();
    for (looked, row) in index.database.scan_range(rows).enumerate() {
        let (key, value) = row.map_err(|error| index.failed(&error))?;
        if looked == budget {
            walk.from = key.to_vec();
            break;
        }
        let entry = parked::decode(&key, &value);
        let entry = entry.map_err(|e| index.failed(&IndexError::row(&key, e)))?;
        if entry.parked_at > oldest {
            walk.left(entry.parked_at);
        } else {
            expired.push(entry);
        }
    }
    let more = !walk.from.is_empty();
    walk.end(more);
    index.parked_walk = walk;
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
    // Nothing in a segment is younger than the one behind it.
    let old = |pair: &&[u32]| {
        let next = pair[1];
        let header = fs::File::open(segment::path(journal, next));
        let header = header.map(|file| Header::read(&file, next));
        pair[0] < end && matches!(header, Ok(Ok(it)) if it.born_ms <= horizon_ms)
    };
    let old: Vec<u32> = numbers.windows(2).take_while(old).map(|it| it[0]).collect();
    if old.is_empty() {
        return Ok(0);
    }
    let mut alive = HashSet::new();
    for row in index.database.scan(&[alive::KIND]) {
        let (key, _) = row.map_err(|error| index.failed(&error))?;
        let segment = alive::decode_key(&key);
        alive.insert(segment.map_err(|e| index.failed(&IndexError::row(&key, e)))?);
    }
    let free: Vec<u32> = old.into_iter().filter(|it| !alive.contains(it)).collect();
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
        // Who read it meanwhile may have opened it again.
        index.shared.reader.forget(*number);
    }
    let left = numbers.iter().find(|number| !free.contains(number));
    if let Some(oldest) = left {
        index.shared.raise_floor(Lsn::new(*oldest, 0));
    }
    Ok(free.len())
}

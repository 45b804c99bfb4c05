//! Replays: parked deliveries that go back into the queue.
//!
//! Runs on the index's thread, so that nothing parks or replays them meanwhile
//! but what is in memory.

use super::event_view::{self, Since};
use crate::index::database::IndexError;
use crate::index::parked;
use crate::index::thread::Index;
use crate::projection;
use crate::queue::changes::Now;
use crate::queue::waiting::ParkedEntry;
use crate::record::replayed::Replayed as Record;
use crate::shared::{Durable, State};
use crate::{Replay, ReplayRequest, Replayed, StoreError};
use hookmill_domain::UnixMs;

/// Puts parked deliveries back into the queue.
pub(crate) fn replay(
    index: &mut Index,
    items: &[Replay],
    now: UnixMs,
) -> Result<(Vec<Replayed>, Durable), StoreError> {
    // What was parked a moment ago must be readable.
    index.pass()?;
    let found = items.iter().map(|item| find(index, item));
    let found: Vec<_> = found.collect::<Result<_, _>>()?;
    let mut state = index.shared.lock();
    index.shared.check(&state)?;
    let due_ms = state.clock.observe(now);
    let mut answers = Vec::with_capacity(items.len());
    for (item, found) in items.iter().zip(found) {
        answers.push(match found {
            Found::Parked(entry) => queue(&mut state, item, &entry, due_ms),
            Found::NotParked => Replayed::NotParked,
            Found::Corrupt => Replayed::Corrupt,
        });
    }
    let durable = state.wait();
    index.shared.commit(state);
    Ok((answers, durable))
}

enum Found {
    Parked(ParkedEntry),
    NotParked,
    Corrupt,
}

fn find(index: &mut Index, item: &Replay) -> Result<Found, StoreError> {
    if let Some(change) = index.shared.lock().projection.changes.get(item.delivery) {
        return Ok(match &change.now {
            Now::Parked(entry) => Found::Parked(entry.clone()),
            Now::Waiting(_) | Now::Gone => Found::NotParked,
        });
    }
    // Also reads the event and, if there is one, the request: what can't be
    // sent stays parked.
    let frames = match event_view::frames(&index.shared, item.event) {
        Ok(Some(frames)) => frames,
        Ok(None) => return Ok(Found::NotParked),
        Err(StoreError::Corrupt { .. }) => return Ok(Found::Corrupt),
        Err(error) => return Err(error),
    };
    let Some((Since::Settled(settled), at)) = frames.last(item.delivery) else {
        return Ok(Found::NotParked);
    };
    let Now::Parked(entry) = projection::now(settled, *at) else {
        return Ok(Found::NotParked);
    };
    let subject = entry.subject;
    let key = parked::key(subject.endpoint, entry.parked_at, subject.delivery);
    let row = index.database.get(&key);
    let Some(row) = row.map_err(|error| index.failed(&error))? else {
        return Ok(Found::NotParked);
    };
    let entry = parked::decode(&key, &row);
    let entry = entry.map_err(|e| index.failed(&IndexError::row(&key, e)))?;
    Ok(Found::Parked(entry))
}

/// Queues a parked delivery, unless it was queued or ended since it was found.
fn queue(state: &mut State, item: &Replay, entry: &ParkedEntry, due_ms: u64) -> Replayed {
    let change = state.projection.changes.get(item.delivery);
    if change.is_some_and(|change| !matches!(change.now, Now::Parked(_))) {
        return Replayed::NotParked;
    }
    let record = Record {
        subject: entry.subject,
        parked_at: entry.parked_at,
        due_ms,
        attempts: entry.attempts,
        request: match item.request {
            ReplayRequest::Same => entry.request,
            ReplayRequest::Again => None,
        },
    };
    let at = state.append(record.frame());
    let waiting = state.projection.replayed(&record, at);
    state.projection.replayed_entries(&record, at);
    state.enqueue(waiting);
    Replayed::Queued
}

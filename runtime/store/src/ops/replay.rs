//! Replays: parked deliveries that go back into the queue.
//!
//! Runs on the index's thread, so that nothing parks or replays them meanwhile
//! but what is in memory.

use crate::index::database::IndexError;
use crate::index::parked;
use crate::index::thread::Index;
use crate::queue::changes::Now;
use crate::queue::waiting::ParkedEntry;
use crate::record::replayed::Replayed as Record;
use crate::shared::{Durable, State};
use crate::{Replay, ReplayRequest, Replayed, StoreError};
use hookmill_domain::{DeliveryId, UnixMs};

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
    let Some(entry) = row(index, item.delivery).map_err(|error| index.failed(&error))? else {
        return Ok(Found::NotParked);
    };
    if entry.subject.event != item.event {
        return Ok(Found::NotParked);
    }
    // What can't be sent stays parked.
    Ok(if is_whole(index, &entry) {
        Found::Parked(entry)
    } else {
        Found::Corrupt
    })
}

/// The row of a parked delivery, which costs the same however many there are of
/// its event.
fn row(index: &Index, delivery: DeliveryId) -> Result<Option<ParkedEntry>, IndexError> {
    let key = parked::place_key(delivery);
    let Some(value) = index.database.get(&key)? else {
        return Ok(None);
    };
    let place = parked::decode_place(&key, &value);
    let (endpoint, parked_at) = place.map_err(|e| IndexError::row(&key, e))?;
    let key = parked::key(endpoint, parked_at, delivery);
    let Some(value) = index.database.get(&key)? else {
        return Ok(None);
    };
    let entry = parked::decode(&key, &value);
    Ok(Some(entry.map_err(|e| IndexError::row(&key, e))?))
}

/// Whether the frames that a delivery needs can be read.
fn is_whole(index: &Index, entry: &ParkedEntry) -> bool {
    let frames = [Some(entry.subject.accepted), entry.request];
    let mut frames = frames.into_iter().flatten();
    frames.all(|at| index.shared.reader.read(at).is_ok())
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

//! Acceptance: an event, its fan-out, and the key that makes it known.
//!
//! Frames are encoded and checksummed before the lock is taken; under it the
//! keys are looked up in what is recent, and the frames appended.

use super::idempotency::{IdempotencyKey, Known};
use crate::journal::frame::Frame;
use crate::journal::lsn::Lsn;
use crate::projection::first_deliveries;
use crate::record::accepted::Accepted as Record;
use crate::shared::{Shared, State};
use crate::{Accepted, NewEvent, StoreError};
use hookmill_domain::caps::{ENDPOINTS_MAX, EVENT_KEY_BYTES_MAX, EVENT_TYPE_BYTES_MAX};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Bytes of an event with its fan-out.
const EVENT_BYTES_MAX: usize = 256 << 20;

/// Changes that the index may be behind: then nothing is accepted until it has
/// caught up.
const CHANGES_MAX: usize = 1 << 18;

/// An event with its frame.
struct Prepared {
    record: Record,
    frame: Frame,
    key: IdempotencyKey,
}

/// Makes events durable.
pub(crate) async fn accept(
    shared: &Arc<Shared>,
    events: Vec<NewEvent>,
    backlog_max: u64,
) -> Result<Vec<Accepted>, StoreError> {
    let offset_ms = shared.clock_offset_ms.load(Ordering::Acquire);
    let mut prepared = Vec::with_capacity(events.len());
    for event in events {
        prepared.push(prepare(event, offset_ms)?);
    }
    if prepared.is_empty() {
        return Ok(Vec::new());
    }
    let mut changes = shared.runs.changes();
    look_up(shared, &mut prepared)?;
    let (answers, durable) = {
        let mut state = shared.lock();
        // What was recent may have become a run since.
        while changes != shared.runs.changes() {
            drop(state);
            changes = shared.runs.changes();
            look_up(shared, &mut prepared)?;
            state = shared.lock();
        }
        shared.check(&state)?;
        let known = known(&state, &prepared);
        check_room(&state, &prepared, &known, backlog_max)?;
        let (answers, newest) = append(&mut state, prepared, known);
        if newest <= shared.durable() {
            return Ok(answers);
        }
        let durable = state.wait();
        shared.commit(state);
        (answers, durable)
    };
    shared.wait(durable).await?;
    Ok(answers)
}

/// Checks an event's limits and encodes it.
fn prepare(new: NewEvent, clock_offset_ms: u64) -> Result<Prepared, StoreError> {
    let event = Arc::new(new.event);
    let record = Record {
        due_ms: event.received_at.0.saturating_add(clock_offset_ms),
        event,
        deliveries: new.deliveries.into(),
    };
    check_limits(&record)?;
    Ok(Prepared {
        key: IdempotencyKey::of(&record.event),
        frame: record.frame(),
        record,
    })
}

fn check_limits(record: &Record) -> Result<(), StoreError> {
    let event = &record.event;
    let fan_out = record.deliveries.len();
    let limits = [
        ("the event's key", event.key.len(), EVENT_KEY_BYTES_MAX),
        (
            "the event's type",
            event.event_type.len(),
            EVENT_TYPE_BYTES_MAX,
        ),
        ("the event's fan-out", fan_out, ENDPOINTS_MAX),
        ("the event", record.record_bytes(), EVENT_BYTES_MAX),
    ];
    for (what, size, limit) in limits {
        if size > limit {
            return Err(StoreError::TooLarge { what, size, limit });
        }
    }
    Ok(())
}

fn look_up(shared: &Shared, prepared: &mut [Prepared]) -> Result<(), StoreError> {
    let runs = shared.runs.get();
    let mut keys = prepared.iter_mut().map(|event| &mut event.key);
    keys.try_for_each(|key| key.look_up(&runs))
}

/// The event that each key stands for already, in this call or before it.
fn known(state: &State, prepared: &[Prepared]) -> Vec<Option<Known>> {
    let mut known: Vec<Option<Known>> = Vec::with_capacity(prepared.len());
    for (index, event) in prepared.iter().enumerate() {
        let before = &prepared[..index];
        let twin = before.iter().position(|it| it.key.is(&event.key));
        known.push(match twin {
            None => event.key.known(state),
            // A twin in this call may itself be a repeat of another.
            Some(twin) => Some(known[twin].unwrap_or(Known {
                id: prepared[twin].record.event.id,
                at: Lsn::ZERO,
            })),
        });
    }
    known
}

fn check_room(
    state: &State,
    prepared: &[Prepared],
    known: &[Option<Known>],
    backlog_max: u64,
) -> Result<(), StoreError> {
    let new = prepared.iter().zip(known).filter(|(_, it)| it.is_none());
    let new: u64 = new.map(|(it, _)| it.record.deliveries.len() as u64).sum();
    if new > 0 && state.projection.pending + new > backlog_max {
        return Err(StoreError::BacklogFull {
            deliveries_max: backlog_max,
        });
    }
    if state.projection.changes.len() > CHANGES_MAX {
        return Err(StoreError::IndexBehind);
    }
    Ok(())
}

/// Appends what is new. Also gives the newest frame that an answer stands on.
fn append(
    state: &mut State,
    prepared: Vec<Prepared>,
    known: Vec<Option<Known>>,
) -> (Vec<Accepted>, Lsn) {
    let mut answers = Vec::with_capacity(prepared.len());
    let mut newest = Lsn::ZERO;
    for (event, known) in prepared.into_iter().zip(known) {
        if let Some(Known { id, at }) = known {
            newest = newest.max(at);
            answers.push(Accepted::Duplicate(id));
            continue;
        }
        let Prepared { record, frame, .. } = event;
        let at = state.append(frame);
        newest = newest.max(state.tail.end());
        state.clock.advance(record.event.received_at);
        state.projection.accepted(&record, at);
        state.projection.accepted_entries(&record, at);
        for waiting in first_deliveries(&record, at) {
            state.enqueue(waiting);
        }
        answers.push(Accepted::New(record.event.id));
        let leases = record.deliveries.len();
        if leases > 0 {
            state.cache.insert(record.event, leases);
        }
    }
    (answers, newest)
}

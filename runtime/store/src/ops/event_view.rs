//! One event as its owner is shown it: from its frames, and from who holds its
//! deliveries now.

use crate::journal::lsn::Lsn;
use crate::projection;
use crate::queue::changes::Now;
use crate::record::accepted::Accepted;
use crate::record::replayed::Replayed;
use crate::record::settled::{Outcome, Settled};
use crate::record::{ACCEPTED, REPLAYED, SETTLED};
use crate::runs::entry::{Entry, Table};
use crate::runs::lookup;
use crate::shared::Shared;
use crate::{CorruptOwner, DeliveryState, DeliveryView, EventView, StoreError};
use hookmill_domain::{DeliveryId, EventId};
use std::collections::BTreeSet;
use std::fmt;

/// What the journal says of an event.
pub(crate) struct EventFrames {
    pub(crate) accepted: (Accepted, Lsn),
    /// What happened since, in order.
    pub(crate) since: Vec<(Since, Lsn)>,
}

/// What happened to a delivery.
pub(crate) enum Since {
    Settled(Box<Settled>),
    Replayed(Replayed),
}

/// Where the durable frames of an event are, in order.
pub(crate) fn places(shared: &Shared, id: EventId) -> Result<Vec<Lsn>, StoreError> {
    let head = id.to_bytes();
    let (first, last) = Entry::bounds(head);
    let mut found = BTreeSet::new();
    {
        // What leaves memory is in a run before: so memory first.
        let state = shared.lock();
        let recent = [Some(&state.projection.recent), state.flushing.as_deref()];
        for recent in recent.into_iter().flatten() {
            let entries = recent.table(Table::Events).range(first..=last);
            found.extend(entries.map(|entry| entry.lsn(Table::Events)));
        }
    }
    let runs = shared.runs.get();
    let entries = lookup::all(&runs, Table::Events, head);
    let entries = entries.map_err(|error| StoreError::damaged(&error))?;
    found.extend(entries.iter().map(|entry| entry.lsn(Table::Events)));
    let durable = shared.durable();
    Ok(found.range(..durable).copied().collect())
}

/// Reads the durable frames of an event; none when it is unknown.
pub(crate) fn frames(shared: &Shared, id: EventId) -> Result<Option<EventFrames>, StoreError> {
    let corrupt = |problem: &dyn fmt::Display| StoreError::Corrupt {
        owner: CorruptOwner::Event(id),
        problem: problem.to_string(),
    };
    let mut accepted = None;
    let mut since = Vec::new();
    for at in places(shared, id)? {
        let frame = match shared.reader.read(at) {
            Ok(frame) => frame,
            Err(crate::journal::reader::ReadError::Gone(_)) => continue,
            Err(error) => return Err(corrupt(&error)),
        };
        match frame.kind {
            ACCEPTED => {
                let read = Accepted::decode(frame.payload);
                accepted = Some((read.map_err(|e| corrupt(&e))?, at));
            }
            SETTLED => {
                let read = Settled::decode(&frame.payload);
                let read = read.map_err(|e| corrupt(&e))?;
                since.push((Since::Settled(Box::new(read)), at));
            }
            REPLAYED => {
                let read = Replayed::decode(&frame.payload);
                since.push((Since::Replayed(read.map_err(|e| corrupt(&e))?), at));
            }
            _ => return Err(corrupt(&"another kind of frame stands there")),
        }
    }
    Ok(accepted.map(|accepted| EventFrames { accepted, since }))
}

impl EventFrames {
    /// What the last frame of a delivery says.
    pub(crate) fn last(&self, delivery: DeliveryId) -> Option<&(Since, Lsn)> {
        let mut since = self.since.iter().rev();
        since.find(|(since, _)| since.delivery() == delivery)
    }
}

impl Since {
    pub(crate) fn delivery(&self) -> DeliveryId {
        match self {
            Self::Settled(settled) => settled.subject.delivery,
            Self::Replayed(replayed) => replayed.subject.delivery,
        }
    }
}

/// Reads an event; none when it is unknown, or too old to be shown.
pub(crate) fn event_view(shared: &Shared, id: EventId) -> Result<Option<EventView>, StoreError> {
    let Some(frames) = frames(shared, id)? else {
        return Ok(None);
    };
    let (accepted, _) = &frames.accepted;
    let event = &accepted.event;
    let deliveries: Vec<_> = accepted
        .deliveries
        .iter()
        .map(|&(delivery, endpoint)| DeliveryView {
            id: delivery,
            endpoint,
            state: state(shared, &frames, delivery),
            attempts: attempts(&frames, delivery),
        })
        .collect();
    let is_over = |delivery: &DeliveryView| {
        matches!(
            delivery.state,
            DeliveryState::Delivered { .. } | DeliveryState::Canceled { .. }
        )
    };
    let horizon_ms = shared.lock().meta.history_horizon_ms;
    if id.created_at().0 <= horizon_ms && deliveries.iter().all(is_over) {
        return Ok(None);
    }
    Ok(Some(EventView {
        id,
        tenant: event.tenant,
        source: event.source,
        key: event.key.clone(),
        event_type: event.event_type.clone(),
        received_at: event.received_at,
        body_bytes: event.body.len() as u64,
        deliveries,
    }))
}

fn attempts(frames: &EventFrames, delivery: DeliveryId) -> Vec<hookmill_domain::attempt::Attempt> {
    let since = frames.since.iter();
    let attempts = since.filter_map(|(since, _)| match since {
        Since::Settled(settled) if settled.subject.delivery == delivery => settled.attempt.clone(),
        _ => None,
    });
    attempts.collect()
}

fn state(shared: &Shared, frames: &EventFrames, delivery: DeliveryId) -> DeliveryState {
    let (accepted, _) = &frames.accepted;
    let due_ms = match frames.last(delivery) {
        None => accepted.due_ms,
        Some((Since::Replayed(replayed), _)) => replayed.due_ms,
        Some((Since::Settled(settled), at)) => match projection::now(settled, *at) {
            Now::Waiting(waiting) => waiting.due_ms,
            Now::Parked(entry) => {
                return DeliveryState::Parked {
                    reason: entry.reason,
                    at: entry.parked_at,
                };
            }
            Now::Gone => {
                let at = settled.at;
                return match settled.outcome {
                    Outcome::Canceled => DeliveryState::Canceled { at },
                    _ => DeliveryState::Delivered { at },
                };
            }
        },
    };
    let state = shared.lock();
    if state.leases.holds(delivery) {
        DeliveryState::Leased
    } else {
        DeliveryState::Pending {
            due: state.clock.wall(due_ms),
        }
    }
}

//! One event as its owner is shown it: from the queue while it is undelivered,
//! from the history afterwards.

use crate::engine::database::ReadError;
use crate::engine::databases::Databases;
use crate::keyspace::attempt_row;
use crate::keyspace::chunk;
use crate::keyspace::delivery_row::{self, DeliveryRow, Progress};
use crate::keyspace::event_row::{self, StoredEvent};
use crate::keyspace::history_row::{self, HistoryRow};
use crate::ops::unrouted::is_kept;
use crate::queue::Queue;
use crate::{CorruptOwner, DeliveryState, DeliveryView, EventView, StoreError};
use hookmill_domain::attempt::Attempt;
use hookmill_domain::{DeliveryId, EventId};

/// Reads an event; none when it is unknown.
pub(crate) fn event_view(
    databases: &Databases,
    queue: &Queue,
    id: EventId,
) -> Result<Option<EventView>, StoreError> {
    read(databases, queue, id).map_err(|error| match error {
        ReadError::Damaged(damaged) => StoreError::Corrupt {
            owner: CorruptOwner::Event(id),
            problem: damaged.to_string(),
        },
        ReadError::Sled(error) => StoreError::Corrupt {
            owner: CorruptOwner::Event(id),
            problem: error.to_string(),
        },
    })
}

/// An event that is finished or swept while it is read is read again: what
/// was read of it may be half of one and half of the other.
fn read(databases: &Databases, queue: &Queue, id: EventId) -> Result<Option<EventView>, ReadError> {
    loop {
        let before = whereabouts(databases, id)?;
        let view = match before {
            Whereabouts::Queue => undelivered(databases, queue, id),
            Whereabouts::History => finished(databases, id),
            Whereabouts::Nowhere => return Ok(None),
        };
        let view = view.and_then(|view| with_attempts(databases, view));
        if whereabouts(databases, id)? == before {
            return view;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whereabouts {
    Queue,
    History,
    Nowhere,
}

fn whereabouts(databases: &Databases, id: EventId) -> Result<Whereabouts, ReadError> {
    // The queue first: an event leaves it only after it is in the history.
    let queued = chunk::piece_key(&event_row::prefix(b'E', id), 0);
    if databases.hot.get(&queued)?.is_some() {
        return Ok(Whereabouts::Queue);
    }
    Ok(match is_kept(databases, id)? {
        true => Whereabouts::History,
        false => Whereabouts::Nowhere,
    })
}

fn undelivered(
    databases: &Databases,
    queue: &Queue,
    id: EventId,
) -> Result<Option<EventView>, ReadError> {
    let prefix = event_row::prefix(b'E', id);
    let Some(record) = databases.hot.record(&prefix, event_row::VERSION)? else {
        return Ok(None);
    };
    let stored = StoredEvent::decode(id, b'E', record)?;
    let event = &stored.event;
    let states = stored.deliveries.iter().map(|&(id, endpoint)| {
        Ok(DeliveryView {
            id,
            endpoint,
            state: state(databases, queue, &stored, id)?,
            attempts: Vec::new(),
        })
    });
    Ok(Some(EventView {
        id: event.id,
        tenant: event.tenant,
        source: event.source,
        key: event.key.clone(),
        event_type: event.event_type.clone(),
        received_at: event.received_at,
        body_bytes: event.body.len() as u64,
        deliveries: states.collect::<Result<_, ReadError>>()?,
    }))
}

fn state(
    databases: &Databases,
    queue: &Queue,
    stored: &StoredEvent,
    delivery: DeliveryId,
) -> Result<DeliveryState, ReadError> {
    let key = delivery_row::key(stored.event.id, delivery);
    let due_ms = match databases.hot.get(&key)? {
        None => None,
        Some(value) => match DeliveryRow::decode(&key, &value)?.progress {
            Progress::Ended(ending) => return Ok(ending.state()),
            Progress::Waiting { due_ms, .. } => Some(due_ms),
        },
    };
    let queue = queue.lock();
    if queue.leases.is_busy(delivery) {
        return Ok(DeliveryState::Leased);
    }
    let due = due_ms.map_or(stored.event.received_at, |ms| queue.clock.wall(ms));
    Ok(DeliveryState::Pending { due })
}

fn finished(databases: &Databases, id: EventId) -> Result<Option<EventView>, ReadError> {
    let prefix = history_row::prefix(id);
    let Some(record) = databases.cold.record(&prefix, history_row::VERSION)? else {
        return Ok(None);
    };
    let row = HistoryRow::decode(id, &record)?;
    let deliveries = row.deliveries.iter().map(|ended| DeliveryView {
        id: ended.delivery,
        endpoint: ended.endpoint,
        state: ended.ending.state(),
        attempts: Vec::new(),
    });
    Ok(Some(EventView {
        id,
        tenant: row.tenant,
        source: row.source,
        deliveries: deliveries.collect(),
        key: row.key,
        event_type: row.event_type,
        received_at: row.received_at,
        body_bytes: row.body_bytes,
    }))
}

fn with_attempts(
    databases: &Databases,
    view: Option<EventView>,
) -> Result<Option<EventView>, ReadError> {
    let Some(mut view) = view else {
        return Ok(None);
    };
    for row in databases.cold.scan(&attempt_row::event_prefix(view.id)) {
        let (key, _) = row?;
        let (event, delivery, number, piece) = attempt_row::decode_key(&key)?;
        let owner = view.deliveries.iter_mut().find(|d| d.id == delivery);
        let (0, Some(owner)) = (piece, owner) else {
            continue;
        };
        if let Some(attempt) = read_attempt(databases, event, delivery, number)? {
            owner.attempts.push(attempt);
        }
    }
    Ok(Some(view))
}

fn read_attempt(
    databases: &Databases,
    event: EventId,
    delivery: DeliveryId,
    number: u32,
) -> Result<Option<Attempt>, ReadError> {
    let prefix = attempt_row::prefix(event, delivery, number);
    let Some(record) = databases.cold.record(&prefix, attempt_row::VERSION)? else {
        return Ok(None);
    };
    Ok(Some(attempt_row::decode(&prefix, number, &record)?))
}

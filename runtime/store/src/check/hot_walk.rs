//! The undelivered work: every waiting delivery has one due row, an event and
//! a key, and nothing is left over.

use super::walk::{Stop, Walk, missing};
use crate::ParkReason;
use crate::engine::database::{Database, ReadError};
use crate::engine::databases::Databases;
use crate::keyspace::delivery_row::{self, DeliveryRow, Progress};
use crate::keyspace::ending::{Ending, How};
use crate::keyspace::event_row::{self, StoredEvent};
use crate::keyspace::{
    chunk, disabled_row, due_row, idempotency_row, registry_row, request_row, unrouted_row,
};
use hookmill_domain::{DeliveryId, EventId};
use std::collections::HashMap;

/// The due rows seen: by delivery, its event and when it is due.
type DueRows = HashMap<DeliveryId, (EventId, u64)>;

pub(super) fn walk(databases: &Databases, walk: &mut Walk) -> Result<(), Stop> {
    let hot = &databases.hot;
    let meta = hot.meta()?;
    let mut due = DueRows::new();
    let due_rows = walk.rows(hot, b'Q', |walk, key, value| {
        let (_, place) = due_row::decode_key(key)?;
        let event = due_row::decode(key, value)?;
        if due.insert(place.delivery, (event, place.due_ms)).is_some() {
            walk.find_at(key, "the delivery is due twice");
        }
        Ok(())
    })?;
    walk.count("due rows", due_rows, meta.deliveries);
    let mut events = 0;
    walk.rows(hot, b'E', |walk, key, _| {
        let (event, piece) = event_row::decode_key(key)?;
        if piece == 0 {
            events += 1;
            check_event(hot, walk, event, &mut due)?;
        }
        Ok(())
    })?;
    walk.report.events = events;
    walk.count("events", events, meta.events);
    for (delivery, (event, _)) in due {
        walk.find(format_args!(
            "delivery {delivery} is due, but event {event} does not name it"
        ));
    }
    let keys = walk.rows(hot, b'I', |_, key, value| {
        let event = idempotency_row::decode(key, value)?;
        let first = chunk::piece_key(&event_row::prefix(b'E', event), 0);
        if hot.get(&first)?.is_none() {
            return Err(missing(key, "the key's event is missing"));
        }
        Ok(())
    })?;
    walk.count("idempotency keys", keys, events);
    walk_rest(hot, walk)
}

fn check_event(
    hot: &Database,
    walk: &mut Walk,
    id: EventId,
    due: &mut DueRows,
) -> Result<(), ReadError> {
    let prefix = event_row::prefix(b'E', id);
    let record = hot.record(&prefix, event_row::VERSION)?;
    let record = record.ok_or_else(|| missing(&prefix, "the event's first piece is missing"))?;
    let stored = StoredEvent::decode(id, b'E', record)?;
    for (delivery, _) in stored.deliveries.iter() {
        let key = delivery_row::key(id, *delivery);
        let row = match hot.get(&key)? {
            None => None,
            Some(value) => Some(DeliveryRow::decode(&key, &value)?),
        };
        let waits = due.remove(delivery);
        match (row.map(|row| row.progress), waits) {
            (Some(Progress::Ended(_)), None) => {}
            (Some(Progress::Ended(_)), Some(_)) => walk.find_at(&key, "it ended, but is due"),
            (Some(Progress::Waiting { due_ms, .. }), Some((_, at))) if due_ms != at => {
                walk.find_at(&key, "it is due at another time than its due row says");
            }
            (_, Some((event, _))) if event != id => {
                walk.find_at(&key, "its due row names another event");
            }
            (_, Some(_)) => {}
            (_, None) => walk.find_at(&key, "it waits, but is never due"),
        }
    }
    let key = idempotency_row::key(stored.event.source, &stored.event.key);
    match hot.get(&key)? {
        None => walk.find_at(&key, "the event's key is missing"),
        Some(value) if idempotency_row::decode(&key, &value)? != id => {
            walk.find_at(&key, "the event's key names another event");
        }
        Some(_) => {}
    }
    Ok(())
}

/// What is not reached from events: is it readable, and does its owner exist?
fn walk_rest(hot: &Database, walk: &mut Walk) -> Result<(), Stop> {
    let mut requests: HashMap<DeliveryId, u16> = HashMap::new();
    walk.rows(hot, b'D', |_, key, value| {
        let (event, delivery) = delivery_row::decode_key(key)?;
        let row = DeliveryRow::decode(key, value)?;
        if let Progress::Waiting { request_pieces, .. } = row.progress
            && request_pieces > 0
        {
            requests.insert(delivery, request_pieces);
            let prefix = request_row::prefix(delivery);
            let record = hot.record(&prefix, request_row::VERSION)?;
            let record = record.ok_or_else(|| missing(&prefix, "the request is missing"))?;
            request_row::decode(delivery, record)?;
        }
        let first = chunk::piece_key(&event_row::prefix(b'E', event), 0);
        if hot.get(&first)?.is_none() && !is_corrupt(&row) {
            return Err(missing(key, "the delivery's event is missing"));
        }
        Ok(())
    })?;
    walk.rows(hot, b'R', |_, key, _| {
        let (delivery, piece) = request_row::decode_key(key)?;
        match requests.get(&delivery) {
            Some(pieces) if piece < *pieces => Ok(()),
            _ => Err(missing(key, "no delivery owns the request")),
        }
    })?;
    walk.rows(hot, b'F', |_, key, value| {
        unrouted_row::decode_key(key)?;
        Ok(unrouted_row::decode(key, value)?)
    })?;
    walk.rows(hot, b'X', |_, key, value| {
        disabled_row::decode(key, value)?;
        Ok(())
    })?;
    walk.rows(hot, b'G', |_, key, _| {
        let (id, piece) = registry_row::decode_key(key)?;
        if piece == 0 {
            let record = hot.record(&registry_row::prefix(id), registry_row::VERSION)?;
            registry_row::decode(id, &record.unwrap_or_default())?;
        }
        Ok(())
    })?;
    Ok(())
}

/// Parked because its event is damaged; what is left of it stays as evidence.
fn is_corrupt(row: &DeliveryRow) -> bool {
    let corrupt = How::Parked(ParkReason::Corrupt);
    matches!(row.progress, Progress::Ended(Ending { how, .. }) if how == corrupt)
}

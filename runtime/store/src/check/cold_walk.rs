//! The history: finished events with their keys, and parked deliveries with
//! all that a replay needs.

use super::walk::{Stop, Walk, missing};
use crate::ParkReason;
use crate::engine::database::{Database, ReadError};
use crate::engine::databases::Databases;
use crate::keyspace::ending::How;
use crate::keyspace::event_row::{self, StoredEvent};
use crate::keyspace::history_row::{self, HistoryRow};
use crate::keyspace::parked_row::{self, ParkedRow};
use crate::keyspace::{attempt_row, delivery_row, idempotency_row, request_row};
use hookmill_domain::EventId;

pub(super) fn walk(databases: &Databases, walk: &mut Walk) -> Result<(), Stop> {
    let cold = &databases.cold;
    let meta = cold.meta()?;
    let parked = walk.rows(cold, b'W', |walk, key, value| {
        let (event, delivery) = delivery_row::decode_key(key)?;
        let row = ParkedRow::decode(key, value)?;
        let place = parked_row::place_key(row.endpoint, row.ending.at, delivery);
        match cold.get(&place)? {
            None => walk.find_at(key, "the delivery is parked, but in no list"),
            Some(value) => {
                parked_row::decode_place(&place, &value)?;
            }
        }
        check_replayable(cold, event, delivery, &row)
    })?;
    walk.count("parked deliveries", parked, meta.deliveries);
    let places = walk.rows(cold, b'Z', |_, key, value| {
        parked_row::decode_place_key(key)?;
        parked_row::decode_place(key, value)?;
        Ok(())
    })?;
    walk.count("places of parked deliveries", places, parked);
    let mut events = 0;
    walk.rows(cold, b'H', |walk, key, _| {
        let (event, piece) = event_row::decode_key(key)?;
        if piece == 0 {
            events += 1;
            check_history(cold, walk, event)?;
        }
        Ok(())
    })?;
    walk.report.finished_events = events;
    walk.count("finished events", events, meta.events);
    let keys = walk.rows(cold, b'I', |_, key, value| {
        idempotency_row::decode(key, value)?;
        Ok(())
    })?;
    walk.count("idempotency keys of finished events", keys, events);
    walk.rows(cold, b'A', |_, key, _| {
        let (event, delivery, number, piece) = attempt_row::decode_key(key)?;
        if piece == 0 {
            let prefix = attempt_row::prefix(event, delivery, number);
            let record = cold.record(&prefix, attempt_row::VERSION)?;
            attempt_row::decode(&prefix, number, &record.unwrap_or_default())?;
        }
        Ok(())
    })?;
    Ok(())
}

fn check_replayable(
    cold: &Database,
    event: EventId,
    delivery: hookmill_domain::DeliveryId,
    row: &ParkedRow,
) -> Result<(), ReadError> {
    if row.request_pieces > 0 {
        let prefix = request_row::prefix(delivery);
        let record = cold.record(&prefix, request_row::VERSION)?;
        let record = record.ok_or_else(|| missing(&prefix, "the parked request is missing"))?;
        request_row::decode(delivery, record)?;
    }
    let prefix = event_row::prefix(b'P', event);
    match cold.record(&prefix, event_row::VERSION)? {
        Some(record) => StoredEvent::decode(event, b'P', record).map(|_| Ok(()))?,
        None if row.ending.how == How::Parked(ParkReason::Corrupt) => Ok(()),
        None => Err(missing(&prefix, "the parked event is missing")),
    }
}

fn check_history(cold: &Database, walk: &mut Walk, event: EventId) -> Result<(), ReadError> {
    let prefix = history_row::prefix(event);
    let record = cold.record(&prefix, history_row::VERSION)?;
    let row = HistoryRow::decode(event, &record.unwrap_or_default())?;
    let key = idempotency_row::key(row.source, &row.key);
    match cold.get(&key)? {
        None => walk.find_at(&key, "the finished event's key is missing"),
        Some(value) => {
            idempotency_row::decode(&key, &value)?;
        }
    }
    Ok(())
}

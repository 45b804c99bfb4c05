//! The whole keyspace as text: one line a row, decoded. For tests, which
//! compare states and not fields, and for people who look into a store.
//!
//! Must not print bodies, or anything else that a tenant sent, beyond keys and
//! types.

use crate::config::StoreConfig;
use crate::engine::data_dir::DataDir;
use crate::engine::database::{Database, ReadError};
use crate::engine::open_error::OpenError;
use crate::keyspace::codec::{Damaged, KeyText};
use crate::keyspace::delivery_row::{self, DeliveryRow};
use crate::keyspace::event_row::{self, StoredEvent};
use crate::keyspace::history_row::{self, HistoryRow};
use crate::keyspace::meta_row::{self, Meta};
use crate::keyspace::parked_row::{self, ParkedRow};
use crate::keyspace::{
    attempt_row, disabled_row, due_row, idempotency_row, registry_row, request_row, unrouted_row,
};
use crate::open::open_databases;
use std::fmt::Write as _;

/// Renders the store in a folder, which no process may have open. The counters
/// are left out: they differ with every run.
///
/// # Errors
/// When the store can't be opened or a row can't be read. A damaged row is a
/// line of its own.
pub fn render(config: &StoreConfig) -> Result<String, OpenError> {
    let data_dir = DataDir::open(&config.data_dir)?;
    let databases = open_databases(config, &data_dir)?;
    let mut text = String::new();
    for (name, database) in [("hot", &databases.hot), ("cold", &databases.cold)] {
        for row in database.scan(b"") {
            let (key, value) = row.map_err(|e| OpenError::damaged(data_dir.path(), &e))?;
            match line(database, name, &key, &value) {
                Ok(Some(line)) => writeln!(text, "{name} {line}"),
                Ok(None) => Ok(()),
                Err(error) => writeln!(text, "{name} {}: {error}", KeyText(&key)),
            }
            .expect("writing to a text does not fail");
        }
    }
    Ok(text)
}

/// A row's line; none for the counters and for all but the first piece of a
/// record.
fn line(
    database: &Database,
    name: &str,
    key: &[u8],
    value: &[u8],
) -> Result<Option<String>, ReadError> {
    let unknown = || Damaged::new(key, "the kind is unknown");
    let kind = *key.first().ok_or_else(unknown)?;
    Ok(Some(match kind {
        b'M' if key == meta_row::KEY => {
            Meta::decode(value)?;
            return Ok(None);
        }
        b'E' | b'P' => match event_row::decode_key(key)? {
            (id, 0) => event_line(database, kind, id)?,
            _ => return Ok(None),
        },
        b'H' => match event_row::decode_key(key)? {
            (id, 0) => history_line(database, id)?,
            _ => return Ok(None),
        },
        b'D' => {
            let (_, delivery) = delivery_row::decode_key(key)?;
            format!("D {delivery} {:?}", DeliveryRow::decode(key, value)?)
        }
        b'W' => {
            let (_, delivery) = delivery_row::decode_key(key)?;
            let row = ParkedRow::decode(key, value)?;
            format!(
                "W {delivery} {:?} attempts={}",
                row.ending.how, row.attempts
            )
        }
        b'Z' => {
            let (_, at, delivery) = parked_row::decode_place_key(key)?;
            parked_row::decode_place(key, value)?;
            format!("Z {delivery} at={at}")
        }
        b'Q' => {
            let (_, place) = due_row::decode_key(key)?;
            due_row::decode(key, value)?;
            format!("Q {} due={}", place.delivery, place.due_ms)
        }
        b'I' => {
            let (_, text) = idempotency_row::decode_key(key)?;
            format!("I {text} {}", idempotency_row::decode(key, value)?)
        }
        b'F' => {
            unrouted_row::decode(key, value)?;
            format!("F {}", unrouted_row::decode_key(key)?)
        }
        b'X' => {
            let row = disabled_row::decode(key, value)?;
            let (endpoint, since, until) = (row.endpoint, row.since, row.until);
            format!("X {endpoint} since={since} until={until:?} {}", row.reason)
        }
        b'R' => match request_row::decode_key(key)? {
            (delivery, 0) => {
                let prefix = request_row::prefix(delivery);
                let record = database.record(&prefix, request_row::VERSION)?;
                let request = request_row::decode(delivery, record.unwrap_or_default())?;
                format!("R {delivery} {} {}", request.method(), request.url())
            }
            _ => return Ok(None),
        },
        b'G' => match registry_row::decode_key(key)? {
            (id, 0) => {
                let record = database.record(&registry_row::prefix(id), registry_row::VERSION)?;
                let row = registry_row::decode(id, &record.unwrap_or_default())?;
                format!("G {:?} {}", row.id, row.name)
            }
            _ => return Ok(None),
        },
        b'A' => match attempt_row::decode_key(key)? {
            (_, delivery, number, 0) => format!("A {delivery} {number}"),
            _ => return Ok(None),
        },
        _ => return Err(Damaged::new(name.as_bytes(), "the kind of a row is unknown").into()),
    }))
}

fn event_line(
    database: &Database,
    kind: u8,
    id: hookmill_domain::EventId,
) -> Result<String, ReadError> {
    let record = database.record(&event_row::prefix(kind, id), event_row::VERSION)?;
    let stored = StoredEvent::decode(id, kind, record.unwrap_or_default())?;
    let event = &stored.event;
    Ok(format!(
        "{} {id} key={} type={} body={} deliveries={}",
        char::from(kind),
        event.key,
        event.event_type,
        event.body.len(),
        stored.deliveries.len()
    ))
}

fn history_line(database: &Database, id: hookmill_domain::EventId) -> Result<String, ReadError> {
    let record = database.record(&history_row::prefix(id), history_row::VERSION)?;
    let row = HistoryRow::decode(id, &record.unwrap_or_default())?;
    let ends = row.deliveries.iter().map(|ended| ended.ending.how);
    let ends: Vec<_> = ends.collect();
    Ok(format!(
        "H {id} key={} type={} {ends:?}",
        row.key, row.event_type
    ))
}

//! Replay: parked deliveries back into the queue.
//!
//! It runs alone on the cold committer, after everything before it has reached
//! the hot database, and waits for the hot database itself: so nothing it
//! reads can change under it. The queue is written first; a crash before the
//! parked rows are removed leaves a delivery that is both, which counts as
//! queued.

use super::pipeline::{Pipeline, Reply, pass_on};
use super::settle::unpark;
use crate::engine::committer::Operation;
use crate::engine::database::ReadError;
use crate::engine::databases::Databases;
use crate::engine::group::Group;
use crate::keyspace::delivery_row::{self, DeliveryRow, Progress};
use crate::keyspace::due_row::{self, Place};
use crate::keyspace::event_row::{self, StoredEvent};
use crate::keyspace::history_row::{self, HistoryRow};
use crate::keyspace::parked_row::{self, ParkedRow};
use crate::keyspace::{chunk, idempotency_row, request_row};
use crate::queue::lane::{Origin, Waiting};
use crate::{Replay, ReplayRequest, Replayed, StoreError};
use hookmill_domain::{DeliveryId, EndpointId, EventId};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::oneshot;

/// The replay of one call's deliveries.
pub(crate) struct ReplayCold {
    pub(crate) items: Vec<Replay>,
    /// On the store's clock.
    pub(crate) due_ms: u64,
    pub(crate) answers: Vec<Replayed>,
    pub(crate) pipeline: Arc<Pipeline>,
    pub(crate) reply: Reply<Vec<Replayed>>,
}

/// Rows for the hot database.
#[derive(Default)]
struct Revival {
    rows: Vec<(Vec<u8>, Vec<u8>)>,
    queued: Vec<(EndpointId, Place, EventId)>,
    revived: HashSet<EventId>,
}

impl Operation for ReplayCold {
    fn is_solo(&self) -> bool {
        true
    }

    fn stage(&mut self, databases: &Databases, group: &mut Group) -> Result<(), StoreError> {
        self.pipeline.write_hot(Revival::default())?;
        let mut revival = Revival::default();
        for item in &self.items {
            let answer = match revive(databases, item, self.due_ms, &mut revival) {
                Ok(answer) => answer,
                Err(ReadError::Damaged(damaged)) => {
                    tracing::error!(event = %item.event, %damaged, "a parked delivery is damaged");
                    Replayed::Corrupt
                }
                Err(ReadError::Sled(error)) => {
                    let reason = format!("reading failed: {error}");
                    return Err(self.pipeline.failure.fail(reason));
                }
            };
            self.answers.push(answer);
        }
        let queued = revival.queued.clone();
        self.pipeline.write_hot(revival)?;
        for (_, place, event) in queued {
            unpark(databases, group, event, place.delivery).map_err(ReadError::from)?;
        }
        Ok(())
    }

    fn complete(self: Box<Self>, outcome: Result<(), StoreError>) {
        let this = *self;
        // A caller that is gone needs no answer.
        let _ = this.reply.send(outcome.map(|()| this.answers));
    }
}

/// Reads a parked delivery and adds what puts it into the queue.
fn revive(
    databases: &Databases,
    item: &Replay,
    due_ms: u64,
    revival: &mut Revival,
) -> Result<Replayed, ReadError> {
    let (event, delivery) = (item.event, item.delivery);
    let key = parked_row::key(event, delivery);
    let twice = revival
        .queued
        .iter()
        .any(|(_, p, _)| p.delivery == delivery);
    let parked = databases.cold.get(&key)?.filter(|_| !twice);
    let Some(value) = parked else {
        return Ok(Replayed::NotParked);
    };
    if waits(databases, event, delivery)? {
        return Ok(Replayed::NotParked);
    }
    let parked = ParkedRow::decode(&key, &value)?;
    let prefix = event_row::prefix(b'P', event);
    let Some(record) = databases.cold.record(&prefix, event_row::VERSION)? else {
        return Ok(Replayed::Corrupt);
    };
    let stored = StoredEvent::decode(event, b'P', record)?;
    let request = match item.request {
        ReplayRequest::Same => read_request(databases, delivery)?,
        ReplayRequest::Again => None,
    };
    if !revival.revived.contains(&event) && !is_hot(databases, event)? {
        revive_event(databases, &stored, revival)?;
    }
    if let Some(record) = &request {
        let prefix = request_row::prefix(delivery);
        let rows = chunk::split(&prefix, request_row::VERSION, record);
        revival.rows.extend(rows);
    }
    let row = DeliveryRow {
        attempts: parked.attempts,
        progress: Progress::Waiting {
            first_attempt: parked.attempts + 1,
            due_ms,
            request_pieces: request.map_or(0, |record| chunk::pieces(record.len())),
        },
    };
    let key = delivery_row::key(event, delivery);
    revival.rows.push((key.to_vec(), row.encode(&key)));
    let place = Place { due_ms, delivery };
    let key = due_row::key(parked.endpoint, place);
    revival
        .rows
        .push((key.to_vec(), due_row::encode(&key, event)));
    revival.queued.push((parked.endpoint, place, event));
    Ok(Replayed::Queued)
}

/// Whether a delivery is in the queue already: replayed just before a crash.
fn waits(databases: &Databases, event: EventId, delivery: DeliveryId) -> Result<bool, ReadError> {
    let key = delivery_row::key(event, delivery);
    match databases.hot.get(&key)? {
        None => Ok(false),
        Some(value) => {
            let row = DeliveryRow::decode(&key, &value)?;
            Ok(matches!(row.progress, Progress::Waiting { .. }))
        }
    }
}

fn is_hot(databases: &Databases, event: EventId) -> Result<bool, ReadError> {
    let key = chunk::piece_key(&event_row::prefix(b'E', event), 0);
    Ok(databases.hot.get(&key)?.is_some())
}

/// The stored request, checked; none when none is stored.
fn read_request(databases: &Databases, delivery: DeliveryId) -> Result<Option<Vec<u8>>, ReadError> {
    let prefix = request_row::prefix(delivery);
    let Some(record) = databases.cold.record(&prefix, request_row::VERSION)? else {
        return Ok(None);
    };
    request_row::decode(delivery, record.clone())?;
    Ok(Some(record))
}

/// Puts a finished event back among the undelivered ones, with how its other
/// deliveries ended.
fn revive_event(
    databases: &Databases,
    stored: &StoredEvent,
    revival: &mut Revival,
) -> Result<(), ReadError> {
    let event = &stored.event;
    let prefix = event_row::prefix(b'E', event.id);
    let record = stored.encode();
    let rows = chunk::split(&prefix, event_row::VERSION, &record);
    revival.rows.extend(rows);
    let key = idempotency_row::key(event.source, &event.key);
    let value = idempotency_row::encode(&key, event.id);
    revival.rows.push((key, value));
    let prefix = history_row::prefix(event.id);
    if let Some(record) = databases.cold.record(&prefix, history_row::VERSION)? {
        for ended in HistoryRow::decode(event.id, &record)?.deliveries {
            let row = DeliveryRow {
                attempts: ended.attempts,
                progress: Progress::Ended(ended.ending),
            };
            let key = delivery_row::key(event.id, ended.delivery);
            revival.rows.push((key.to_vec(), row.encode(&key)));
        }
    }
    revival.revived.insert(event.id);
    Ok(())
}

/// The rows on their way into the hot database.
struct ReplayHot {
    revival: Revival,
    pipeline: Arc<Pipeline>,
    done: oneshot::Sender<Result<(), StoreError>>,
}

impl Operation for ReplayHot {
    fn stage(&mut self, _: &Databases, group: &mut Group) -> Result<(), StoreError> {
        for (key, value) in self.revival.rows.drain(..) {
            group.put(key, value);
        }
        group.meta.events += self.revival.revived.len() as u64;
        group.meta.deliveries += self.revival.queued.len() as u64;
        Ok(())
    }

    fn complete(self: Box<Self>, outcome: Result<(), StoreError>) {
        if outcome.is_ok() {
            let mut queue = self.pipeline.queue.lock();
            for &(endpoint, place, event) in &self.revival.queued {
                let origin = Origin::Stored;
                if !queue.leases.is_busy(place.delivery) {
                    queue
                        .lanes
                        .insert(endpoint, place, Waiting { event, origin });
                }
            }
            drop(queue);
            self.pipeline.queue.ring();
        }
        let _ = self.done.send(outcome);
    }
}

impl Pipeline {
    /// Writes to the hot database and waits until that, and all that was
    /// passed on before, is durable. Blocks; only the cold committer may call
    /// it, which the hot one never waits for.
    fn write_hot(self: &Arc<Self>, revival: Revival) -> Result<(), StoreError> {
        let (done, outcome) = oneshot::channel();
        let operation = ReplayHot {
            revival,
            pipeline: Arc::clone(self),
            done,
        };
        pass_on(&self.hot, operation);
        outcome.blocking_recv().unwrap_or(Err(StoreError::Closed))
    }
}

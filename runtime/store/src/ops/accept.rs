//! Acceptance: an event, its fan-out, and the key that makes it known.
//!
//! Rows are encoded on the caller's thread; the committer looks up keys and
//! adds finished rows, because it is the one thread that everybody waits for.

use super::pipeline::{Pipeline, Reply, pass_on};
use super::unrouted::KeepUnrouted;
use crate::engine::committer::Operation;
use crate::engine::databases::Databases;
use crate::engine::group::Group;
use crate::keyspace::due_row::Place;
use crate::keyspace::event_row::StoredEvent;
use crate::keyspace::{chunk, due_row, event_row, idempotency_row, unrouted_row};
use crate::queue::lane::{Origin, Waiting};
use crate::{Accepted, NewEvent, StoreError};
use hookmill_domain::caps::{ENDPOINTS_MAX, EVENT_KEY_BYTES_MAX, EVENT_TYPE_BYTES_MAX};
use hookmill_domain::{EndpointId, EventId};
use std::sync::Arc;

/// An event with its rows.
pub(crate) struct Prepared {
    stored: StoredEvent,
    due_ms: u64,
    rows: Vec<(Vec<u8>, Vec<u8>)>,
    idempotency: (Vec<u8>, Vec<u8>),
}

/// Checks an event's limits and encodes it. `due_ms` is on the store's clock.
pub(crate) fn prepare(new: NewEvent, due_ms: u64) -> Result<Prepared, StoreError> {
    let stored = StoredEvent {
        event: Arc::new(new.event),
        deliveries: new.deliveries.into(),
    };
    check_limits(&stored)?;
    let event = &stored.event;
    let prefix = event_row::prefix(b'E', event.id);
    let record = stored.encode();
    let mut rows: Vec<_> = chunk::split(&prefix, event_row::VERSION, &record).collect();
    for (endpoint, place) in places(&stored, due_ms) {
        let key = due_row::key(endpoint, place);
        rows.push((key.to_vec(), due_row::encode(&key, event.id)));
    }
    if stored.deliveries.is_empty() {
        let key = unrouted_row::key(event.id);
        rows.push((key.to_vec(), unrouted_row::encode(&key)));
    }
    let key = idempotency_row::key(event.source, &event.key);
    let value = idempotency_row::encode(&key, event.id);
    Ok(Prepared {
        due_ms,
        rows,
        idempotency: (key, value),
        stored,
    })
}

fn places(stored: &StoredEvent, due_ms: u64) -> impl Iterator<Item = (EndpointId, Place)> + '_ {
    let deliveries = stored.deliveries.iter();
    deliveries.map(move |&(delivery, endpoint)| (endpoint, Place { due_ms, delivery }))
}

fn check_limits(stored: &StoredEvent) -> Result<(), StoreError> {
    let event = &stored.event;
    let limits = [
        ("the event's key", event.key.len(), EVENT_KEY_BYTES_MAX),
        (
            "the event's type",
            event.event_type.len(),
            EVENT_TYPE_BYTES_MAX,
        ),
        (
            "the event's fan-out",
            stored.deliveries.len(),
            ENDPOINTS_MAX,
        ),
        ("the event", stored.record_bytes(), chunk::RECORD_BYTES_MAX),
    ];
    for (what, size, limit) in limits {
        if size > limit {
            return Err(StoreError::TooLarge { what, size, limit });
        }
    }
    Ok(())
}

/// The acceptance of one call's events.
pub(crate) struct Accept {
    pub(crate) events: Vec<Prepared>,
    pub(crate) backlog_events_max: u64,
    pub(crate) answers: Vec<Accepted>,
    pub(crate) pipeline: Arc<Pipeline>,
    pub(crate) reply: Reply<Vec<Accepted>>,
}

impl Accept {
    /// Which event the key stands for already: in this call, in this group,
    /// undelivered, or finished.
    fn known(
        &self,
        index: usize,
        databases: &Databases,
        group: &Group,
    ) -> Result<Option<EventId>, StoreError> {
        let key = &self.events[index].idempotency.0;
        if let Some(id) = group.claimed(key) {
            return Ok(Some(id));
        }
        let before = self.events[..index].iter();
        if let Some(twin) = before.rev().find(|event| event.idempotency.0 == *key) {
            let twin_id = twin.stored.event.id;
            return Ok(Some(twin_id));
        }
        for database in [&databases.hot, &databases.cold] {
            if let Some(value) = database.get(key)? {
                let decoded = idempotency_row::decode(key, &value);
                return Ok(Some(
                    decoded.map_err(crate::engine::database::ReadError::from)?,
                ));
            }
        }
        Ok(None)
    }
}

impl Operation for Accept {
    fn bytes(&self) -> usize {
        let rows = self.events.iter().flat_map(|event| &event.rows);
        rows.map(|(key, value)| key.len() + value.len()).sum()
    }

    fn stage(&mut self, databases: &Databases, group: &mut Group) -> Result<(), StoreError> {
        for index in 0..self.events.len() {
            let answer = match self.known(index, databases, group)? {
                // A twin in this call may itself be a repeat of another.
                Some(id) => Accepted::Duplicate(self.first_of(id)),
                None => Accepted::New(self.events[index].stored.event.id),
            };
            self.answers.push(answer);
        }
        let new = |answer: &&Accepted| matches!(answer, Accepted::New(_));
        let count = self.answers.iter().filter(new).count() as u64;
        if count > 0 && group.meta.events + count > self.backlog_events_max {
            let events_max = self.backlog_events_max;
            return Err(StoreError::BacklogFull { events_max });
        }
        for (event, answer) in self.events.iter_mut().zip(&self.answers) {
            if matches!(answer, Accepted::New(_)) {
                for (key, value) in event.rows.drain(..) {
                    group.put(key, value);
                }
                let (key, value) = std::mem::take(&mut event.idempotency);
                group.claim(key, value, event.stored.event.id);
                group.meta.events += 1;
                group.meta.deliveries += event.stored.deliveries.len() as u64;
            }
        }
        Ok(())
    }

    fn complete(self: Box<Self>, outcome: Result<(), StoreError>) {
        let this = *self;
        let outcome = outcome.map(|()| {
            this.pipeline.enqueue(this.events, &this.answers);
            this.answers
        });
        // A caller that is gone needs no answer.
        let _ = this.reply.send(outcome);
    }
}

impl Accept {
    fn first_of(&self, id: EventId) -> EventId {
        let events = self.events.iter().zip(&self.answers);
        let twin = events
            .into_iter()
            .find(|(event, _)| event.stored.event.id == id);
        twin.map_or(id, |(_, answer)| answer.id())
    }
}

impl Pipeline {
    /// Makes durable events known to the lanes.
    fn enqueue(self: &Arc<Self>, events: Vec<Prepared>, answers: &[Accepted]) {
        let mut unrouted = Vec::new();
        let mut queue = self.queue.lock();
        for (event, answer) in events.into_iter().zip(answers) {
            if matches!(answer, Accepted::Duplicate(_)) {
                continue;
            }
            if event.stored.deliveries.is_empty() {
                unrouted.push(event.stored);
                continue;
            }
            let waiting = Waiting {
                event: event.stored.event.id,
                origin: Origin::Fresh,
            };
            for (endpoint, place) in places(&event.stored, event.due_ms) {
                // A scan may have found the row before this, and leased it.
                if !queue.leases.is_busy(place.delivery) {
                    queue.lanes.insert(endpoint, place, waiting);
                }
            }
            queue.cache.insert(event.stored);
        }
        drop(queue);
        self.queue.ring();
        if !unrouted.is_empty() {
            pass_on(&self.cold, KeepUnrouted::new(unrouted, Arc::clone(self)));
        }
    }
}

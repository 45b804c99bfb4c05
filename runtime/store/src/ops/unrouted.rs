//! Events that no endpoint wants: recorded as finished, so that a repeat is
//! recognised and the owner can see them.

use super::pipeline::{Pipeline, pass_on};
use crate::StoreError;
use crate::engine::committer::Operation;
use crate::engine::database::ReadError;
use crate::engine::databases::Databases;
use crate::engine::group::Group;
use crate::keyspace::event_row::StoredEvent;
use crate::keyspace::history_row::{self, HistoryRow};
use crate::keyspace::{chunk, event_row, idempotency_row, unrouted_row};
use crate::queue::lane::Origin;
use hookmill_domain::EventId;
use std::sync::Arc;

/// First step, cold: keeps them.
pub(crate) struct KeepUnrouted {
    events: Vec<StoredEvent>,
    origin: Origin,
    pipeline: Arc<Pipeline>,
}

impl KeepUnrouted {
    pub(crate) fn new(events: Vec<StoredEvent>, pipeline: Arc<Pipeline>) -> Self {
        Self {
            events,
            origin: Origin::Fresh,
            pipeline,
        }
    }

    /// Events that a crash left on their way: they may be kept already.
    pub(crate) fn recovered(events: Vec<StoredEvent>, pipeline: Arc<Pipeline>) -> Self {
        Self {
            events,
            origin: Origin::Stored,
            pipeline,
        }
    }
}

impl Operation for KeepUnrouted {
    fn stage(&mut self, databases: &Databases, group: &mut Group) -> Result<(), StoreError> {
        for stored in &self.events {
            let known = self.origin == Origin::Stored
                && is_kept(databases, stored.event.id).map_err(ReadError::from)?;
            group.meta.events += u64::from(!known);
            keep_finished(group, stored, Vec::new());
        }
        Ok(())
    }

    fn complete(self: Box<Self>, outcome: Result<(), StoreError>) {
        // After a failure the next open finds them again.
        if outcome.is_ok() {
            let inbox = self.pipeline.hot.clone();
            pass_on(&inbox, DropUnrouted(self.events));
        }
    }
}

/// Records a finished event and its idempotency key.
pub(crate) fn keep_finished(
    group: &mut Group,
    stored: &StoredEvent,
    deliveries: Vec<history_row::Ended>,
) {
    let event = &stored.event;
    let record = HistoryRow::new(stored, deliveries).encode();
    group.put_record(
        &history_row::prefix(event.id),
        history_row::VERSION,
        &record,
    );
    let key = idempotency_row::key(event.source, &event.key);
    let value = idempotency_row::encode(&key, event.id);
    group.put(key, value);
}

/// Whether an event is in the history already.
pub(crate) fn is_kept(databases: &Databases, event: EventId) -> Result<bool, sled::Error> {
    let key = chunk::piece_key(&history_row::prefix(event), 0);
    Ok(databases.cold.get(&key)?.is_some())
}

/// Removes an event and its idempotency key from the undelivered ones.
pub(crate) fn drop_event(group: &mut Group, stored: &StoredEvent) {
    let event = &stored.event;
    group.remove_record(&event_row::prefix(b'E', event.id), stored.pieces());
    group.remove(idempotency_row::key(event.source, &event.key));
    group.meta.events = group.meta.events.saturating_sub(1);
}

/// Second step, hot: removes them.
struct DropUnrouted(Vec<StoredEvent>);

impl Operation for DropUnrouted {
    fn stage(&mut self, _: &Databases, group: &mut Group) -> Result<(), StoreError> {
        for stored in &self.0 {
            drop_event(group, stored);
            group.remove(unrouted_row::key(stored.event.id));
        }
        Ok(())
    }

    fn complete(self: Box<Self>, _: Result<(), StoreError>) {}
}

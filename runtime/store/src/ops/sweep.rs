//! The sweep: finished events that are old enough are removed, with all that
//! belongs to them.
//!
//! It reads the history from the oldest event on, no more than its budget at
//! a time, and goes on from there the next time: events that stay because a
//! delivery is parked don't hold up the others.

use super::pipeline::{Pipeline, Reply};
use super::settle::unpark;
use crate::engine::committer::Operation;
use crate::engine::database::ReadError;
use crate::engine::databases::Databases;
use crate::engine::group::Group;
use crate::keyspace::ending::How;
use crate::keyspace::history_row::{self, HistoryRow};
use crate::keyspace::{attempt_row, chunk, event_row, idempotency_row};
use crate::{Retention, StoreError, Swept};
use hookmill_domain::{EventId, UnixMs};
use std::sync::Arc;

/// One sweep of the history.
pub(crate) struct Sweep {
    pub(crate) now: UnixMs,
    pub(crate) retention: Retention,
    pub(crate) budget: usize,
    pub(crate) answer: Swept,
    pub(crate) pipeline: Arc<Pipeline>,
    pub(crate) reply: Reply<Swept>,
}

impl Operation for Sweep {
    fn is_solo(&self) -> bool {
        true
    }

    fn stage(&mut self, databases: &Databases, group: &mut Group) -> Result<(), StoreError> {
        let mut position = self.pipeline.sweep_position();
        let from = position.take().unwrap_or_else(|| b"H".to_vec());
        let mut seen = 0;
        for row in databases.cold.scan_range(from..b"I".to_vec()) {
            let (key, _) = row?;
            let (event, 0) = event_row::decode_key(&key).map_err(ReadError::from)? else {
                continue;
            };
            let age_ms = self.now.since_ms(event.created_at());
            if age_ms < self.retention.history_ms.min(self.retention.parked_ms) {
                break;
            }
            if seen == self.budget {
                self.answer.more = true;
                *position = Some(key.to_vec());
                break;
            }
            seen += 1;
            match self.sweep_event(databases, group, event) {
                Ok(removed) => self.answer.events += usize::from(removed),
                // Damaged rows stay where they are: as evidence, and because
                // nobody can tell what belongs to them.
                Err(ReadError::Damaged(damaged)) => {
                    tracing::error!(%event, %damaged, "a finished event is damaged; it is not swept");
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn complete(self: Box<Self>, outcome: Result<(), StoreError>) {
        let this = *self;
        // A caller that is gone needs no answer.
        let _ = this.reply.send(outcome.map(|()| this.answer));
    }
}

impl Sweep {
    /// Removes an event, if nothing of it is to be kept.
    fn sweep_event(
        &self,
        databases: &Databases,
        group: &mut Group,
        event: EventId,
    ) -> Result<bool, ReadError> {
        let prefix = history_row::prefix(event);
        let Some(record) = databases.cold.record(&prefix, history_row::VERSION)? else {
            return Ok(false);
        };
        let row = HistoryRow::decode(event, &record)?;
        let hot = chunk::piece_key(&event_row::prefix(b'E', event), 0);
        if databases.hot.get(&hot)?.is_some() || !self.is_over(event, &row) {
            return Ok(false);
        }
        for ended in &row.deliveries {
            unpark(databases, group, event, ended.delivery)?;
        }
        let attempts = attempt_row::event_prefix(event);
        let payload = event_row::prefix(b'P', event);
        for prefix in [&attempts[..], &payload] {
            for row in databases.cold.scan(prefix) {
                group.remove(row?.0);
            }
        }
        let key = idempotency_row::key(row.source, &row.key);
        if let Some(value) = databases.cold.get(&key)? {
            // It may stand for a later event of the same key by now.
            if idempotency_row::decode(&key, &value)? == event {
                group.remove(key);
            }
        }
        group.remove_record(&prefix, chunk::pieces(record.len()));
        group.meta.events = group.meta.events.saturating_sub(1);
        Ok(true)
    }

    fn is_over(&self, event: EventId, row: &HistoryRow) -> bool {
        let parked = |how: How| matches!(how, How::Parked(_));
        let mut endings = row.deliveries.iter().map(|ended| ended.ending);
        let kept = endings.any(|ending| {
            parked(ending.how) && self.now.since_ms(ending.at) < self.retention.parked_ms
        });
        let has_parked = row.deliveries.iter().any(|ended| parked(ended.ending.how));
        let age_ms = self.now.since_ms(event.created_at());
        !kept && (has_parked || age_ms >= self.retention.history_ms)
    }
}

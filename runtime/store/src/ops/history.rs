//! Lists of what happened, newest first. A page costs the same however much
//! there is: it looks at a bounded number of entries, and says where the next
//! one goes on.

use crate::journal::reader::ReadError;
use crate::record::accepted::Accepted;
use crate::record::settled::Settled;
use crate::runs::entry::{Entry, Table};
use crate::runs::lookup::Backward;
use crate::shared::Shared;
use crate::{
    AttemptFilter, AttemptPage, EndpointAttempt, EventFilter, EventPage, EventSummary,
    HistoryCursor, StoreError,
};
use hookmill_domain::{EndpointId, TenantId, UnixMs};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Entries that a page looks at, for each item that it may have.
const LOOKS_PER_ITEM: usize = 20;

/// A tenant's events, newest first.
pub(crate) fn events(
    shared: &Shared,
    tenant: TenantId,
    filter: &EventFilter,
    cursor: Option<HistoryCursor>,
    limit: usize,
) -> Result<EventPage, StoreError> {
    let horizon_ms = shared.lock().meta.history_horizon_ms;
    let mut items = Vec::new();
    let table = Table::Timeline;
    let next = walk(shared, table, tenant.to_bytes(), cursor, limit, |entry| {
        let at = entry.event_id().created_at();
        if at.0 <= horizon_ms || filter.after.is_some_and(|after| at <= after) {
            return Ok(ControlFlow::Break(()));
        }
        if filter.before.is_some_and(|before| at >= before) {
            return Ok(ControlFlow::Continue(false));
        }
        let frame = match shared.reader.read(entry.lsn(table)) {
            Ok(frame) => frame,
            Err(ReadError::Gone(_)) => return Ok(ControlFlow::Continue(false)),
            Err(error) => return Err(StoreError::damaged(&error)),
        };
        let accepted = Accepted::decode(frame.payload);
        let event = accepted.map_err(|e| StoreError::damaged(&e))?.event;
        let types = &filter.event_types;
        let is_wanted = types.is_empty() || types.contains(&event.event_type);
        if is_wanted {
            items.push(EventSummary {
                id: event.id,
                source: event.source,
                key: event.key.clone(),
                event_type: event.event_type.clone(),
                received_at: event.received_at,
                body: event.body.clone(),
            });
        }
        Ok(ControlFlow::Continue(is_wanted))
    })?;
    Ok(EventPage { items, next })
}

/// Attempts at deliveries to an endpoint, latest ended first.
pub(crate) fn attempts(
    shared: &Shared,
    endpoint: EndpointId,
    filter: &AttemptFilter,
    cursor: Option<HistoryCursor>,
    limit: usize,
) -> Result<AttemptPage, StoreError> {
    let horizon_ms = shared.lock().meta.history_horizon_ms;
    let mut items = Vec::new();
    let table = Table::Attempts;
    let next = walk(shared, table, endpoint.to_bytes(), cursor, limit, |entry| {
        let (at, status) = entry.attempt_end();
        if at.0 <= horizon_ms || filter.after.is_some_and(|after| at <= after) {
            return Ok(ControlFlow::Break(()));
        }
        let is_wanted = filter.before.is_none_or(|before| at < before)
            && filter.status.is_none_or(|wanted| wanted as u8 == status);
        if !is_wanted {
            return Ok(ControlFlow::Continue(false));
        }
        let frame = match shared.reader.read(entry.lsn(table)) {
            Ok(frame) => frame,
            Err(ReadError::Gone(_)) => return Ok(ControlFlow::Continue(false)),
            Err(error) => return Err(StoreError::damaged(&error)),
        };
        let settled = Settled::decode(&frame.payload);
        let settled = settled.map_err(|e| StoreError::damaged(&e))?;
        let Some(attempt) = settled.attempt else {
            return Ok(ControlFlow::Continue(false));
        };
        items.push(EndpointAttempt {
            event: settled.subject.event,
            delivery: settled.subject.delivery,
            ended_at: at,
            attempt,
        });
        Ok(ControlFlow::Continue(true))
    })?;
    Ok(AttemptPage { items, next })
}

/// Gives `take` the entries with this head, the last first, until it has taken
/// `limit` of them, or says that there is nothing more. Gives where to go on.
fn walk(
    shared: &Shared,
    table: Table,
    head: [u8; 16],
    cursor: Option<HistoryCursor>,
    limit: usize,
    mut take: impl FnMut(&Entry) -> Result<ControlFlow<(), bool>, StoreError>,
) -> Result<Option<HistoryCursor>, StoreError> {
    let (first, last) = Entry::bounds(head);
    let end = match cursor {
        Some(cursor) if (first..=last).contains(&cursor.0) => cursor.0,
        _ => last,
    };
    let looks_max = limit.saturating_mul(LOOKS_PER_ITEM).max(1);
    let mut recent = BTreeSet::new();
    {
        // What leaves memory is in a run before: so memory first.
        let state = shared.lock();
        let layers = [Some(&state.projection.recent), state.flushing.as_deref()];
        for layer in layers.into_iter().flatten() {
            let entries = layer.table(table).range(first..end).rev();
            recent.extend(entries.take(looks_max + 1));
        }
    }
    let runs = shared.runs.get();
    let walks = runs.iter().map(|run| Backward::before(run, table, &end));
    let walks: Result<Vec<_>, _> = walks.collect();
    let mut walks = walks.map_err(|error| StoreError::damaged(&error))?;
    let durable = shared.durable();
    let (mut taken, mut looked, mut before) = (0, 0, None);
    loop {
        let mut newest = recent.last().copied();
        for walk in &mut walks {
            let entry = walk.peek().map_err(|error| StoreError::damaged(&error))?;
            newest = newest.max(entry);
        }
        let Some(entry) = newest.filter(|entry| *entry >= first) else {
            return Ok(None);
        };
        if taken == limit || looked == looks_max {
            return Ok(before.map(HistoryCursor));
        }
        recent.remove(&entry);
        for walk in &mut walks {
            if walk.peek().is_ok_and(|it| it == Some(entry)) {
                walk.skip();
            }
        }
        before = Some(entry);
        looked += 1;
        // What is not durable yet is nobody's to see.
        if entry.lsn(table) >= durable {
            continue;
        }
        match take(&entry)? {
            ControlFlow::Continue(is_taken) => taken += usize::from(is_taken),
            ControlFlow::Break(()) => return Ok(None),
        }
    }
}

/// The earliest instant of what a sweep leaves.
pub(crate) fn horizon(now: UnixMs, keep_ms: u64) -> u64 {
    now.0.saturating_sub(keep_ms)
}

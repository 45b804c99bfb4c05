//! An endpoint's parked deliveries, page by page, latest first.

use crate::engine::database::ReadError;
use crate::engine::databases::Databases;
use crate::keyspace::delivery_row::{self, DeliveryRow, Progress};
use crate::keyspace::ending::How;
use crate::keyspace::parked_row::{self, ParkedRow};
use crate::{Page, ParkReason, Parked, ParkedCursor, StoreError};
use hookmill_domain::{DeliveryId, EndpointId, EventId, UnixMs};

/// Reads one page.
pub(crate) fn parked_list(
    databases: &Databases,
    endpoint: EndpointId,
    cursor: Option<ParkedCursor>,
    limit: usize,
) -> Result<Page<Parked>, StoreError> {
    let first = DeliveryId::from_bytes([0; 16]);
    let last = DeliveryId::from_bytes([0xff; 16]);
    let from = parked_row::place_key(endpoint, UnixMs(0), first).to_vec();
    let mut end = parked_row::place_key(endpoint, UnixMs(u64::MAX), last).to_vec();
    match cursor {
        Some(c) => end = parked_row::place_key(endpoint, c.parked_at, c.delivery).to_vec(),
        // The end of the range is not part of it.
        None => end.push(0),
    }
    let mut page: Page<Parked> = Page {
        items: Vec::new(),
        next: None,
    };
    for row in databases.cold.scan_range(from..end).rev() {
        if page.items.len() == limit {
            page.next = page.items.last().map(|last| ParkedCursor {
                parked_at: last.parked_at,
                delivery: last.delivery,
            });
            break;
        }
        let (key, value) = row?;
        page.items.extend(read(databases, &key, &value)?);
    }
    Ok(page)
}

/// The parked delivery at a place; none when it is no longer parked.
fn read(databases: &Databases, key: &[u8], value: &[u8]) -> Result<Option<Parked>, ReadError> {
    let (endpoint, parked_at, delivery) = parked_row::decode_place_key(key)?;
    let event = parked_row::decode_place(key, value)?;
    let key = parked_row::key(event, delivery);
    let Some(value) = databases.cold.get(&key)? else {
        return Ok(None);
    };
    let row = ParkedRow::decode(&key, &value)?;
    if row.ending.at != parked_at || is_queued(databases, event, delivery)? {
        return Ok(None);
    }
    let How::Parked(reason) = row.ending.how else {
        return Ok(None);
    };
    Ok(Some(Parked {
        delivery,
        endpoint,
        event,
        event_type: row.event_type,
        reason,
        parked_at,
        attempts: row.attempts,
        has_request: row.request_pieces > 0 && reason != ParkReason::Corrupt,
    }))
}

/// Replayed, and stopped before the parked rows were removed.
fn is_queued(
    databases: &Databases,
    event: EventId,
    delivery: DeliveryId,
) -> Result<bool, ReadError> {
    let key = delivery_row::key(event, delivery);
    let Some(value) = databases.hot.get(&key)? else {
        return Ok(false);
    };
    let row = DeliveryRow::decode(&key, &value)?;
    Ok(matches!(row.progress, Progress::Waiting { .. }))
}

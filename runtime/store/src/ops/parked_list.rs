//! Parked deliveries of an endpoint, latest parked first. The index must be up
//! to date.

use crate::index::database::{Database, IndexError};
use crate::index::parked;
use crate::{Page, Parked, ParkedCursor, StoreError};
use hookmill_domain::EndpointId;

/// Reads a page.
pub(crate) fn parked_list(
    database: &Database,
    endpoint: EndpointId,
    cursor: Option<ParkedCursor>,
    limit: usize,
) -> Result<Page<Parked>, StoreError> {
    read(database, endpoint, cursor, limit).map_err(|error| StoreError::damaged(&error))
}

fn read(
    database: &Database,
    endpoint: EndpointId,
    cursor: Option<ParkedCursor>,
    limit: usize,
) -> Result<Page<Parked>, IndexError> {
    let prefix = parked::endpoint_prefix(endpoint);
    let end = match cursor {
        None => [&prefix[..], &[0xff; 25]].concat(),
        Some(cursor) => parked::key(endpoint, cursor.parked_at, cursor.delivery).to_vec(),
    };
    let mut items: Vec<Parked> = Vec::new();
    for row in database.scan_range(prefix.to_vec()..end).rev() {
        let (key, value) = row?;
        if items.len() == limit {
            let next = items.last().map(|last| ParkedCursor {
                parked_at: last.parked_at,
                delivery: last.delivery,
            });
            return Ok(Page { items, next });
        }
        let entry = parked::decode(&key, &value).map_err(|e| IndexError::row(&key, e))?;
        items.push(Parked {
            delivery: entry.subject.delivery,
            endpoint,
            event: entry.subject.event,
            event_type: entry.event_type,
            reason: entry.reason,
            parked_at: entry.parked_at,
            attempts: entry.attempts,
            has_request: entry.request.is_some(),
        });
    }
    Ok(Page { items, next: None })
}

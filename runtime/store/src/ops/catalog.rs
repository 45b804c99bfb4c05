//! Declared resources, endpoints that take no deliveries for now, and how much
//! waits for them: rows of the catalog, each a frame of the journal.
//!
//! Runs on the index's thread, so that nothing changes between what is read
//! and what is written.

use crate::index::database::IndexError;
use crate::index::thread::Index;
use crate::index::{catalog, pack};
use crate::record::ROW;
use crate::record::codec::{Damaged, Fields, Put as _};
use crate::record::row::Row;
use crate::shared::{Durable, Shared};
use crate::{Disabled, DisabledUntil, Reconciled, ResourceId, ResourceRow, StoreError};
use bytes::Bytes;
use hookmill_domain::{EndpointId, SourceId, TenantId, UnixMs};
use std::collections::BTreeMap;

/// Bytes of a reason that are kept.
const REASON_BYTES_KEPT: usize = 1 << 10;

/// The first byte of a declared resource's key.
const RESOURCE: u8 = b'R';

/// The first byte of a disabled endpoint's key.
const DISABLED: u8 = b'X';

/// Makes the declared resources the recorded ones.
pub(crate) fn reconcile(
    index: &mut Index,
    declared: Vec<ResourceRow>,
) -> Result<(Reconciled, Option<Durable>), StoreError> {
    let mut recorded = BTreeMap::new();
    for (key, value) in rows(index, RESOURCE)? {
        let row = decode_resource(&key, &value).map_err(|e| corrupt(&key, e))?;
        recorded.insert(row.id, row);
    }
    let disabled = disabled(index)?;
    let is_disabled = |id: EndpointId| disabled.iter().find(|row| row.endpoint == id);
    let mut answer = Reconciled::default();
    let mut writes = Vec::new();
    for row in &declared {
        match recorded.remove(&row.id) {
            None => answer.added.push(row.id),
            Some(before) if before == *row => continue,
            Some(before) if before.declaration == row.declaration => {}
            Some(_) => {
                answer.changed.push(row.id);
                // Unless somebody has to say so.
                if let ResourceId::Endpoint(id) = row.id
                    && is_disabled(id).is_some_and(|it| it.until == DisabledUntil::Redeclared)
                {
                    writes.push(gone(disabled_key(id)));
                }
            }
        }
        writes.push(resource_row(row));
    }
    for (id, row) in recorded {
        writes.push(gone(resource_key(id)));
        if let ResourceId::Endpoint(id) = id
            && is_disabled(id).is_some()
        {
            writes.push(gone(disabled_key(id)));
        }
        answer.removed.push((id, row.name));
    }
    let durable = write(&index.shared, writes)?;
    Ok((answer, durable))
}

/// Records that an endpoint takes no deliveries for now.
pub(crate) fn disable(shared: &Shared, row: &Disabled) -> Result<Option<Durable>, StoreError> {
    let kept = &row.reason[..row.reason.floor_char_boundary(REASON_BYTES_KEPT)];
    let mut value = Vec::with_capacity(16 + kept.len());
    value.put_u64(row.since.0);
    value.put_u8(match row.until {
        DisabledUntil::Redeclared => 0,
        DisabledUntil::Enabled => 1,
    });
    value.put_data(kept.as_bytes());
    let row = Row {
        key: disabled_key(row.endpoint),
        value: Some(value),
    };
    write(shared, vec![row])
}

/// Records that an endpoint takes deliveries again.
pub(crate) fn enable(shared: &Shared, id: EndpointId) -> Result<Option<Durable>, StoreError> {
    write(shared, vec![gone(disabled_key(id))])
}

/// The endpoints that take no deliveries for now.
pub(crate) fn disabled(index: &mut Index) -> Result<Vec<Disabled>, StoreError> {
    let rows = rows(index, DISABLED)?;
    let disabled = rows
        .iter()
        .map(|(key, value)| decode_disabled(key, value).map_err(|e| corrupt(key, e)));
    disabled.collect()
}

/// How many deliveries each lane has, counted up to `each_max`.
pub(crate) fn queued(
    index: &mut Index,
    endpoints: &[EndpointId],
    each_max: usize,
) -> Result<Vec<usize>, StoreError> {
    index.pass()?;
    let count = |endpoint: &EndpointId| {
        let mut count = 0;
        for row in index.database.scan(&pack::lane_prefix(*endpoint)) {
            let (key, value) = row?;
            let deliveries = pack::decode(&key, &value);
            count += deliveries.map_err(|e| IndexError::row(&key, e))?.len();
            if count >= each_max {
                return Ok(each_max);
            }
        }
        Ok(count)
    };
    let counts = endpoints.iter().map(count);
    let counts: Result<_, IndexError> = counts.collect();
    counts.map_err(|error| index.failed(&error))
}

/// A row's own key, and its value.
type KeyValue = (Vec<u8>, Vec<u8>);

/// The rows of a kind, with their values.
fn rows(index: &mut Index, kind: u8) -> Result<Vec<KeyValue>, StoreError> {
    // What was appended and is not in the index yet is durable then, too.
    index.pass()?;
    let mut found = Vec::new();
    for row in index.database.scan(&catalog::key(&[kind])) {
        let (key, value) = row.map_err(|error| index.failed(&error))?;
        let at = catalog::decode(&key, &value).map_err(|e| {
            let error = IndexError::row(&key, e);
            index.failed(&error)
        })?;
        let frame = index.shared.reader.read(at);
        let frame = frame.map_err(|error| StoreError::damaged(&error))?;
        let row = match frame.kind {
            ROW => Row::decode(&frame.payload),
            _ => Err(Damaged("another kind of frame stands there")),
        };
        let row = row.map_err(|e| corrupt(&key, e))?;
        found.extend(row.value.map(|value| (row.key, value)));
    }
    Ok(found)
}

fn write(shared: &Shared, rows: Vec<Row>) -> Result<Option<Durable>, StoreError> {
    if rows.is_empty() {
        return Ok(None);
    }
    let mut state = shared.lock();
    shared.check(&state)?;
    for row in rows {
        let at = state.append(row.frame());
        state.projection.row(row, at);
    }
    let durable = state.wait();
    shared.commit(state);
    Ok(Some(durable))
}

fn gone(key: Vec<u8>) -> Row {
    Row { key, value: None }
}

fn corrupt(key: &[u8], problem: Damaged) -> StoreError {
    let key = catalog::key(key);
    StoreError::damaged(&IndexError::row(&key, problem))
}

fn resource_key(id: ResourceId) -> Vec<u8> {
    let (kind, bytes) = match id {
        ResourceId::Tenant(id) => (0, id.to_bytes()),
        ResourceId::Source(id) => (1, id.to_bytes()),
        ResourceId::Endpoint(id) => (2, id.to_bytes()),
    };
    [&[RESOURCE, kind], &bytes[..]].concat()
}

fn disabled_key(id: EndpointId) -> Vec<u8> {
    [&[DISABLED], &id.to_bytes()[..]].concat()
}

fn resource_row(row: &ResourceRow) -> Row {
    let mut value = Vec::with_capacity(16 + row.name.len() + row.declaration.len());
    value.put_data(row.name.as_bytes());
    value.put_data(&row.declaration);
    Row {
        key: resource_key(row.id),
        value: Some(value),
    }
}

fn decode_resource(key: &[u8], value: &[u8]) -> Result<ResourceRow, Damaged> {
    let mut parts = Fields::new(key.get(1..).unwrap_or_default());
    let (kind, id) = (parts.u8()?, parts.id()?);
    parts.end()?;
    let id = match kind {
        0 => ResourceId::Tenant(TenantId::from_bytes(id)),
        1 => ResourceId::Source(SourceId::from_bytes(id)),
        2 => ResourceId::Endpoint(EndpointId::from_bytes(id)),
        _ => return Err(Damaged("the kind of resource is unknown")),
    };
    let mut fields = Fields::new(value);
    let name = fields.text()?.to_owned();
    let declaration = Bytes::copy_from_slice(fields.data()?);
    fields.end()?;
    Ok(ResourceRow {
        id,
        name,
        declaration,
    })
}

fn decode_disabled(key: &[u8], value: &[u8]) -> Result<Disabled, Damaged> {
    let mut parts = Fields::new(key.get(1..).unwrap_or_default());
    let endpoint = EndpointId::from_bytes(parts.id()?);
    parts.end()?;
    let mut fields = Fields::new(value);
    let since = UnixMs(fields.u64()?);
    let until = match fields.u8()? {
        0 => DisabledUntil::Redeclared,
        1 => DisabledUntil::Enabled,
        _ => return Err(Damaged("what ends it is unknown")),
    };
    let reason = fields.text()?.to_owned();
    fields.end()?;
    Ok(Disabled {
        endpoint,
        since,
        until,
        reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_resource_survives_its_row(
            id: [u8; 16], kind in 0..3, name in "\\PC*", declaration: Vec<u8>,
        ) {
            let id = match kind {
                0 => ResourceId::Tenant(TenantId::from_bytes(id)),
                1 => ResourceId::Source(SourceId::from_bytes(id)),
                _ => ResourceId::Endpoint(EndpointId::from_bytes(id)),
            };
            let row = ResourceRow { id, name, declaration: declaration.into() };
            let written = resource_row(&row);
            let read = decode_resource(&written.key, &written.value.expect("there is one"));
            prop_assert_eq!(read, Ok(row));
        }
    }
}

//! `G kind1 id16 n2` (hot): a declared resource, in pieces.
//!
//! Record, version 1: name (len4, text), declaration (len4, bytes). Kinds: 0
//! tenant, 1 source, 2 endpoint.

use super::codec::{Damaged, Decoder, Encoder};
use crate::interface::resource::{ResourceId, ResourceRow};
use bytes::Bytes;
use hookmill_domain::{EndpointId, SourceId, TenantId};

pub(crate) const VERSION: u8 = 1;

pub(crate) fn prefix(id: ResourceId) -> [u8; 18] {
    let (kind, bytes) = match id {
        ResourceId::Tenant(id) => (0, id.to_bytes()),
        ResourceId::Source(id) => (1, id.to_bytes()),
        ResourceId::Endpoint(id) => (2, id.to_bytes()),
    };
    let mut key = [b'G'; 18];
    key[1] = kind;
    key[2..].copy_from_slice(&bytes);
    key
}

/// The resource of a key, and the piece's number.
pub(crate) fn decode_key(key: &[u8]) -> Result<(ResourceId, u16), Damaged> {
    let mut parts = Decoder::bare(key, key.get(1..).unwrap_or_default());
    let kind = parts.u8()?;
    let id = parts.id()?;
    let id = match kind {
        0 => ResourceId::Tenant(TenantId::from_bytes(id)),
        1 => ResourceId::Source(SourceId::from_bytes(id)),
        2 => ResourceId::Endpoint(EndpointId::from_bytes(id)),
        _ => return Err(parts.damaged("the kind of resource is unknown")),
    };
    let n = parts.u16()?;
    parts.end()?;
    Ok((id, n))
}

pub(crate) fn encode(row: &ResourceRow) -> Vec<u8> {
    Encoder::new(VERSION, 64 + row.declaration.len())
        .data(row.name.as_bytes())
        .data(&row.declaration)
        .into_payload()
}

pub(crate) fn decode(id: ResourceId, record: &[u8]) -> Result<ResourceRow, Damaged> {
    let prefix = prefix(id);
    let mut fields = Decoder::bare(&prefix, record);
    let name = fields.text()?;
    let declaration = Bytes::copy_from_slice(fields.data()?);
    fields.end()?;
    Ok(ResourceRow {
        id,
        name,
        declaration,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_resource_survives_its_rows(id: [u8; 16], kind in 0..3, name in "\\PC*", declaration: Vec<u8>) {
            let id = match kind {
                0 => ResourceId::Tenant(TenantId::from_bytes(id)),
                1 => ResourceId::Source(SourceId::from_bytes(id)),
                _ => ResourceId::Endpoint(EndpointId::from_bytes(id)),
            };
            let row = ResourceRow { id, name, declaration: declaration.into() };
            let key = crate::keyspace::chunk::piece_key(&prefix(id), 4);
            prop_assert_eq!(decode_key(&key), Ok((id, 4)));
            prop_assert_eq!(decode(id, &encode(&row)), Ok(row));
        }
    }
}

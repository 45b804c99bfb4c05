//! Declared resources, and endpoints that take no more.

use super::pipeline::Reply;
use crate::engine::committer::Operation;
use crate::engine::database::ReadError;
use crate::engine::databases::Databases;
use crate::engine::group::Group;
use crate::keyspace::{chunk, disabled_row, registry_row};
use crate::{Reconciled, ResourceId, ResourceRow, StoreError};
use hookmill_domain::{EndpointId, UnixMs};
use std::collections::BTreeMap;

/// Makes the declared resources the recorded ones.
pub(crate) struct Reconcile {
    pub(crate) declared: BTreeMap<ResourceId, ResourceRow>,
    pub(crate) answer: Reconciled,
    pub(crate) reply: Reply<Reconciled>,
}

impl Operation for Reconcile {
    fn is_solo(&self) -> bool {
        true
    }

    fn stage(&mut self, databases: &Databases, group: &mut Group) -> Result<(), StoreError> {
        let mut recorded = recorded(databases)?;
        for (id, row) in &self.declared {
            let record = registry_row::encode(row);
            match recorded.remove(id) {
                None => self.answer.added.push(*id),
                Some(before) if before == *row => continue,
                Some(before) => {
                    if before.declaration != row.declaration {
                        self.answer.changed.push(*id);
                        enable(group, *id);
                    }
                    remove(group, &before);
                }
            }
            group.put_record(&registry_row::prefix(*id), registry_row::VERSION, &record);
        }
        for (id, row) in recorded {
            remove(group, &row);
            enable(group, id);
            self.answer.removed.push((id, row.name));
        }
        Ok(())
    }

    fn complete(self: Box<Self>, outcome: Result<(), StoreError>) {
        let this = *self;
        // A caller that is gone needs no answer.
        let _ = this.reply.send(outcome.map(|()| this.answer));
    }
}

fn recorded(databases: &Databases) -> Result<BTreeMap<ResourceId, ResourceRow>, ReadError> {
    let mut rows = BTreeMap::new();
    for row in databases.hot.scan(b"G") {
        let (key, _) = row?;
        let (id, 0) = registry_row::decode_key(&key)? else {
            continue;
        };
        let prefix = registry_row::prefix(id);
        if let Some(record) = databases.hot.record(&prefix, registry_row::VERSION)? {
            rows.insert(id, registry_row::decode(id, &record)?);
        }
    }
    Ok(rows)
}

fn remove(group: &mut Group, row: &ResourceRow) {
    let pieces = chunk::pieces(registry_row::encode(row).len());
    group.remove_record(&registry_row::prefix(row.id), pieces);
}

fn enable(group: &mut Group, id: ResourceId) {
    if let ResourceId::Endpoint(id) = id {
        group.remove(disabled_row::key(id));
    }
}

/// Marks an endpoint as one that takes no more.
pub(crate) struct Disable {
    pub(crate) endpoint: EndpointId,
    pub(crate) reason: String,
    pub(crate) now: UnixMs,
    pub(crate) reply: Reply<()>,
}

impl Operation for Disable {
    fn stage(&mut self, _: &Databases, group: &mut Group) -> Result<(), StoreError> {
        let key = disabled_row::key(self.endpoint);
        group.put(key, disabled_row::encode(&key, self.now, &self.reason));
        Ok(())
    }

    fn complete(self: Box<Self>, outcome: Result<(), StoreError>) {
        // A caller that is gone needs no answer.
        let _ = self.reply.send(outcome);
    }
}

/// The endpoints that take no more.
pub(crate) fn disabled(databases: &Databases) -> Result<Vec<EndpointId>, StoreError> {
    let read = |row: Result<(sled::IVec, sled::IVec), ReadError>| {
        let (key, value) = row?;
        disabled_row::decode(&key, &value)?;
        Ok(disabled_row::decode_key(&key)?)
    };
    let rows = databases.hot.scan(b"X").map(read);
    rows.collect::<Result<_, ReadError>>().map_err(Into::into)
}

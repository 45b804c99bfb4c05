//! Declared resources, endpoints that take no deliveries for now, and how much
//! waits for them.

use super::pipeline::Reply;
use crate::engine::committer::Operation;
use crate::engine::database::ReadError;
use crate::engine::databases::Databases;
use crate::engine::group::Group;
use crate::keyspace::{chunk, disabled_row, due_row, registry_row};
use crate::{Disabled, DisabledUntil, Reconciled, ResourceId, ResourceRow, StoreError};
use hookmill_domain::EndpointId;
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
                        enable_redeclared(databases, group, *id)?;
                    }
                    remove(group, &before);
                }
            }
            group.put_record(&registry_row::prefix(*id), registry_row::VERSION, &record);
        }
        for (id, row) in recorded {
            remove(group, &row);
            if let ResourceId::Endpoint(id) = id {
                group.remove(disabled_row::key(id));
            }
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

/// An endpoint with another declaration is enabled, unless somebody has to say
/// so.
fn enable_redeclared(
    databases: &Databases,
    group: &mut Group,
    id: ResourceId,
) -> Result<(), ReadError> {
    let ResourceId::Endpoint(id) = id else {
        return Ok(());
    };
    let key = disabled_row::key(id);
    if let Some(value) = databases.hot.get(&key)?
        && disabled_row::decode(&key, &value)?.until == DisabledUntil::Redeclared
    {
        group.remove(key);
    }
    Ok(())
}

/// Records that an endpoint takes no deliveries, or takes them again.
pub(crate) struct Switch {
    pub(crate) to: SwitchTo,
    pub(crate) reply: Reply<()>,
}

/// Which way.
pub(crate) enum SwitchTo {
    Disabled(Disabled),
    Enabled(EndpointId),
}

impl Operation for Switch {
    fn stage(&mut self, _: &Databases, group: &mut Group) -> Result<(), StoreError> {
        match &self.to {
            SwitchTo::Disabled(row) => {
                group.put(disabled_row::key(row.endpoint), disabled_row::encode(row));
            }
            SwitchTo::Enabled(endpoint) => group.remove(disabled_row::key(*endpoint)),
        }
        Ok(())
    }

    fn complete(self: Box<Self>, outcome: Result<(), StoreError>) {
        // A caller that is gone needs no answer.
        let _ = self.reply.send(outcome);
    }
}

/// The endpoints that take no deliveries for now.
pub(crate) fn disabled(databases: &Databases) -> Result<Vec<Disabled>, StoreError> {
    let read = |row: Result<(sled::IVec, sled::IVec), ReadError>| {
        let (key, value) = row?;
        Ok(disabled_row::decode(&key, &value)?)
    };
    let rows = databases.hot.scan(b"X").map(read);
    rows.collect::<Result<_, ReadError>>().map_err(Into::into)
}

/// How many deliveries each lane has, counted up to `each_max`.
pub(crate) fn queued(
    databases: &Databases,
    endpoints: &[EndpointId],
    each_max: usize,
) -> Result<Vec<usize>, StoreError> {
    let count = |endpoint: &EndpointId| {
        let mut rows = databases.hot.scan(&due_row::lane_prefix(*endpoint));
        rows.by_ref().take(each_max).try_fold(0, |count, row| {
            row?;
            Ok(count + 1)
        })
    };
    let counts = endpoints.iter().map(count);
    counts.collect::<Result<_, ReadError>>().map_err(Into::into)
}

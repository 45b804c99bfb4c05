//! Which limit of the pool that instances come from compiled code exceeds, in
//! the owner's terms: the pool itself speaks of its configuration.

use crate::caps::{CORE_INSTANCES_MAX, INSTANCE_BYTES_MAX, MEMORIES_MAX, TABLES_MAX};
use crate::engine;
use crate::program::artifact::Artifact;

/// A limit of the pool that a component exceeds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PoolLimit {
    /// One that can be counted.
    Count {
        resource: &'static str,
        needs: u64,
        has: u64,
    },
    /// Several limits that can't be told apart.
    Size,
}

/// What `PoolLimit::Size` means.
pub(crate) fn size_sentence() -> String {
    format!(
        "an instance of it needs more than {CORE_INSTANCES_MAX} core instances, or more than \
         {} MiB for its functions, globals and tables; neither limit can be raised",
        INSTANCE_BYTES_MAX >> 20
    )
}

/// The limit that code exceeds which the engine did not load. None when its size
/// is not the reason.
pub(crate) fn exceeded(artifact: &Artifact) -> Option<PoolLimit> {
    // An engine without a pool loads what is only too large.
    let component = artifact.load(&engine::compiler().ok()?).ok()?;
    let Some(required) = component.resources_required() else {
        return Some(PoolLimit::Size);
    };
    let counted = [
        ("memories", required.num_memories, MEMORIES_MAX),
        ("tables", required.num_tables, TABLES_MAX),
    ];
    let over = counted
        .into_iter()
        .find(|(_, needs, has)| *needs as usize > *has);
    Some(
        over.map_or(PoolLimit::Size, |(resource, needs, has)| PoolLimit::Count {
            resource,
            needs: needs.into(),
            has: has as u64,
        }),
    )
}

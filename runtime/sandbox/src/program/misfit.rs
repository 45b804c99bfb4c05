//! Why compiled code does not fit the pool that instances come from, in the
//! owner's terms: the pool itself speaks of its configuration.

use crate::caps::{CORE_INSTANCES_MAX, INSTANCE_BYTES_MAX, MEMORIES_MAX, TABLES_MAX};
use crate::engine;
use crate::program::artifact::Artifact;

/// What a component needs too much of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Misfit {
    /// What can be counted.
    Count {
        resource: &'static str,
        needs: u64,
        has: u64,
    },
    /// What can't be told apart.
    Size,
}

/// What `Misfit::Size` means.
pub(crate) fn size_sentence() -> String {
    format!(
        "an instance of it needs more than {CORE_INSTANCES_MAX} core instances, or more than \
         {} MiB for its functions, globals and tables; neither limit can be raised",
        INSTANCE_BYTES_MAX >> 20
    )
}

/// Says what is too much of the code, which the engine did not load. None when
/// its size is not the reason.
pub(crate) fn misfit(artifact: &Artifact) -> Option<Misfit> {
    // An engine without a pool loads what is only too large.
    let component = artifact.load(&engine::compiler().ok()?).ok()?;
    let Some(required) = component.resources_required() else {
        return Some(Misfit::Size);
    };
    let counted = [
        ("memories", required.num_memories, MEMORIES_MAX),
        ("tables", required.num_tables, TABLES_MAX),
    ];
    let over = counted
        .into_iter()
        .find(|(_, needs, has)| *needs as usize > *has);
    Some(
        over.map_or(Misfit::Size, |(resource, needs, has)| Misfit::Count {
            resource,
            needs: needs.into(),
            has: has as u64,
        }),
    )
}

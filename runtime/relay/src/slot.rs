//! The places that uploaded programs take: what an endpoint runs changes while
//! deliveries are under way, and each of them keeps the program that it began
//! with.

use hookmill_domain::transform::{VersionNumber, WantedVersion};
use hookmill_sandbox::Program;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// A place for a program; empty until there is a version to run.
#[derive(Debug, Default)]
pub(crate) struct Slot(RwLock<Option<Program>>);

impl Slot {
    pub(crate) fn get(&self) -> Option<Program> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn is_empty(&self) -> bool {
        let slot = self.0.read().unwrap_or_else(PoisonError::into_inner);
        slot.is_none()
    }

    fn set(&self, program: Program) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(program);
    }
}

/// The slots of one uploaded transform: one for the active version, one for
/// each that an endpoint is pinned to.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    active: Arc<Slot>,
    pinned: BTreeMap<VersionNumber, Arc<Slot>>,
}

impl Slots {
    /// The slot that an endpoint runs from, made when it is the first.
    pub(crate) fn slot(&mut self, wanted: WantedVersion) -> Arc<Slot> {
        Arc::clone(match wanted {
            WantedVersion::Active => &self.active,
            WantedVersion::Pinned(number) => self.pinned.entry(number).or_default(),
        })
    }

    /// The versions that some endpoint is pinned to.
    pub(crate) fn pinned(&self) -> impl Iterator<Item = VersionNumber> {
        self.pinned.keys().copied()
    }

    /// Runs a version from now on where it is wanted: by those pinned to it.
    pub(crate) fn place(&self, number: VersionNumber, program: &Program) {
        if let Some(slot) = self.pinned.get(&number) {
            slot.set(program.clone());
        }
    }

    /// Runs a version from now on wherever no version is pinned.
    pub(crate) fn activate(&self, program: Program) {
        self.active.set(program);
    }
}

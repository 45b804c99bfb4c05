//! The places that programs take: what an endpoint runs changes while
//! deliveries are under way, and each of them keeps the program that it began
//! with.

use hookmill_domain::transform::{VersionNumber, WantedVersion};
use hookmill_sandbox::Program;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// A place for a program.
#[derive(Debug, Default)]
pub(crate) struct Slot(RwLock<Content>);

/// What is in a slot.
#[derive(Clone, Debug, Default)]
pub(crate) enum Content {
    /// Nothing yet: it is still to be looked for.
    #[default]
    Unknown,
    /// Nothing: there is no such version.
    NoVersion,
    /// Nothing that can be run, and why.
    Unusable(Arc<str>),
    /// A program.
    Program(Program),
}

impl Slot {
    pub(crate) fn content(&self) -> Content {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether there is a program to run.
    pub(crate) fn is_ready(&self) -> bool {
        let content = self.0.read().unwrap_or_else(PoisonError::into_inner);
        matches!(*content, Content::Program(_))
    }

    /// Runs a program from now on.
    pub(crate) fn set(&self, program: Program) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Content::Program(program);
    }

    /// Takes what was found, unless a program came in meanwhile: whoever
    /// brought it knew better.
    pub(crate) fn fill(&self, found: Content) {
        let mut content = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if !matches!(*content, Content::Program(_)) {
            *content = found;
        }
    }
}

/// The slots of one transform: one for the active version, or the file, and
/// one for each version that an endpoint is pinned to.
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

    /// The slot for what is wanted; none for a version that no endpoint is
    /// pinned to.
    pub(crate) fn get(&self, wanted: WantedVersion) -> Option<&Arc<Slot>> {
        match wanted {
            WantedVersion::Active => Some(&self.active),
            WantedVersion::Pinned(number) => self.pinned.get(&number),
        }
    }

    /// All of them.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = WantedVersion> {
        let pinned = self.pinned.keys().copied().map(WantedVersion::Pinned);
        std::iter::once(WantedVersion::Active).chain(pinned)
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

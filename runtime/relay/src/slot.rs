//! The slots that programs are put into: what an endpoint runs changes while
//! deliveries are under way, and each of them keeps the program that it began
//! with.

use arc_swap::ArcSwap;
use hookmill_domain::transform::{VersionNumber, WantedVersion};
use hookmill_sandbox::Program;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Holds a program, or says why there is none.
#[derive(Debug, Default)]
pub(crate) struct Slot(ArcSwap<Content>);

/// What is in a slot.
#[derive(Clone, Debug, Default)]
pub(crate) enum Content {
    /// Nothing yet: it is still to be looked for.
    #[default]
    Unknown,
    /// Nothing: the version that is wanted does not exist.
    NoVersion,
    /// Nothing that can be run, and why.
    Unusable(Arc<str>),
    /// A program.
    Program(Program),
}

impl Slot {
    pub(crate) fn content(&self) -> Arc<Content> {
        self.0.load_full()
    }

    /// Whether there is a program to run.
    pub(crate) fn is_ready(&self) -> bool {
        matches!(**self.0.load(), Content::Program(_))
    }

    /// Runs a program from now on.
    pub(crate) fn set(&self, program: Program) {
        self.0.store(Arc::new(Content::Program(program)));
    }

    /// Takes what was found, unless a program came in meanwhile: an upload
    /// brought it, and is newer than what was looked for.
    pub(crate) fn fill(&self, found: Content) {
        let found = Arc::new(found);
        self.0.rcu(|content| match **content {
            Content::Program(_) => Arc::clone(content),
            _ => Arc::clone(&found),
        });
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

    /// Every version that has a slot.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = WantedVersion> {
        let pinned = self.pinned.keys().copied().map(WantedVersion::Pinned);
        std::iter::once(WantedVersion::Active).chain(pinned)
    }

    /// Runs a version from now on for the endpoints that are pinned to it.
    pub(crate) fn set_pinned(&self, number: VersionNumber, program: &Program) {
        if let Some(slot) = self.pinned.get(&number) {
            slot.set(program.clone());
        }
    }

    /// Runs a version from now on for the endpoints that are not pinned.
    pub(crate) fn set_active(&self, program: Program) {
        self.active.set(program);
    }
}

//! The keys that make events known: a repeat, whatever its body, is answered
//! with the first one's id.
//!
//! A key is looked up in the runs before the store's lock is taken, which may
//! read a block, and in memory under it.

use crate::StoreError;
use crate::journal::lsn::Lsn;
use crate::runs::entry::{Entry, Table, digest};
use crate::runs::lookup;
use crate::runs::set::Runs;
use crate::shared::State;
use hookmill_domain::EventId;
use hookmill_domain::event::Event;

/// An event's key.
pub(super) struct IdempotencyKey {
    /// Stands for the source and its own id for the event.
    digest: [u8; 16],
    /// What the runs know of it.
    in_runs: Option<Entry>,
}

/// An event that is known by its key.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) id: EventId,
    /// Where it was accepted; before every frame for one that is not yet.
    pub(super) at: Lsn,
}

impl IdempotencyKey {
    pub(super) fn of(event: &Event) -> Self {
        Self {
            digest: digest(event.source, &event.key),
            in_runs: None,
        }
    }

    /// Whether both are of one event.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.digest == other.digest
    }

    /// Looks it up in the runs. Reads a block only where a filter says that
    /// there may be something.
    pub(super) fn look_up(&mut self, runs: &Runs) -> Result<(), StoreError> {
        let found = lookup::newest(runs, Table::Keys, self.digest);
        self.in_runs = found.map_err(|error| StoreError::damaged(&error))?;
        Ok(())
    }

    /// The event that it stands for already; none when that is too old to be
    /// kept. The runs must be those in which it was looked up.
    pub(super) fn known(&self, state: &State) -> Option<Known> {
        let recent = state.projection.recent.last(Table::Keys, self.digest);
        let flushing = state.flushing.as_ref();
        let flushing = flushing.and_then(|recent| recent.last(Table::Keys, self.digest));
        let entry = recent.or(flushing).or(self.in_runs)?;
        let id = entry.event_id();
        let at = entry.lsn(Table::Keys);
        let is_kept = id.created_at().0 > state.meta.history_horizon_ms;
        is_kept.then_some(Known { id, at })
    }
}

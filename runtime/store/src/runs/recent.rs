//! Entries that are in no run yet.

use super::entry::{Entry, Table};
use crate::journal::lsn::Lsn;
use std::collections::BTreeSet;

/// Entries in memory from which a run is made.
pub(crate) const RECENT_LEN_MAX: usize = 1 << 16;

/// The entries of everything from some frame on.
#[derive(Debug)]
pub(crate) struct Recent {
    from: Lsn,
    tables: [BTreeSet<Entry>; Table::ALL.len()],
    len: usize,
}

impl Recent {
    pub(crate) fn new(from: Lsn) -> Self {
        Self {
            from,
            tables: Default::default(),
            len: 0,
        }
    }

    pub(crate) fn insert(&mut self, table: Table, entry: Entry) {
        self.tables[table as usize].insert(entry);
        self.len += 1;
    }

    /// The first frame whose entries may be here.
    pub(crate) fn from(&self) -> Lsn {
        self.from
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn table(&self, table: Table) -> &BTreeSet<Entry> {
        &self.tables[table as usize]
    }

    /// The last entry with this head.
    pub(crate) fn last(&self, table: Table, head: [u8; 16]) -> Option<Entry> {
        let (first, last) = Entry::bounds(head);
        self.table(table).range(first..=last).next_back().copied()
    }
}

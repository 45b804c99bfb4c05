//! Finding entries in runs.

use super::entry::{Entry, Table};
use super::run::{BadRun, Run};
use std::sync::Arc;

/// The entries of one run with these bounds, in order.
pub(crate) fn range(
    run: &Run,
    table: Table,
    first: &Entry,
    last: &Entry,
) -> Result<Vec<Entry>, BadRun> {
    let mut found = Vec::new();
    for index in run.seek(table, first)?..run.blocks(table) {
        for entry in run.block(table, index)? {
            if entry > *last {
                return Ok(found);
            }
            if entry >= *first {
                found.push(entry);
            }
        }
    }
    Ok(found)
}

/// The newest entry with this head: the runs are the oldest first.
pub(crate) fn newest(
    runs: &[Arc<Run>],
    table: Table,
    head: [u8; 16],
) -> Result<Option<Entry>, BadRun> {
    let (first, last) = Entry::bounds(head);
    for run in runs.iter().rev() {
        if !run.may_have(table, &head) {
            continue;
        }
        let found = range(run, table, &first, &last)?;
        if let Some(entry) = found.into_iter().max_by_key(|entry| entry.lsn(table)) {
            return Ok(Some(entry));
        }
    }
    Ok(None)
}

/// All entries with this head, in the order of their frames.
pub(crate) fn all(runs: &[Arc<Run>], table: Table, head: [u8; 16]) -> Result<Vec<Entry>, BadRun> {
    let (first, last) = Entry::bounds(head);
    let mut found = Vec::new();
    for run in runs.iter().filter(|run| run.may_have(table, &head)) {
        found.extend(range(run, table, &first, &last)?);
    }
    found.sort_by_key(|entry| entry.lsn(table));
    Ok(found)
}

/// Walks through a table of one run, the last entry first.
pub(crate) struct Backward<'a> {
    run: &'a Run,
    table: Table,
    /// Blocks that are not read yet.
    blocks: u32,
    /// What is left of the block that was read, in order.
    entries: Vec<Entry>,
}

impl<'a> Backward<'a> {
    /// Begins with the last entry that is before this one.
    pub(crate) fn before(run: &'a Run, table: Table, end: &Entry) -> Result<Self, BadRun> {
        let mut walk = Self {
            run,
            table,
            blocks: 0,
            entries: Vec::new(),
        };
        if run.blocks(table) > 0 {
            walk.blocks = run.seek(table, end)?;
            walk.entries = run.block(table, walk.blocks)?;
            walk.entries.retain(|entry| entry < end);
        }
        Ok(walk)
    }

    pub(crate) fn peek(&mut self) -> Result<Option<Entry>, BadRun> {
        while self.entries.is_empty() && self.blocks > 0 {
            self.blocks -= 1;
            self.entries = self.run.block(self.table, self.blocks)?;
        }
        Ok(self.entries.last().copied())
    }

    pub(crate) fn skip(&mut self) {
        self.entries.pop();
    }
}

//! Making runs: of what is recent, and of several smaller ones.

use super::entry::{Entry, Table};
use super::recent::Recent;
use super::run::{BadRun, Run, RunWriter};
use crate::journal::lsn::Lsn;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many runs of about one size become a larger one.
const FAN_IN: usize = 8;

/// Entries of a run of the first size.
const FIRST_SIZE: u64 = 1 << 17;

/// A run can't be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MergeError {
    #[error(transparent)]
    Bad(#[from] BadRun),
    #[error("a run can't be written: {0}")]
    Io(#[from] io::Error),
}

/// Writes what is recent as a run, up to this frame.
pub(crate) fn write(folder: &Path, recent: &Recent, to: Lsn) -> io::Result<PathBuf> {
    let mut writer = RunWriter::new(folder, recent.from(), to)?;
    for table in Table::ALL {
        let entries = recent.table(table);
        writer.begin(table, entries.len() as u64)?;
        entries.iter().try_for_each(|entry| writer.push(*entry))?;
    }
    writer.finish()
}

/// Neighbouring runs of about one size, when there are enough of them.
pub(crate) fn choose(runs: &[Arc<Run>]) -> Option<Vec<Arc<Run>>> {
    let sizes: Vec<u32> = runs.iter().map(|run| size(run.entries())).collect();
    let mut end = runs.len();
    while end >= FAN_IN {
        let start = end - FAN_IN;
        let first = sizes[start];
        // What is smaller than the first of them goes along.
        if sizes[start..end].iter().all(|size| *size <= first) {
            return Some(runs[start..].to_vec());
        }
        end -= 1;
    }
    None
}

/// 0 for a run of the first size, 1 for one of eight of them, and so on.
fn size(entries: u64) -> u32 {
    (entries / FIRST_SIZE).max(1).ilog(FAN_IN as u64)
}

/// Writes one run of several, which follow each other. Entries of frames before
/// `floor` are left out.
pub(crate) fn merge(
    folder: &Path,
    parts: &[Arc<Run>],
    floor: Lsn,
) -> Result<Option<PathBuf>, MergeError> {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
        return Ok(None);
    };
    let mut writer = RunWriter::new(folder, first.from(), last.to())?;
    for table in Table::ALL {
        let entries_max = parts.iter().map(|run| run.entries_of(table)).sum();
        writer.begin(table, entries_max)?;
        let mut walks: Vec<_> = parts.iter().map(|run| Forward::new(run, table)).collect();
        let mut heads = BinaryHeap::new();
        for (n, walk) in walks.iter_mut().enumerate() {
            heads.extend(walk.next()?.map(|entry| Reverse((entry, n))));
        }
        let mut before = None;
        while let Some(Reverse((entry, n))) = heads.pop() {
            heads.extend(walks[n].next()?.map(|entry| Reverse((entry, n))));
            if entry.lsn(table) >= floor && before != Some(entry) {
                writer.push(entry)?;
            }
            before = Some(entry);
        }
    }
    Ok(Some(writer.finish()?))
}

/// Walks through a table of a run, in order.
struct Forward<'a> {
    run: &'a Run,
    table: Table,
    block: u32,
    entries: std::vec::IntoIter<Entry>,
}

impl<'a> Forward<'a> {
    fn new(run: &'a Run, table: Table) -> Self {
        Self {
            run,
            table,
            block: 0,
            entries: Vec::new().into_iter(),
        }
    }

    fn next(&mut self) -> Result<Option<Entry>, BadRun> {
        loop {
            if let Some(entry) = self.entries.next() {
                return Ok(Some(entry));
            }
            if self.block == self.run.blocks(self.table) {
                return Ok(None);
            }
            self.entries = self.run.block(self.table, self.block)?.into_iter();
            self.block += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lookup::{Backward, all, newest};
    use super::*;
    use hookmill_domain::{EventId, TenantId};
    use proptest::prelude::*;

    fn recent(from: u64, entries: &[(u8, u16, u64)]) -> Recent {
        let mut recent = Recent::new(Lsn::from_u64(from));
        for &(head, event, lsn) in entries {
            let mut id = [0; 16];
            id[..2].copy_from_slice(&event.to_be_bytes());
            let event = EventId::from_bytes(id);
            let lsn = Lsn::from_u64(from + lsn);
            recent.insert(Table::Keys, Entry::key([head; 16], event, lsn));
            recent.insert(Table::Events, Entry::event(event, lsn));
            let tenant = TenantId::from_bytes([head; 16]);
            recent.insert(Table::Timeline, Entry::timeline(tenant, event, lsn));
        }
        recent
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Runs, merged or not, have what was put into them, in order.
        #[test]
        fn a_merged_run_has_what_its_parts_had(
            parts in proptest::collection::vec(
                proptest::collection::vec((0_u8..4, 0_u16..2_000, 0_u64..1_000), 0..600), 1..5),
        ) {
            let dir = tempfile::tempdir().expect("a folder");
            let mut runs = Vec::new();
            for (n, entries) in (0..).zip(&parts) {
                let recent = recent(n * 1_000, entries);
                let path = write(dir.path(), &recent, Lsn::from_u64((n + 1) * 1_000)).expect("writable");
                runs.push(Arc::new(Run::open(&path).expect("whole")));
            }
            let path = merge(dir.path(), &runs, Lsn::ZERO).expect("works").expect("some");
            let merged = [Arc::new(Run::open(&path).expect("whole"))];
            for head in 0..5_u8 {
                let head = [head; 16];
                for table in [Table::Keys, Table::Timeline] {
                    let found = all(&runs, table, head).expect("whole");
                    prop_assert_eq!(&all(&merged, table, head).expect("whole"), &found);
                    let mut sorted = found.clone();
                    sorted.sort_unstable();
                    let (_, last) = Entry::bounds(head);
                    let mut walk = Backward::before(&merged[0], table, &last).expect("whole");
                    for expected in sorted.iter().rev() {
                        prop_assert_eq!(walk.peek().expect("whole"), Some(*expected));
                        walk.skip();
                    }
                }
                let keys = all(&runs, Table::Keys, head).expect("whole");
                let last = keys.iter().map(|entry| entry.lsn(Table::Keys)).max();
                let found = newest(&merged, Table::Keys, head).expect("whole");
                prop_assert_eq!(found.map(|entry| entry.lsn(Table::Keys)), last);
            }
            let count: u64 = parts.iter().flatten().map(|(_, event, _)| *event)
                .collect::<std::collections::BTreeSet<_>>().len() as u64;
            prop_assert!(merged[0].entries_of(Table::Events) >= count);
        }
    }
}

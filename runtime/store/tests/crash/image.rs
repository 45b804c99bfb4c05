//! What a power cut leaves of a disk.
//!
//! The model: bytes of a file survive only when that file was synced after
//! they were written. Names (files made, renamed, removed) change in order,
//! and survive only when a directory was synced: then all changes up to the
//! last one in that directory.

use super::random::Random;
use super::trace::{Record, Trace};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

const PAGE_BYTES: usize = 4 << 10;

/// What survives besides what was synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Survival {
    /// Nothing.
    SyncedOnly,
    /// Any of the pages written since, and a first part of the name changes.
    Mixed,
}

/// A disk at the moment of the cut.
#[derive(Default)]
pub(crate) struct Disk {
    root: PathBuf,
    files: Vec<File>,
    by_inode: HashMap<u64, usize>,
    names: Names,
    durable_names: Names,
    pending: Vec<NameChange>,
}

#[derive(Default)]
struct File {
    durable: Vec<u8>,
    since: Vec<Change>,
}

enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

#[derive(Clone, Debug)]
enum NameChange {
    Make(PathBuf, Node),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Dir,
    File(usize),
}

#[derive(Clone, Default)]
struct Names(BTreeMap<PathBuf, Node>);

impl Disk {
    /// The disk after the first `count` records.
    pub(crate) fn after(trace: &Trace, count: usize) -> Self {
        let mut disk = Self::default();
        disk.root.clone_from(&trace.root);
        disk.names.0.insert(trace.root.clone(), Node::Dir);
        disk.durable_names = disk.names.clone();
        for record in &trace.records[..count] {
            disk.apply(record);
        }
        disk
    }

    fn apply(&mut self, record: &Record) {
        match record {
            Record::Opened {
                inode,
                path,
                made,
                emptied,
            } => {
                if *made {
                    self.files.push(File::default());
                    let file = self.files.len() - 1;
                    self.by_inode.insert(*inode, file);
                    self.change(NameChange::Make(path.clone(), Node::File(file)));
                } else if *emptied {
                    self.file(*inode).since.push(Change::Cut(0));
                }
            }
            Record::Written {
                inode,
                offset,
                data,
            } => {
                let change = Change::Write(*offset as usize, data.clone());
                self.file(*inode).since.push(change);
            }
            Record::Cut { inode, length } => {
                self.file(*inode).since.push(Change::Cut(*length as usize));
            }
            Record::Synced { inode, path } => {
                if self.names.0.get(path) == Some(&Node::Dir) {
                    self.sync_names(path);
                } else {
                    let file = self.file(*inode);
                    for change in std::mem::take(&mut file.since) {
                        change.apply(&mut file.durable);
                    }
                }
            }
            Record::MadeDir { path } => self.change(NameChange::Make(path.clone(), Node::Dir)),
            Record::Renamed { from, to } => {
                self.change(NameChange::Rename(from.clone(), to.clone()));
            }
            Record::Removed { path } => self.change(NameChange::Remove(path.clone())),
            Record::Printed { .. } => {}
        }
    }

    fn file(&mut self, inode: u64) -> &mut File {
        let file = self.by_inode.get(&inode).expect("made before it is used");
        &mut self.files[*file]
    }

    fn change(&mut self, change: NameChange) {
        self.names.apply(&change);
        self.pending.push(change);
    }

    fn sync_names(&mut self, dir: &Path) {
        let last = self.pending.iter().rposition(|change| change.concerns(dir));
        let synced = last.map_or(0, |last| last + 1);
        for change in self.pending.drain(..synced) {
            self.durable_names.apply(&change);
        }
    }

    /// Writes what survives into a folder in the root's place.
    pub(crate) fn write_to(&self, place: &Path, survival: Survival, random: &mut Random) {
        let mut names = self.durable_names.clone();
        if survival == Survival::Mixed {
            let kept = random.below(self.pending.len() as u64 + 1) as usize;
            self.pending[..kept]
                .iter()
                .for_each(|change| names.apply(change));
        }
        for (path, node) in &names.0 {
            let path = path.strip_prefix(&self.root).expect("below the root");
            let path = place.join(path);
            match node {
                Node::Dir => std::fs::create_dir_all(&path).expect("writable"),
                Node::File(file) => {
                    let bytes = self.files[*file].surviving(survival, random);
                    std::fs::write(&path, bytes).expect("writable");
                }
            }
        }
    }
}

impl File {
    fn surviving(&self, survival: Survival, random: &mut Random) -> Vec<u8> {
        if survival == Survival::SyncedOnly {
            return self.durable.clone();
        }
        let mut volatile = self.durable.clone();
        let mut touched = BTreeSet::new();
        for change in &self.since {
            if let Change::Write(offset, data) = change {
                touched.extend(offset / PAGE_BYTES..=(offset + data.len()) / PAGE_BYTES);
            }
            change.apply(&mut volatile);
        }
        let mut mixed = self.durable.clone();
        for page in touched.into_iter().filter(|_| random.below(2) == 0) {
            let start = page * PAGE_BYTES;
            let end = volatile.len().min(start + PAGE_BYTES);
            if start < end {
                mixed.resize(mixed.len().max(end), 0);
                mixed[start..end].copy_from_slice(&volatile[start..end]);
            }
        }
        mixed
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(offset, data) => {
                let end = offset + data.len();
                bytes.resize(bytes.len().max(end), 0);
                bytes[*offset..end].copy_from_slice(data);
            }
            Self::Cut(length) => bytes.resize(*length, 0),
        }
    }
}

impl NameChange {
    fn concerns(&self, dir: &Path) -> bool {
        let inside = |path: &PathBuf| path.parent() == Some(dir);
        match self {
            Self::Make(path, _) | Self::Remove(path) => inside(path),
            Self::Rename(from, to) => inside(from) || inside(to),
        }
    }
}

impl Names {
    fn apply(&mut self, change: &NameChange) {
        match change {
            NameChange::Make(path, node) => {
                self.0.insert(path.clone(), *node);
            }
            NameChange::Remove(path) => {
                self.0.remove(path);
            }
            NameChange::Rename(from, to) => {
                let inside = |path: &PathBuf| path.starts_with(from);
                let moved: Vec<_> = self.0.keys().filter(|path| inside(path)).cloned().collect();
                for path in moved {
                    let node = self.0.remove(&path).expect("just listed");
                    let rest = path.strip_prefix(from).expect("just filtered");
                    // `join("")` would append a separator.
                    let new = if rest.as_os_str().is_empty() {
                        to.clone()
                    } else {
                        to.join(rest)
                    };
                    self.0.insert(new, node);
                }
            }
        }
    }
}

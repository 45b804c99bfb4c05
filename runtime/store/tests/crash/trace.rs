//! The record of what a worker did to its disk and told the world.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// One thing that happened.
#[derive(Clone, Debug)]
pub(crate) enum Record {
    Opened {
        inode: u64,
        path: PathBuf,
        made: bool,
        emptied: bool,
    },
    Written {
        inode: u64,
        offset: u64,
        data: Vec<u8>,
    },
    Cut {
        inode: u64,
        length: u64,
    },
    Synced {
        inode: u64,
        path: PathBuf,
    },
    MadeDir {
        path: PathBuf,
    },
    Renamed {
        from: PathBuf,
        to: PathBuf,
    },
    Removed {
        path: PathBuf,
    },
    Printed {
        text: String,
    },
}

/// All that happened, in order.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    pub(crate) root: PathBuf,
    pub(crate) records: Vec<Record>,
}

/// What the worker had been told by some point, and what it had asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Acknowledged {
    /// Events by their numbers.
    pub(crate) accepted: BTreeSet<u64>,
    /// Deliveries by event and endpoint whose end was asked for.
    pub(crate) ending: BTreeSet<(u64, u64)>,
    pub(crate) delivered: BTreeSet<(u64, u64)>,
    pub(crate) parked: BTreeSet<(u64, u64)>,
    /// The latest attempt after which a retry was acknowledged.
    pub(crate) retried: BTreeMap<(u64, u64), u32>,
}

impl Trace {
    pub(crate) fn read(path: &Path, root: &Path) -> Self {
        let bytes = std::fs::read(path).expect("the worker left a trace");
        let mut rest = &bytes[..];
        let mut records = Vec::new();
        while let Some((head, after)) = rest.split_at_checked(29) {
            let number = |from: usize| {
                u64::from_le_bytes(head[from..from + 8].try_into().expect("eight bytes"))
            };
            let length = u32::from_le_bytes(head[25..].try_into().expect("four bytes"));
            let (data, after) = after.split_at(length as usize);
            rest = after;
            records.push(record(head[0], number(1), number(9), number(17), data));
        }
        let root = root.to_owned();
        Self { root, records }
    }

    /// The same, as if no file of the journal had been synced.
    pub(crate) fn without_syncs_of_the_journal(mut self) -> Self {
        let is_segment = |path: &Path| path.extension().is_some_and(|it| it == "seg");
        self.records
            .retain(|record| !matches!(record, Record::Synced { path, .. } if is_segment(path)));
        self
    }

    /// What had been acknowledged before this record.
    pub(crate) fn acknowledged(&self, before: usize) -> Acknowledged {
        let mut known = Acknowledged::default();
        for record in &self.records[..before] {
            let Record::Printed { text } = record else {
                continue;
            };
            known.note_all(text);
        }
        known
    }
}

impl Acknowledged {
    /// Takes note of what a worker printed.
    pub(crate) fn note_all(&mut self, text: &str) {
        text.lines().for_each(|line| self.note(line));
    }

    fn note(&mut self, line: &str) {
        let mut words = line.split(' ');
        let verb = words.next().unwrap_or_default();
        let numbers: Vec<u64> = words.filter_map(|word| word.parse().ok()).collect();
        match (verb, &numbers[..]) {
            ("accepted", [n]) => {
                self.accepted.insert(*n);
            }
            ("ending", [n, e]) => {
                self.ending.insert((*n, *e));
            }
            ("delivered", [n, e]) => {
                self.delivered.insert((*n, *e));
            }
            ("parked", [n, e]) => {
                self.parked.insert((*n, *e));
            }
            ("retried", [n, e, attempt]) => {
                self.retried.insert((*n, *e), *attempt as u32);
            }
            // The test runner prints as well.
            _ => {}
        }
    }
}

fn record(kind: u8, inode: u64, other: u64, offset: u64, data: &[u8]) -> Record {
    let text = |data: &[u8]| String::from_utf8(data.to_vec()).expect("paths here are UTF-8");
    let path = || PathBuf::from(text(data));
    match kind {
        b'O' => Record::Opened {
            inode,
            path: path(),
            made: other & 1 != 0,
            emptied: other & 2 != 0,
        },
        b'W' => Record::Written {
            inode,
            offset,
            data: data.to_vec(),
        },
        b'T' => Record::Cut {
            inode,
            length: offset,
        },
        b'S' => Record::Synced {
            inode,
            path: path(),
        },
        b'D' => Record::MadeDir { path: path() },
        b'N' => {
            let zero = data.iter().position(|b| *b == 0).expect("two paths");
            Record::Renamed {
                from: text(&data[..zero]).into(),
                to: text(&data[zero + 1..]).into(),
            }
        }
        b'U' => Record::Removed { path: path() },
        b'P' => Record::Printed {
            text: String::from_utf8_lossy(data).into_owned(),
        },
        _ => panic!("unknown record {kind}"),
    }
}

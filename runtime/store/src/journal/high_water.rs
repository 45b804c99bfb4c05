//! The high-water mark: up to where the journal was acknowledged, kept beside
//! it.
//!
//! The mark is what tells loss from a crash: it is written after each group
//! became durable and before anyone is told, so a journal that ends before its
//! mark has lost acknowledged data.
//!
//! File `high-water`: two slots at 0 and 4,096, written in turn, so that a
//! torn write leaves the other. Slot: magic8 (its last byte is the version),
//! store8, end8, crc4. It is written at each group, hence exact whenever the
//! operating system survived; it is synced each second and at the end, hence at
//! most a second old after a power cut.

use super::lsn::Lsn;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

const MAGIC: &[u8; 8] = b"HMhwm\0\0\x02";
const SLOT_BYTES: usize = 28;
const CHECKED_BYTES: usize = 24;
const SLOT_OFFSETS: [u64; 2] = [0, 4_096];

/// What was acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The store's random number.
    pub(crate) store: u64,
    /// The end of the newest frame that callers were told of.
    pub(crate) end: Lsn,
}

/// The file.
#[derive(Debug)]
pub(crate) struct HighWater {
    file: File,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    mark: Mark,
    next_slot: usize,
    is_synced: bool,
}

/// What the file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Mark(Mark),
    /// There is a file, and no slot of it is whole.
    Damaged,
    /// There is no file.
    Nothing,
}

/// Where the file is.
pub(crate) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("high-water")
}

/// Reads the mark.
pub(crate) fn read(data_dir: &Path) -> io::Result<Found> {
    let file = match File::open(path(data_dir)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(error),
    };
    let marks = SLOT_OFFSETS.map(|offset| {
        let mut slot = [0; SLOT_BYTES];
        file.read_exact_at(&mut slot, offset).ok()?;
        decode(&slot)
    });
    let newest = marks.into_iter().flatten().max_by_key(|mark| mark.end);
    Ok(newest.map_or(Found::Damaged, Found::Mark))
}

impl HighWater {
    /// Opens the file, or makes it, and writes this mark, durably. There is
    /// never a file without a whole slot.
    pub(crate) fn open(data_dir: &Path, mark: Mark) -> io::Result<Self> {
        let path = path(data_dir);
        let is_new = !path.exists();
        let making = path.with_extension("making");
        let mut options = OpenOptions::new();
        options.create(is_new).write(true).truncate(is_new);
        let file = options.open(if is_new { &making } else { &path })?;
        for offset in SLOT_OFFSETS {
            file.write_all_at(&encode(mark), offset)?;
            file.sync_all()?;
        }
        if is_new {
            fs::rename(making, path)?;
            File::open(data_dir)?.sync_all()?;
        }
        let state = Mutex::new(State {
            mark,
            next_slot: 0,
            is_synced: true,
        });
        Ok(Self { file, state })
    }

    /// Records that the journal is durable up to here, before anyone is told.
    pub(crate) fn raise(&self, end: Lsn) -> io::Result<()> {
        let mut state = self.state();
        state.mark.end = end;
        state.is_synced = false;
        let offset = SLOT_OFFSETS[state.next_slot];
        state.next_slot = 1 - state.next_slot;
        self.file.write_all_at(&encode(state.mark), offset)
    }

    /// Whether it was raised since it was synced.
    pub(crate) fn needs_sync(&self) -> bool {
        !self.state().is_synced
    }

    /// Makes the mark survive a power cut.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.state().is_synced = true;
        self.file.sync_data()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no holder of this lock panics")
    }
}

fn encode(mark: Mark) -> [u8; SLOT_BYTES] {
    let mut slot = [0; SLOT_BYTES];
    slot[..8].copy_from_slice(MAGIC);
    slot[8..16].copy_from_slice(&mark.store.to_be_bytes());
    slot[16..24].copy_from_slice(&mark.end.to_u64().to_be_bytes());
    let crc = crc32fast::hash(&slot[..CHECKED_BYTES]);
    slot[CHECKED_BYTES..].copy_from_slice(&crc.to_be_bytes());
    slot
}

fn decode(slot: &[u8; SLOT_BYTES]) -> Option<Mark> {
    let crc = crc32fast::hash(&slot[..CHECKED_BYTES]).to_be_bytes();
    if slot[..8] != MAGIC[..] || slot[CHECKED_BYTES..] != crc {
        return None;
    }
    let number = |from: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&slot[from..from + 8]);
        u64::from_be_bytes(bytes)
    };
    Some(Mark {
        store: number(8),
        end: Lsn::from_u64(number(16)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_slot_leaves_the_mark_before_it() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(read(dir.path()).expect("readable"), Found::Nothing);
        let mark = |end| Mark {
            store: 7,
            end: Lsn::from_u64(end),
        };
        let water = HighWater::open(dir.path(), mark(5)).expect("writable");
        water.raise(mark(6).end).expect("writable");
        water.raise(mark(7).end).expect("writable");
        assert_eq!(read(dir.path()).expect("whole"), Found::Mark(mark(7)));
        let mut options = OpenOptions::new();
        let file = options.write(true).open(path(dir.path())).expect("there");
        file.write_all_at(&[0xff; 9], SLOT_OFFSETS[1])
            .expect("writable");
        assert_eq!(read(dir.path()).expect("half"), Found::Mark(mark(6)));
        file.write_all_at(&[0xff; 9], SLOT_OFFSETS[0])
            .expect("writable");
        assert_eq!(read(dir.path()).expect("nothing is left"), Found::Damaged);
    }
}

//! The high-water mark: which commits were acknowledged, kept beside the
//! databases.
//!
//! sled takes a damaged end of its log for an unfinished write and drops it
//! without a word. The mark is what tells loss from a crash: it is written
//! after each commit became durable and before anyone is told, so a database
//! that is behind its mark has lost acknowledged data.
//!
//! File `high-water`: two slots at 0 and 4,096, written in turn, so that a
//! torn write leaves the other. Slot: magic8, hot8, cold8, crc4. It is written
//! at each commit, hence exact whenever the operating system survived; it is
//! synced each second and at the end, hence at most a second old after a power
//! cut.

use super::open_error::OpenError;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

const MAGIC: &[u8; 8] = b"HMhwm\0\0\x01";
const SLOT_BYTES: usize = 28;
const SLOT_OFFSETS: [u64; 2] = [0, 4_096];

/// The newest acknowledged commit of each database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) hot: u64,
    pub(crate) cold: u64,
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
}

/// Where the file is.
pub(crate) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("high-water")
}

impl HighWater {
    /// Reads the mark; `None` in its place when there is no file.
    pub(crate) fn read(data_dir: &Path) -> Result<Option<Mark>, OpenError> {
        let path = path(data_dir);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(OpenError::io(&path, cause)),
        };
        let marks = SLOT_OFFSETS.map(|offset| {
            let mut slot = [0; SLOT_BYTES];
            file.read_exact_at(&mut slot, offset).ok()?;
            decode(&slot)
        });
        let newest = marks.into_iter().flatten().max_by_key(|m| m.hot + m.cold);
        newest.map(Some).ok_or(OpenError::MarkMissing { path })
    }

    /// Opens the file, or makes it, and writes this mark, durably.
    pub(crate) fn open(data_dir: &Path, mark: Mark) -> Result<Self, OpenError> {
        let path = path(data_dir);
        let open = || {
            let file = OpenOptions::new()
                .create(true)
                .write(true)
                .truncate(false)
                .open(&path)?;
            for offset in SLOT_OFFSETS {
                file.write_all_at(&encode(mark), offset)?;
                file.sync_all()?;
            }
            File::open(data_dir)?.sync_all()?;
            Ok(file)
        };
        let file = open().map_err(|cause| OpenError::io(&path, cause))?;
        let state = Mutex::new(State { mark, next_slot: 0 });
        Ok(Self { file, state })
    }

    /// Records a durable commit, before it is acknowledged.
    pub(crate) fn raise(&self, change: impl FnOnce(&mut Mark)) -> Result<(), io::Error> {
        let mut state = self.state.lock().expect("no holder of this lock panics");
        change(&mut state.mark);
        let offset = SLOT_OFFSETS[state.next_slot];
        state.next_slot = 1 - state.next_slot;
        self.file.write_all_at(&encode(state.mark), offset)
    }

    /// Makes the mark survive a power cut.
    pub(crate) fn sync(&self) -> Result<(), io::Error> {
        self.file.sync_data()
    }
}

fn encode(mark: Mark) -> [u8; SLOT_BYTES] {
    let mut slot = [0; SLOT_BYTES];
    slot[..8].copy_from_slice(MAGIC);
    slot[8..16].copy_from_slice(&mark.hot.to_be_bytes());
    slot[16..24].copy_from_slice(&mark.cold.to_be_bytes());
    let crc = crc32fast::hash(&slot[..24]);
    slot[24..].copy_from_slice(&crc.to_be_bytes());
    slot
}

fn decode(slot: &[u8; SLOT_BYTES]) -> Option<Mark> {
    let crc = crc32fast::hash(&slot[..24]).to_be_bytes();
    if slot[..8] != MAGIC[..] || slot[24..] != crc {
        return None;
    }
    let number = |from: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&slot[from..from + 8]);
        u64::from_be_bytes(bytes)
    };
    Some(Mark {
        hot: number(8),
        cold: number(16),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_slot_leaves_the_mark_before_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let water = HighWater::open(dir.path(), Mark { hot: 5, cold: 2 }).expect("writable");
        water.raise(|mark| mark.hot = 6).expect("writable");
        water.raise(|mark| mark.cold = 3).expect("writable");
        let newest = Mark { hot: 6, cold: 3 };
        assert_eq!(HighWater::read(dir.path()).expect("whole"), Some(newest));
        let file = OpenOptions::new()
            .write(true)
            .open(path(dir.path()))
            .expect("there");
        file.write_all_at(&[0xff; 9], SLOT_OFFSETS[1])
            .expect("writable");
        let before = Mark { hot: 6, cold: 2 };
        assert_eq!(HighWater::read(dir.path()).expect("half"), Some(before));
        file.write_all_at(&[0xff; 9], SLOT_OFFSETS[0])
            .expect("writable");
        let error = HighWater::read(dir.path()).expect_err("nothing is left");
        assert!(matches!(error, OpenError::MarkMissing { .. }), "{error}");
    }
}

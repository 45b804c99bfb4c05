//! Room for what will be appended: zeros written ahead of the journal's end,
//! and the file of the next segment.
//!
//! A sync of bytes that were zeros before writes nothing but them; one of a
//! file that grew, or of blocks that were only reserved, also commits the file
//! system's own journal. So the room is made here, off everybody's path, in
//! steps that grow with the segment: a small store stays small.
//!
//! All of it is advice: where there is no room yet, the writer makes its own.

use super::segment::{self, Header};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

/// Bytes of the first step, and the least of any.
const STEP_BYTES_MIN: u64 = 256 << 10;

/// Bytes of a step at most.
const STEP_BYTES_MAX: u64 = 8 << 20;

/// Bytes that are zeroed while the writer may have to wait.
const CHUNK_BYTES: usize = 128 << 10;

/// The file of a segment that is to come.
const SPARE_NAME: &str = "spare";

/// The same, while it is made.
const SPARE_MAKING_NAME: &str = "spare.making";

/// A segment without a spare, while it is begun.
const NEW_NAME: &str = "new";

/// The room in the journal's folder.
#[derive(Debug)]
pub(crate) struct Space {
    journal: PathBuf,
    segment_bytes_max: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The newest segment's; none before the first is begun.
    file: Option<Arc<File>>,
    /// Where the journal ends in the file.
    end: u64,
    /// Up to where the file holds zeros, or what was appended.
    room_end: u64,
    has_spare: bool,
}

impl Space {
    /// Room behind `end` in a segment that is open; none where a segment is to
    /// be begun. Removes what an earlier process left unfinished.
    pub(crate) fn open(
        journal: &Path,
        open: Option<(File, u32)>,
        segment_bytes_max: u32,
    ) -> io::Result<Self> {
        for name in [SPARE_NAME, SPARE_MAKING_NAME, NEW_NAME] {
            match fs::remove_file(journal.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let mut state = State {
            file: None,
            end: 0,
            room_end: 0,
            has_spare: false,
        };
        if let Some((file, end)) = open {
            state.end = u64::from(end);
            state.room_end = file.metadata()?.len().max(state.end);
            state.file = Some(Arc::new(file));
        }
        Ok(Self {
            journal: journal.to_owned(),
            segment_bytes_max: u64::from(segment_bytes_max),
            state: Mutex::new(state),
        })
    }

    /// Begins a segment, durably; what is appended goes there from now on.
    pub(crate) fn begin(&self, header: Header) -> io::Result<()> {
        // It is one until it has its new name: nobody makes another before.
        let has_spare = self.state().has_spare;
        let mut options = OpenOptions::new();
        options.read(true).write(true).truncate(false);
        let name = if has_spare { SPARE_NAME } else { NEW_NAME };
        let name = self.journal.join(name);
        let file = options.create(!has_spare).open(&name)?;
        segment::begin(&self.journal, &file, &name, header)?;
        let mut state = self.state();
        state.has_spare &= !has_spare;
        state.end = u64::from(segment::HEADER_BYTES);
        state.room_end = file.metadata()?.len();
        state.file = Some(Arc::new(file));
        Ok(())
    }

    /// Takes room up to here for the writer, and gives the file.
    ///
    /// # Errors
    /// No segment was begun.
    pub(crate) fn claim(&self, end: u64) -> io::Result<Arc<File>> {
        let mut state = self.state();
        state.end = end;
        state.room_end = state.room_end.max(end);
        let file = state.file.as_ref().map(Arc::clone);
        file.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Whether [`Space::make`] has something to do.
    pub(crate) fn is_wanted(&self) -> bool {
        let state = self.state();
        self.wants_room(&state) || self.wants_spare(&state)
    }

    /// Makes room. Only one thread may call it.
    pub(crate) fn make(&self) -> io::Result<()> {
        let zeros = vec![0; CHUNK_BYTES];
        let mut grown = None;
        let target = {
            let state = self.state();
            self.wants_room(&state)
                .then(|| (state.end + step(state.end)).min(self.segment_bytes_max))
        };
        while let Some(target) = target {
            // The writer waits for the lock, so it does not write here now.
            let mut state = self.state();
            if state.room_end >= target {
                break;
            }
            let bytes = usize::try_from(target - state.room_end).unwrap_or(CHUNK_BYTES);
            let chunk = &zeros[..bytes.min(CHUNK_BYTES)];
            let Some(file) = state.file.as_ref().map(Arc::clone) else {
                break;
            };
            file.write_all_at(chunk, state.room_end)?;
            state.room_end += chunk.len() as u64;
            grown = Some(file);
        }
        if let Some(file) = grown {
            file.sync_all()?;
        }
        if self.wants_spare(&self.state()) {
            self.make_spare(&zeros)?;
        }
        Ok(())
    }

    /// Takes a segment's file that is not needed any more; false when there is
    /// a spare already.
    pub(crate) fn recycle(&self, number: u32) -> io::Result<bool> {
        let mut state = self.state();
        if state.has_spare {
            return Ok(false);
        }
        let path = segment::path(&self.journal, number);
        fs::rename(path, self.journal.join(SPARE_NAME))?;
        state.has_spare = true;
        drop(state);
        File::open(&self.journal)?.sync_all()?;
        Ok(true)
    }

    fn wants_room(&self, state: &State) -> bool {
        let wanted = state.end + step(state.end) / 2;
        state.file.is_some() && state.room_end < wanted.min(self.segment_bytes_max)
    }

    fn wants_spare(&self, state: &State) -> bool {
        !state.has_spare && state.end > self.segment_bytes_max / 4 * 3
    }

    fn make_spare(&self, zeros: &[u8]) -> io::Result<()> {
        let making = self.journal.join(SPARE_MAKING_NAME);
        let file = File::create(&making)?;
        let mut at = 0;
        while at < STEP_BYTES_MAX.min(self.segment_bytes_max) {
            file.write_all_at(zeros, at)?;
            at += zeros.len() as u64;
        }
        file.sync_all()?;
        let mut state = self.state();
        if !state.has_spare {
            fs::rename(making, self.journal.join(SPARE_NAME))?;
            state.has_spare = true;
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of this lock panics")
    }
}

/// Bytes of room to be made at once where a segment is this long.
fn step(end: u64) -> u64 {
    end.clamp(STEP_BYTES_MIN, STEP_BYTES_MAX)
}

#[cfg(test)]
mod tests {
    use super::super::lsn::Lsn;
    use super::*;

    fn space(dir: &Path, segment_bytes_max: u32) -> Space {
        let space = Space::open(dir, None, segment_bytes_max).expect("writable");
        let header = Header {
            number: 1,
            store: 2,
            born_ms: 3,
            previous_end: Lsn::ZERO,
        };
        space.begin(header).expect("writable");
        space
    }

    #[test]
    fn room_is_made_ahead_and_never_over_what_was_written() {
        let dir = tempfile::tempdir().expect("a folder");
        let space = space(dir.path(), 1 << 20);
        assert!(space.is_wanted());
        let file = space.claim(100).expect("begun");
        file.write_all_at(&[7; 36], 64).expect("writable");
        space.make().expect("writable");
        assert!(!space.is_wanted());
        let bytes = fs::read(segment::path(dir.path(), 1)).expect("readable");
        assert_eq!(&bytes[64..100], [7; 36]);
        assert!(bytes.len() as u64 >= STEP_BYTES_MIN && bytes[100..].iter().all(|b| *b == 0));
    }

    #[test]
    fn a_segment_that_fills_up_finds_its_successor_ready() {
        let dir = tempfile::tempdir().expect("a folder");
        let space = space(dir.path(), 1 << 20);
        space.claim(900 << 10).expect("begun");
        space.make().expect("writable");
        let spare = fs::metadata(dir.path().join(SPARE_NAME)).expect("there");
        assert_eq!(spare.len(), 1 << 20);
        assert!(!space.recycle(1).expect("works"), "there is one already");
    }
}

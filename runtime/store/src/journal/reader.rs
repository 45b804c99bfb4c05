//! Reading single frames, from any thread.

use super::frame;
use super::lsn::Lsn;
use super::segment;
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Segments that are kept open.
const FILES_MAX: usize = 64;

/// Bytes that are read at first: most frames are whole in them.
const FIRST_READ_BYTES: usize = 4 << 10;

/// A frame that was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OwnedFrame {
    pub(crate) kind: u8,
    pub(crate) payload: Vec<u8>,
}

/// A frame can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("the journal's segment of {0} is gone")]
    Gone(Lsn),
    #[error("the journal can't be read at {0}: {1}")]
    Io(Lsn, io::Error),
    #[error("the journal is damaged at {0}")]
    Damaged(Lsn),
}

/// The journal's files, opened when they are needed.
#[derive(Debug)]
pub(crate) struct JournalReader {
    journal: PathBuf,
    files: Mutex<HashMap<u32, Arc<File>>>,
}

impl JournalReader {
    pub(crate) fn new(journal: &Path) -> Self {
        Self {
            journal: journal.to_owned(),
            files: Mutex::new(HashMap::new()),
        }
    }

    /// Reads the frame that stands here. It must have been written.
    pub(crate) fn read(&self, at: Lsn) -> Result<OwnedFrame, ReadError> {
        let file = self
            .file(at.segment())
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => ReadError::Gone(at),
                _ => ReadError::Io(at, error),
            })?;
        let mut bytes = vec![0; FIRST_READ_BYTES];
        let got = fill(&file, &mut bytes, at.offset()).map_err(|e| ReadError::Io(at, e))?;
        bytes.truncate(got);
        let prefix = bytes.first_chunk().copied().and_then(frame::length);
        let len = prefix.ok_or(ReadError::Damaged(at))?;
        if len > got {
            let rest = usize::try_from(file.metadata().map_or(0, |meta| meta.len())).unwrap_or(0);
            if len > rest {
                return Err(ReadError::Damaged(at));
            }
            bytes.resize(len, 0);
            fill(&file, &mut bytes, at.offset()).map_err(|e| ReadError::Io(at, e))?;
        }
        let found = frame::read(&bytes, at).ok_or(ReadError::Damaged(at))?;
        let kind = found.kind;
        bytes.truncate(found.len);
        bytes.drain(..frame::HEAD_BYTES);
        Ok(OwnedFrame {
            kind,
            payload: bytes,
        })
    }

    /// Forgets a segment that is removed.
    pub(crate) fn forget(&self, number: u32) {
        self.files().remove(&number);
    }

    fn file(&self, number: u32) -> io::Result<Arc<File>> {
        if let Some(file) = self.files().get(&number) {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(File::open(segment::path(&self.journal, number))?);
        let mut files = self.files();
        if files.len() >= FILES_MAX {
            // Whichever: those in use are opened again.
            let any = files.keys().next().copied();
            any.map(|number| files.remove(&number));
        }
        files.insert(number, Arc::clone(&file));
        Ok(file)
    }

    fn files(&self) -> std::sync::MutexGuard<'_, HashMap<u32, Arc<File>>> {
        self.files.lock().expect("no holder of this lock panics")
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &File, buffer: &mut [u8], offset: u32) -> io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match file.read_at(&mut buffer[got..], u64::from(offset) + got as u64) {
            Ok(0) => break,
            Ok(read) => got += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

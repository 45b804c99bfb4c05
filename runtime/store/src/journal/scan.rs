//! Reading the journal forward.

use super::frame::{self, FrameRef};
use super::lsn::Lsn;
use super::segment::{self, BadSegment, HEADER_BYTES, Header};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// A segment can't be read.
#[derive(Debug, thiserror::Error)]
#[error("segment {number:08x} of the journal: {problem}")]
pub(crate) struct ScanError {
    pub(crate) number: u32,
    #[source]
    pub(crate) problem: BadSegment,
}

/// A segment in memory.
pub(crate) struct Segment {
    pub(crate) header: Header,
    bytes: Vec<u8>,
}

impl Segment {
    /// Reads a segment whole.
    pub(crate) fn read(journal: &Path, number: u32) -> Result<Self, ScanError> {
        let read = || {
            let mut file = File::open(segment::path(journal, number))?;
            let header = Header::read(&file, number)?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok(Self { header, bytes })
        };
        read().map_err(|problem| ScanError { number, problem })
    }

    /// Gives each frame from this offset on to `each`, which can stop. Says
    /// where the first byte is that belongs to no whole frame.
    pub(crate) fn frames<E>(
        &self,
        from: u32,
        mut each: impl FnMut(Lsn, FrameRef<'_>) -> Result<(), E>,
    ) -> Result<Lsn, E> {
        let mut at = Lsn::new(self.header.number, from.max(HEADER_BYTES));
        while let Some(found) = self.frame(at) {
            each(at, found)?;
            let len = u32::try_from(found.len).expect("segments are far below 4 GiB");
            at = Lsn::new(at.segment(), at.offset() + len);
        }
        Ok(at)
    }

    pub(crate) fn frame(&self, at: Lsn) -> Option<FrameRef<'_>> {
        let rest = self.bytes.get(at.offset() as usize..)?;
        frame::read(rest, at)
    }

    /// Whether there is nothing but zeros from here on.
    pub(crate) fn is_blank_from(&self, at: Lsn) -> bool {
        let rest = self.bytes.get(at.offset() as usize..);
        rest.is_none_or(|rest| rest.iter().all(|byte| *byte == 0))
    }
}

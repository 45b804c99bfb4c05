//! The end of the journal: what was appended and is not written yet.
//!
//! Its owner's lock gives the order of everything. Nothing here touches a file.

use super::frame::Frame;
use super::lsn::Lsn;
use super::segment::HEADER_BYTES;

/// Frames of one segment that follow each other.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) start: Lsn,
    /// Where the segment before this one ends, if this piece begins a segment.
    pub(crate) begins_after: Option<Lsn>,
    pub(crate) frames: Vec<Vec<u8>>,
    pub(crate) bytes: usize,
}

/// The end of the journal.
#[derive(Debug)]
pub(crate) struct Tail {
    end: Lsn,
    segment_bytes_max: u32,
    pieces: Vec<Piece>,
    bytes: usize,
}

impl Tail {
    /// Goes on here: in a segment that exists, or, at the offset of a first
    /// frame, in one that is to be begun after `begins_after`.
    pub(crate) fn new(end: Lsn, begins_after: Option<Lsn>, segment_bytes_max: u32) -> Self {
        let mut tail = Self {
            end,
            segment_bytes_max,
            pieces: Vec::new(),
            bytes: 0,
        };
        if begins_after.is_some() {
            tail.begin_piece(begins_after);
        }
        tail
    }

    /// Where the next frame goes, if it fits into the segment.
    pub(crate) fn end(&self) -> Lsn {
        self.end
    }

    /// Bytes that are not taken yet.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn append(&mut self, frame: Frame) -> Lsn {
        let len = u32::try_from(frame.len()).expect("frames are far below 4 GiB");
        let is_first = self.end.offset() == HEADER_BYTES;
        if !is_first && self.end.offset().saturating_add(len) > self.segment_bytes_max {
            let before = self.end;
            self.end = Lsn::new(before.segment() + 1, HEADER_BYTES);
            self.begin_piece(Some(before));
        } else if self.pieces.is_empty() {
            self.begin_piece(None);
        }
        let at = self.end;
        let piece = self.pieces.last_mut().expect("one was begun");
        piece.frames.push(frame.seal(at));
        piece.bytes += len as usize;
        self.bytes += len as usize;
        self.end = Lsn::new(at.segment(), at.offset() + len);
        at
    }

    /// What is to be written now.
    pub(crate) fn take(&mut self) -> Vec<Piece> {
        self.bytes = 0;
        std::mem::take(&mut self.pieces)
    }

    fn begin_piece(&mut self, begins_after: Option<Lsn>) {
        self.pieces.push(Piece {
            start: self.end,
            begins_after,
            frames: Vec::new(),
            bytes: 0,
        });
    }
}

//! One coding taken off a body that is in memory.
//!
//! Every decoder writes into a buffer that grows in steps up to the limit, so
//! that a body costs what comes out of it and no more.

use super::kind::Coding;
use crate::caps::{DECODE_STEP_BYTES, ZSTD_WINDOW_BYTES_MAX};
use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use flate2::bufread::GzDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{ErrorKind, Read};

/// What came out of one coding.
pub(super) struct Stage {
    /// At most as many bytes as were allowed.
    pub(super) bytes: Vec<u8>,
    /// Why there are no more.
    pub(super) end: End,
}

/// Why decoding ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The body is decoded.
    Complete,
    /// There is more than is allowed.
    Full,
    /// The body ends before its coding does.
    BrokenOff,
    /// The body is something else.
    Malformed(String),
    /// So many bytes follow after the coding's end.
    Trailing(usize),
}

/// Decodes at most `bytes_max` bytes.
pub(super) fn decode(coding: Coding, body: &[u8], bytes_max: usize) -> Stage {
    if body.is_empty() {
        return Stage {
            bytes: Vec::new(),
            end: End::Complete,
        };
    }
    match coding {
        Coding::Gzip => gzip(body, bytes_max),
        Coding::Deflate => deflate(body, bytes_max),
        Coding::Brotli => brotli(body, bytes_max),
        Coding::Zstd => zstd(body, bytes_max),
    }
}

/// What is decoded so far, with a limit.
struct Output {
    bytes: Vec<u8>,
    bytes_max: usize,
}

impl Output {
    fn new(bytes_max: usize) -> Self {
        Self {
            bytes: Vec::new(),
            bytes_max,
        }
    }

    /// Bytes of the next step: one more than is allowed at most, which tells
    /// a body that is too large from one that just fits.
    fn room(&self) -> usize {
        let left = self.bytes_max.saturating_add(1) - self.bytes.len();
        // Doubling keeps the copying down that growing costs.
        left.min(DECODE_STEP_BYTES.max(self.bytes.len()))
    }

    fn is_full(&self) -> bool {
        self.bytes.len() > self.bytes_max
    }

    fn ended(mut self, end: End) -> Stage {
        let end = if self.is_full() { End::Full } else { end };
        self.bytes.truncate(self.bytes_max);
        Stage {
            bytes: self.bytes,
            end,
        }
    }

    /// Takes all that `from` gives; true once it has ended.
    fn fill_from(&mut self, from: &mut impl Read) -> std::io::Result<bool> {
        while !self.is_full() {
            let (length, room) = (self.bytes.len(), self.room());
            self.bytes.resize(length + room, 0);
            let read = from.read(&mut self.bytes[length..]);
            self.bytes
                .truncate(length + read.as_ref().copied().unwrap_or(0));
            match read {
                Ok(0) => return Ok(true),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }
}

/// Members, one after the other (RFC 1952, section 2.2).
fn gzip(body: &[u8], bytes_max: usize) -> Stage {
    const MAGIC: &[u8] = &[0x1f, 0x8b];
    let mut output = Output::new(bytes_max);
    let mut rest = body;
    loop {
        let mut member = GzDecoder::new(rest);
        let filled = output.fill_from(&mut member);
        rest = member.into_inner();
        let end = match filled {
            Ok(false) => End::Full,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => End::BrokenOff,
            Err(error) => End::Malformed(error.to_string()),
            Ok(true) if rest.is_empty() => End::Complete,
            Ok(true) if rest.starts_with(MAGIC) => continue,
            Ok(true) => End::Trailing(rest.len()),
        };
        return output.ended(end);
    }
}

/// What browsers read as `deflate`: a zlib stream, or else a bare one.
fn deflate(body: &[u8], bytes_max: usize) -> Stage {
    if !looks_like_zlib(body) {
        return inflate(body, ZlibHeader::Absent, bytes_max);
    }
    let wrapped = inflate(body, ZlibHeader::Present, bytes_max);
    if !matches!(wrapped.end, End::Malformed(_)) {
        return wrapped;
    }
    // One bare stream in a thousand begins like a zlib stream.
    let bare = inflate(body, ZlibHeader::Absent, bytes_max);
    match bare.end {
        End::Complete => bare,
        _ => wrapped,
    }
}

/// RFC 1950, section 2.2: the method, a window that exists, a check of both.
fn looks_like_zlib(body: &[u8]) -> bool {
    match body {
        [method, flags, ..] => {
            method & 0x0f == 8
                && method >> 4 <= 7
                && u16::from_be_bytes([*method, *flags]).is_multiple_of(31)
        }
        _ => false,
    }
}

enum ZlibHeader {
    Present,
    Absent,
}

fn inflate(body: &[u8], header: ZlibHeader, bytes_max: usize) -> Stage {
    let mut decompress = Decompress::new(matches!(header, ZlibHeader::Present));
    let mut output = Output::new(bytes_max);
    let mut rest = body;
    loop {
        output.bytes.reserve_exact(output.room());
        let (read, written) = (decompress.total_in(), decompress.total_out());
        let status = decompress.decompress_vec(rest, &mut output.bytes, FlushDecompress::None);
        // At most what there was.
        rest = &rest[(decompress.total_in() - read) as usize..];
        let moved = decompress.total_in() > read || decompress.total_out() > written;
        let end = match status {
            Ok(Status::StreamEnd) if rest.is_empty() => End::Complete,
            Ok(Status::StreamEnd) => End::Trailing(rest.len()),
            _ if output.is_full() => End::Full,
            Ok(_) if moved => continue,
            Ok(_) => End::BrokenOff,
            Err(error) => End::Malformed(error.to_string()),
        };
        return output.ended(end);
    }
}

fn brotli(body: &[u8], bytes_max: usize) -> Stage {
    let mut output = Output::new(bytes_max);
    // Strict: no windows of a gigabyte, which RFC 7932 does not have.
    let mut state = BrotliState::new_strict(
        StandardAlloc::default(),
        StandardAlloc::default(),
        StandardAlloc::default(),
    );
    let (mut left, mut read, mut total) = (body.len(), 0, 0);
    loop {
        let (length, mut room) = (output.bytes.len(), output.room());
        output.bytes.resize(length + room, 0);
        let mut written = 0;
        let result = BrotliDecompressStream(
            &mut left,
            &mut read,
            body,
            &mut room,
            &mut written,
            &mut output.bytes[length..],
            &mut total,
            &mut state,
        );
        output.bytes.truncate(length + written);
        let end = match result {
            _ if output.is_full() => End::Full,
            BrotliResult::NeedsMoreOutput => continue,
            BrotliResult::NeedsMoreInput => End::BrokenOff,
            BrotliResult::ResultSuccess if left == 0 => End::Complete,
            BrotliResult::ResultSuccess => End::Trailing(left),
            BrotliResult::ResultFailure => End::Malformed("it can't be read".to_owned()),
        };
        return output.ended(end);
    }
}

/// Frames, one after the other; those to be skipped are skipped.
fn zstd(body: &[u8], bytes_max: usize) -> Stage {
    let mut output = Output::new(bytes_max);
    let mut decoder = FrameDecoder::new();
    // A frame in one segment has a window of its own size.
    let window_max = ZSTD_WINDOW_BYTES_MAX.max(bytes_max);
    decoder.set_max_window_size(window_max as u64);
    let mut rest = body;
    let mut is_first = true;
    while !rest.is_empty() {
        match zstd_frame(&mut decoder, &mut rest, &mut output) {
            Ok(()) => {}
            Err(End::Malformed(_)) if !is_first && !begins_frame(rest) => {
                return output.ended(End::Trailing(rest.len()));
            }
            Err(end) => return output.ended(end),
        }
        is_first = false;
    }
    output.ended(End::Complete)
}

fn begins_frame(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]
    )
}

/// RFC 8878, section 3.1.1.1.1: bit 5 of the descriptor.
fn is_one_segment(frame: &[u8]) -> bool {
    frame
        .get(4)
        .is_some_and(|descriptor| descriptor & 0x20 != 0)
}

fn zstd_frame(
    decoder: &mut FrameDecoder,
    rest: &mut &[u8],
    output: &mut Output,
) -> Result<(), End> {
    let start = *rest;
    match decoder.reset(&mut *rest) {
        Ok(()) => {}
        Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
            length,
            ..
        })) => {
            *rest = rest.get(length as usize..).ok_or(End::BrokenOff)?;
            return Ok(());
        }
        // A frame in one segment has no other window than all that it holds.
        Err(FrameDecoderError::WindowSizeTooBig { .. }) if is_one_segment(start) => {
            return Err(End::Full);
        }
        Err(_) if rest.is_empty() && (start.len() < 4 || begins_frame(start)) => {
            return Err(End::BrokenOff);
        }
        Err(error) => {
            // For what is to be said of bytes that begin no frame.
            *rest = start;
            return Err(End::Malformed(error.to_string()));
        }
    }
    loop {
        let decoded = decoder.decode_blocks(&mut *rest, BlockDecodingStrategy::UptoBlocks(1));
        // All that no later block refers to.
        while decoder.can_collect() > 0 && !output.is_full() {
            let (length, room) = (output.bytes.len(), output.room());
            output.bytes.resize(length + room, 0);
            let read = decoder.read(&mut output.bytes[length..]).unwrap_or(0);
            output.bytes.truncate(length + read);
        }
        match decoded {
            _ if output.is_full() => return Err(End::Full),
            Ok(_) if decoder.is_finished() => break,
            Ok(_) => {}
            Err(_) if rest.is_empty() => return Err(End::BrokenOff),
            Err(error) => return Err(End::Malformed(error.to_string())),
        }
    }
    let stated = decoder.get_checksum_from_data();
    if stated.is_some_and(|stated| decoder.get_calculated_checksum() != Some(stated)) {
        return Err(End::Malformed("its checksum does not match".to_owned()));
    }
    Ok(())
}

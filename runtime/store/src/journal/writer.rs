//! The one thread that writes the journal, group by group: whatever was
//! appended while the group before it was synced.
//!
//! A write or sync that fails or panics is the end: see [`Failure`]. A failed
//! sync is never repeated, as nobody knows what it left out. One that hangs is
//! noticed by the watchdog.

use super::group::{Group, Groups, Next};
use super::high_water::HighWater;
use super::segment::Header;
use super::space::Space;
use super::tail::Piece;
use crate::StoreError;
use crate::engine::failure::Failure;
use crate::engine::time_slice;
use crate::engine::watchdog::Pulse;
use std::fs::File;
use std::io::{self, IoSlice, Seek as _, SeekFrom, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long frames that nobody waits for are kept, for others to join them.
const LINGER: Duration = Duration::from_millis(2);

/// Buffers that one system call writes: what Linux allows.
const BUFFERS_MAX: usize = 1_024;

/// What the writer is doing, for whoever watches it.
#[derive(Debug)]
pub(crate) struct Progress {
    /// Groups written.
    pub(crate) groups: AtomicU64,
    /// Microseconds that the latest sync took.
    pub(crate) sync_latency_us: AtomicU64,
    /// Waits for the disk.
    pub(crate) pulse: Arc<Pulse>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            groups: AtomicU64::new(0),
            sync_latency_us: AtomicU64::new(0),
            pulse: Arc::new(Pulse::new()),
        }
    }
}

/// What the writer needs.
pub(crate) struct Writer {
    pub(crate) groups: Arc<dyn Groups>,
    pub(crate) space: Arc<Space>,
    /// Told after each group that there may be room to be made.
    pub(crate) wake_keeper: Box<dyn Fn() + Send>,
    pub(crate) high_water: Arc<HighWater>,
    /// The store's random number.
    pub(crate) store: u64,
    /// The wall clock, in milliseconds.
    pub(crate) clock: Box<dyn Fn() -> u64 + Send>,
    pub(crate) progress: Arc<Progress>,
    pub(crate) failure: Arc<Failure>,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(self) -> io::Result<JoinHandle<()>> {
        let thread = std::thread::Builder::new().name("store-journal".to_owned());
        thread.spawn(move || self.run())
    }

    fn run(self) {
        time_slice::shorten();
        loop {
            match self.groups.next() {
                Next::Write(group) => self.commit(group),
                Next::Linger => std::thread::park_timeout(LINGER),
                Next::Sleep => std::thread::park(),
                Next::Stop => return,
            }
        }
    }

    fn commit(&self, group: Group) {
        let Group {
            pieces,
            end,
            complete,
        } = group;
        let outcome = self.failure.check().and_then(|()| {
            let written = catch_unwind(AssertUnwindSafe(|| self.write(pieces)));
            written.unwrap_or_else(|_| {
                Err(self.failure.fail("writing the journal panicked".to_owned()))
            })
        });
        let outcome = outcome.and_then(|()| {
            self.high_water.raise(end).map_err(|error| {
                let reason = format!("writing the high-water mark failed: {error}");
                self.failure.fail(reason)
            })
        });
        self.progress.groups.fetch_add(1, Ordering::AcqRel);
        complete(outcome);
        if self.space.is_wanted() || self.high_water.needs_sync() {
            (self.wake_keeper)();
        }
    }

    fn write(&self, pieces: Vec<Piece>) -> Result<(), StoreError> {
        let begun = Instant::now();
        let written = self.progress.pulse.during(|| self.write_pieces(&pieces));
        written.map_err(|error| {
            let reason = format!("writing the journal failed: {error}");
            self.failure.fail(reason)
        })?;
        // A sync that came back after the deadline was reported as failed.
        self.failure.check()?;
        let took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let latency = &self.progress.sync_latency_us;
        latency.store(took_us, Ordering::Release);
        Ok(())
    }

    fn write_pieces(&self, pieces: &[Piece]) -> io::Result<()> {
        let mut last: Option<Arc<File>> = None;
        for piece in pieces {
            if let Some(before) = piece.begins_after {
                // Before anything that follows it: a missing piece is never
                // followed by a whole one.
                if let Some(file) = last.take() {
                    file.sync_data()?;
                }
                self.space.begin(Header {
                    number: piece.start.segment(),
                    store: self.store,
                    born_ms: (self.clock)(),
                    previous_end: before,
                })?;
            }
            let start = u64::from(piece.start.offset());
            let file = self.space.claim(start + piece.bytes as u64)?;
            write_all(&file, &piece.frames, start)?;
            last = Some(file);
        }
        match last {
            Some(file) => file.sync_data(),
            None => Ok(()),
        }
    }
}

/// Writes the buffers one after the other.
fn write_all(mut file: &File, buffers: &[Vec<u8>], offset: u64) -> io::Result<()> {
    file.seek(SeekFrom::Start(offset))?;
    for some in buffers.chunks(BUFFERS_MAX) {
        let mut slices: Vec<_> = some.iter().map(|bytes| IoSlice::new(bytes)).collect();
        let mut rest = &mut slices[..];
        while !rest.is_empty() {
            match file.write_vectored(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => IoSlice::advance_slices(&mut rest, written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

//! JavaScript programs whose top level has run: what they keep for that, and
//! how much all of them may.
//!
//! A top level is run ahead only when it gives the same each time: it drew no
//! random number, read no clock and logged nothing. Whether it is changes what
//! a run costs, never what it gives.

use crate::bindings::javascript::SharedEnginePre;
use crate::run::guest::Guest;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A program's own memory, ready to be mapped into instances.
pub(crate) struct Frozen {
    pub(crate) engine: SharedEnginePre<Guest>,
    kept: Kept,
}

impl Frozen {
    pub(crate) fn new(engine: SharedEnginePre<Guest>, kept: Kept) -> Self {
        Self { engine, kept }
    }

    /// Bytes of memory that its instances begin with.
    pub(crate) fn bytes(&self) -> usize {
        self.kept.bytes
    }
}

/// Room for frozen programs, of the whole process.
pub(crate) struct Room {
    used: Arc<AtomicU64>,
    bytes_max: u64,
}

/// Room that is taken, until it is dropped.
pub(crate) struct Kept {
    used: Arc<AtomicU64>,
    bytes: usize,
}

impl Room {
    pub(crate) fn new(bytes_max: u64) -> Self {
        Self {
            used: Arc::default(),
            bytes_max,
        }
    }

    /// Takes room for so many bytes, if there is.
    pub(crate) fn take(&self, bytes: usize) -> Option<Kept> {
        let fits = |used: u64| {
            let sum = used.saturating_add(bytes as u64);
            (sum <= self.bytes_max).then_some(sum)
        };
        self.used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits)
            .ok()?;
        Some(Kept {
            used: Arc::clone(&self.used),
            bytes,
        })
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.used.fetch_sub(self.bytes as u64, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_limited_and_comes_back() {
        let room = Room::new(10);
        let first = room.take(6).expect("there is room");
        assert!(room.take(5).is_none());
        let second = room.take(4).expect("there is room for as much as is left");
        assert!(room.take(1).is_none());
        drop(first);
        let third = room.take(6).expect("it came back");
        drop((second, third));
        assert!(room.take(10).is_some());
    }
}

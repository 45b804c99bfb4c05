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
    reserved: Reservation,
}

impl Frozen {
    pub(crate) fn new(engine: SharedEnginePre<Guest>, reserved: Reservation) -> Self {
        Self { engine, reserved }
    }

    /// Bytes of memory that its instances begin with.
    pub(crate) fn bytes(&self) -> usize {
        self.reserved.bytes
    }
}

/// The bytes that frozen programs may keep, of the whole process.
pub(crate) struct Budget {
    used: Arc<AtomicU64>,
    bytes_max: u64,
}

/// Bytes of a budget that are reserved, until this is dropped.
pub(crate) struct Reservation {
    used: Arc<AtomicU64>,
    bytes: usize,
}

impl Budget {
    pub(crate) fn new(bytes_max: u64) -> Self {
        Self {
            used: Arc::default(),
            bytes_max,
        }
    }

    /// Reserves so many bytes, if they are left.
    pub(crate) fn reserve(&self, bytes: usize) -> Option<Reservation> {
        let fits = |used: u64| {
            let sum = used.saturating_add(bytes as u64);
            (sum <= self.bytes_max).then_some(sum)
        };
        self.used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits)
            .ok()?;
        Some(Reservation {
            used: Arc::clone(&self.used),
            bytes,
        })
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.used.fetch_sub(self.bytes as u64, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_limited_and_comes_back() {
        let budget = Budget::new(10);
        let first = budget.reserve(6).expect("there is room");
        assert!(budget.reserve(5).is_none());
        let second = budget
            .reserve(4)
            .expect("there is room for as much as is left");
        assert!(budget.reserve(1).is_none());
        drop(first);
        let third = budget.reserve(6).expect("it came back");
        drop((second, third));
        assert!(budget.reserve(10).is_some());
    }
}

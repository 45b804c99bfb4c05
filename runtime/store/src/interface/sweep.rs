//! What is kept, and for how long.

/// How long finished work is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Milliseconds since its creation for which a finished event, its
    /// attempts and its idempotency key are kept. A repeat that comes later
    /// is a new event.
    pub history_ms: u64,
    /// Milliseconds for which a delivery stays parked, and its event with it.
    pub parked_ms: u64,
}

impl Default for Retention {
    /// 30 days each.
    fn default() -> Self {
        const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
        Self {
            history_ms: 30 * DAY_MS,
            parked_ms: 30 * DAY_MS,
        }
    }
}

/// What one sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Expired leases that were freed.
    pub leases: usize,
    /// Parked deliveries that were ended.
    pub parked: usize,
    /// Pieces of the store's files that went back to the system, or are used
    /// again.
    pub segments: usize,
    /// Whether more is left than the budget allowed.
    pub more: bool,
}

//! How a store is doing.

use super::error::StoreError;

/// Counters of a store, and its failure. All in memory, none blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Undelivered deliveries: due, delayed or leased.
    pub pending_deliveries: u64,
    /// Leases that are held.
    pub leases: u64,
    /// Deliveries that were found damaged since the start.
    pub corrupt_deliveries: u64,
    /// Groups committed since the start.
    pub commits: u64,
    /// Milliseconds since the flush under way began; 0 when none is.
    pub flush_age_ms: u64,
    /// Microseconds that the latest flush took.
    pub flush_latency_us: u64,
    /// Bytes of the store's files.
    pub file_bytes: u64,
    /// Deliveries that changed and are not in the index yet.
    pub index_lag: u64,
    /// The journal's segments.
    pub segments: u64,
    /// Bytes free on the store's file system.
    pub disk_free_bytes: u64,
    /// Why an event would be refused now: the store is full, or it has failed
    /// and acknowledges nothing any more until the process starts anew.
    pub refuses: Option<StoreError>,
}

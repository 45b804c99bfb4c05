//! The error of a connection that took too long to make.

/// A connection took too long to make.
#[derive(Debug, thiserror::Error)]
#[error("no connection within {timeout_ms} ms")]
pub(crate) struct ConnectTimedOut {
    /// Milliseconds that there were for it.
    pub(crate) timeout_ms: u64,
}

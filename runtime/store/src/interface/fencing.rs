//! What tells the holder of a lease from everybody else.

/// Proves a lease. Good once, and only in the process that was given it: a
/// restart fences all tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeaseToken {
    pub(crate) epoch: u64,
    pub(crate) counter: u64,
}

/// Whether a token still holds its delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fencing {
    /// It does.
    Held,
    /// It does not: expired and swept, settled, or of an earlier process.
    Fenced,
}

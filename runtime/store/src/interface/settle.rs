//! What became of leased deliveries.

use super::fencing::LeaseToken;
use hookmill_domain::UnixMs;
use hookmill_domain::attempt::Attempt;
use hookmill_domain::request::Request;

/// What became of one leased delivery.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// Its lease.
    pub token: LeaseToken,
    /// The attempt that was made. None only when nothing was attempted: with
    /// [`Next::Release`], and where a delivery is parked or canceled unseen.
    pub attempt: Option<Attempt>,
    /// What follows.
    pub next: Next,
    /// The present instant: when the delivery ended, if it did.
    pub now: UnixMs,
}

/// What follows an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: it arrived.
    Delivered,
    /// Nothing: its transform canceled it.
    Canceled,
    /// The next attempt.
    RetryAt {
        /// When.
        at: UnixMs,
        /// The request to store for all further attempts. None keeps what is
        /// stored; a request that is stored already is not replaced.
        request: Option<Request>,
    },
    /// It is parked until it is replayed or swept.
    Park {
        /// Why.
        reason: ParkReason,
        /// The request, for a replay; as with a retry.
        request: Option<Request>,
    },
    /// The same attempt again: we failed, not the endpoint or its transform.
    /// Consumes no attempt number; `attempt` is not recorded.
    Release {
        /// When.
        at: UnixMs,
    },
}

/// Why a delivery is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ParkReason {
    /// No attempt is left, or none could succeed.
    DeadLetter = 0,
    /// Its transform failed.
    TransformFailed = 1,
    /// Its stored bytes are damaged. Only the store itself gives this reason.
    Corrupt = 2,
}

impl ParkReason {
    /// All reasons, in the order of their persisted ordinals.
    pub const ALL: [Self; 3] = [Self::DeadLetter, Self::TransformFailed, Self::Corrupt];

    /// The stable text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeadLetter => "dead_letter",
            Self::TransformFailed => "transform_failed",
            Self::Corrupt => "corrupt",
        }
    }

    /// The reason with this persisted ordinal.
    #[must_use]
    pub fn from_ordinal(ordinal: u8) -> Option<Self> {
        Self::ALL.get(usize::from(ordinal)).copied()
    }
}

/// Whether a settlement was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It was. [`Store::settled`](crate::Store::settled) says when it is
    /// durable.
    Recorded,
    /// It was not: the token no longer held the delivery.
    Fenced,
}

//! Lists of what happened, and counts of it.

use crate::runs::entry::{AttemptStatus, Entry};
use bytes::Bytes;
use hookmill_domain::attempt::Attempt;
use hookmill_domain::{DeliveryId, EndpointId, EventId, SourceId, TenantId, UnixMs};
use std::fmt;
use std::str::FromStr;

/// Where a page ended. As text it is opaque, and good for as long as what it
/// points behind is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryCursor(pub(crate) Entry);

/// A text is not a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a cursor that a page gave")]
pub struct BadCursor;

/// Which events a list is to have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Only those of one of these types; all when empty.
    pub event_types: Vec<String>,
    /// Only those accepted after this instant.
    pub after: Option<UnixMs>,
    /// Only those accepted before this instant.
    pub before: Option<UnixMs>,
}

/// An event in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventSummary {
    /// Its id.
    pub id: EventId,
    /// Where it came in.
    pub source: SourceId,
    /// The source's own id for it.
    pub key: String,
    /// Its type; may be empty.
    pub event_type: String,
    /// When it was accepted.
    pub received_at: UnixMs,
    /// Its body.
    pub body: Bytes,
}

/// A page of events, newest first. It can have fewer than were asked for, even
/// none, and a cursor all the same: so much was looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventPage {
    /// The events.
    pub items: Vec<EventSummary>,
    /// Where the next page begins; none when this is the last.
    pub next: Option<HistoryCursor>,
}

/// Which attempts a list is to have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AttemptFilter {
    /// Only those that ended so.
    pub status: Option<AttemptStatus>,
    /// Only those that ended after this instant.
    pub after: Option<UnixMs>,
    /// Only those that ended before this instant.
    pub before: Option<UnixMs>,
}

/// An attempt in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointAttempt {
    /// At which event.
    pub event: EventId,
    /// At which delivery.
    pub delivery: DeliveryId,
    /// When it ended.
    pub ended_at: UnixMs,
    /// The attempt.
    pub attempt: Attempt,
}

/// A page of attempts, latest ended first; as [`EventPage`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptPage {
    /// The attempts.
    pub items: Vec<EndpointAttempt>,
    /// Where the next page begins; none when this is the last.
    pub next: Option<HistoryCursor>,
}

/// Whose counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CountsOf {
    /// A tenant's.
    Tenant(TenantId),
    /// An endpoint's.
    Endpoint(EndpointId),
}

/// What happened in an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// A tenant's events, or an endpoint's deliveries, that were accepted.
    pub accepted: u64,
    /// Deliveries that arrived.
    pub delivered: u64,
    /// Deliveries that were parked.
    pub failed: u64,
    /// Bytes of the accepted bodies.
    pub bytes: u64,
}

impl fmt::Display for HistoryCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.0.all_bytes().iter();
        bytes.try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for HistoryCursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return Err(BadCursor);
        };
        let byte = |pair: &[u8; 2]| {
            let pair = std::str::from_utf8(pair).map_err(|_| BadCursor)?;
            u8::from_str_radix(pair, 16).map_err(|_| BadCursor)
        };
        let bytes: Vec<u8> = pairs.iter().map(byte).collect::<Result<_, _>>()?;
        Entry::from_all_bytes(&bytes).map(Self).ok_or(BadCursor)
    }
}

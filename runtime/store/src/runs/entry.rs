//! Entries of the tables. All of a table have one length; they sort as bytes
//! and end with the place of a frame.

use crate::journal::lsn::Lsn;
use hookmill_domain::{EndpointId, EventId, SourceId, TenantId, UnixMs};
use sha2::{Digest as _, Sha256};

/// Bytes of the longest entry.
pub(crate) const ENTRY_BYTES_MAX: usize = 40;

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Table {
    /// digest16 event16 lsn8: the event with this key, and where it was accepted.
    Keys = 0,
    /// event16 lsn8: a frame of this event.
    Events = 1,
    /// tenant16 event16 lsn8: where this event of the tenant was accepted.
    /// Events' ids sort by time.
    Timeline = 2,
    /// endpoint16 ms8 status1 zeros7 lsn8: an attempt, by when it ended.
    Attempts = 3,
}

impl Table {
    /// All tables, in the order of their numbers.
    pub(crate) const ALL: [Self; 4] = [Self::Keys, Self::Events, Self::Timeline, Self::Attempts];

    /// Bytes of an entry.
    pub(crate) const fn entry_bytes(self) -> usize {
        match self {
            Self::Events => 24,
            Self::Keys | Self::Timeline | Self::Attempts => 40,
        }
    }

    /// Whether single entries are looked up, so that a filter is worth it.
    pub(crate) const fn has_filter(self) -> bool {
        matches!(self, Self::Keys | Self::Events)
    }
}

/// An entry of some table, with zeros behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry([u8; ENTRY_BYTES_MAX]);

/// How an attempt ended, as lists can be filtered by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum AttemptStatus {
    /// The delivery arrived.
    Succeeded = 0,
    /// It did not; whether another attempt follows is not said.
    Failed = 1,
    /// The transform canceled it.
    Canceled = 2,
}

/// What stands for a source's key.
pub(crate) fn digest(source: SourceId, key: &str) -> [u8; 16] {
    let mut hasher = Sha256::new();
    hasher.update(source.to_bytes());
    hasher.update(key.as_bytes());
    let digest = hasher.finalize();
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    half
}

impl Entry {
    /// The entry with these bytes, which are those of one of the table.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let mut entry = [0; ENTRY_BYTES_MAX];
        entry[..bytes.len()].copy_from_slice(bytes);
        Self(entry)
    }

    /// All bytes, for a cursor.
    pub(crate) fn all_bytes(&self) -> &[u8; ENTRY_BYTES_MAX] {
        &self.0
    }

    /// The entry with these bytes; none when they are too many or too few.
    pub(crate) fn from_all_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(crate) fn key(digest: [u8; 16], event: EventId, lsn: Lsn) -> Self {
        Self::of(&[&digest, &event.to_bytes(), &lsn.to_u64().to_be_bytes()])
    }

    pub(crate) fn event(event: EventId, lsn: Lsn) -> Self {
        Self::of(&[&event.to_bytes(), &lsn.to_u64().to_be_bytes()])
    }

    pub(crate) fn timeline(tenant: TenantId, event: EventId, lsn: Lsn) -> Self {
        let lsn = lsn.to_u64().to_be_bytes();
        Self::of(&[&tenant.to_bytes(), &event.to_bytes(), &lsn])
    }

    pub(crate) fn attempt(
        endpoint: EndpointId,
        at: UnixMs,
        status: AttemptStatus,
        lsn: Lsn,
    ) -> Self {
        let status = [status as u8, 0, 0, 0, 0, 0, 0, 0];
        let lsn = lsn.to_u64().to_be_bytes();
        Self::of(&[&endpoint.to_bytes(), &at.0.to_be_bytes(), &status, &lsn])
    }

    fn of(parts: &[&[u8]]) -> Self {
        let mut entry = [0; ENTRY_BYTES_MAX];
        let mut rest = &mut entry[..];
        for part in parts {
            let (head, tail) = rest.split_at_mut(part.len());
            head.copy_from_slice(part);
            rest = tail;
        }
        Self(entry)
    }

    pub(crate) fn bytes(&self, table: Table) -> &[u8] {
        &self.0[..table.entry_bytes()]
    }

    /// The first entry that can have this head, and the last.
    pub(crate) fn bounds(head: [u8; 16]) -> (Self, Self) {
        let mut last = [0xff; ENTRY_BYTES_MAX];
        last[..16].copy_from_slice(&head);
        (Self::from_bytes(&head), Self(last))
    }

    /// What filters know it by.
    pub(crate) fn head(&self) -> [u8; 16] {
        let mut head = [0; 16];
        head.copy_from_slice(&self.0[..16]);
        head
    }

    /// Where its frame is.
    pub(crate) fn lsn(&self, table: Table) -> Lsn {
        let bytes = table.entry_bytes();
        let mut lsn = [0; 8];
        lsn.copy_from_slice(&self.0[bytes - 8..bytes]);
        Lsn::from_u64(u64::from_be_bytes(lsn))
    }

    /// The event of an entry of the keys or of the timeline.
    pub(crate) fn event_id(&self) -> EventId {
        let mut id = [0; 16];
        id.copy_from_slice(&self.0[16..32]);
        EventId::from_bytes(id)
    }

    /// When the attempt of an entry ended, and how (as [`AttemptStatus`]).
    pub(crate) fn attempt_end(&self) -> (UnixMs, u8) {
        let mut ms = [0; 8];
        ms.copy_from_slice(&self.0[16..24]);
        (UnixMs(u64::from_be_bytes(ms)), self.0[24])
    }
}

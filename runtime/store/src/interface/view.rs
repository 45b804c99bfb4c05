//! An event as its owner is shown it.

use super::settle::ParkReason;
use hookmill_domain::attempt::Attempt;
use hookmill_domain::{DeliveryId, EndpointId, EventId, SourceId, TenantId, UnixMs};

/// An event, its deliveries and their attempts. Without the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventView {
    /// Its id.
    pub id: EventId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Where it came in.
    pub source: SourceId,
    /// The source's own id for it.
    pub key: String,
    /// Its type; may be empty.
    pub event_type: String,
    /// When it was accepted.
    pub received_at: UnixMs,
    /// Bytes of the body.
    pub body_bytes: u64,
    /// Its deliveries, in the order in which they were accepted.
    pub deliveries: Vec<DeliveryView>,
}

/// A delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryView {
    /// Its id.
    pub id: DeliveryId,
    /// Where it goes.
    pub endpoint: EndpointId,
    /// What it is doing.
    pub state: DeliveryState,
    /// Its recorded attempts, by number.
    pub attempts: Vec<Attempt>,
}

/// What a delivery is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It waits until it is due.
    Pending {
        /// When it is.
        due: UnixMs,
    },
    /// It is leased: an attempt is under way.
    Leased,
    /// It arrived.
    Delivered {
        /// When.
        at: UnixMs,
    },
    /// Its transform canceled it.
    Canceled {
        /// When.
        at: UnixMs,
    },
    /// It is parked.
    Parked {
        /// Why.
        reason: ParkReason,
        /// When.
        at: UnixMs,
    },
}

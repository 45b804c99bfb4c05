//! Hookmill's durable memory: the queue of deliveries, their history, and the
//! registry of declared resources; beside them, as files, the uploaded
//! transforms.
//!
//! The relay sees [`Store`] and its types only: batches of plain values, no
//! closures, no transactions, so that another engine can stand behind it.
//! Nothing here knows HTTP, transforms or the network, and nothing here
//! decides what follows an attempt: it records what it is told.

mod check;
mod config;
mod engine;
mod index;
mod interface;
mod journal;
pub mod library;
mod open;
mod ops;
mod projection;
mod queue;
mod rebuild;
mod record;
mod runs;
mod shared;
mod store;
pub mod supervised;

pub use check::{CheckReport, StoreStat, check, check_index, rebuild, stat};
pub use config::{AttemptHistory, IndexTrust, OnLoss, StoreConfig};
pub use engine::open_error::OpenError;
pub use interface::Store;
pub use interface::accept::{Accepted, NewEvent};
pub use interface::error::{CorruptOwner, StoreError};
pub use interface::fencing::{Fencing, LeaseToken};
pub use interface::health::Health;
pub use interface::history::{
    AttemptFilter, AttemptPage, BadCursor, Counts, CountsOf, EndpointAttempt, EventFilter,
    EventPage, EventSummary, HistoryCursor,
};
pub use interface::lease::{Due, LaneClaim, LeaseRequest, Leased};
pub use interface::parked::{Page, Parked, ParkedCursor, Replay, ReplayRequest, Replayed};
pub use interface::resource::{Disabled, DisabledUntil, Reconciled, ResourceId, ResourceRow};
pub use interface::settle::{Next, ParkReason, Settled, Settlement};
pub use interface::sweep::{Retention, Swept};
pub use interface::view::{DeliveryState, DeliveryView, EventView};
pub use runs::entry::AttemptStatus;
pub use store::JournalStore;

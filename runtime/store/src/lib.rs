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
mod interface;
mod keyspace;
pub mod library;
mod open;
mod ops;
mod queue;
mod render;
mod sled_store;
pub mod supervised;

pub use check::{CheckDepth, CheckReport, check};
pub use config::{AttemptHistory, OnLoss, StoreConfig};
pub use engine::open_error::OpenError;
pub use interface::Store;
pub use interface::accept::{Accepted, NewEvent};
pub use interface::error::{CorruptOwner, StoreError};
pub use interface::health::Health;
pub use interface::lease::{Due, Fencing, LaneClaim, LeaseRequest, LeaseToken, Leased};
pub use interface::parked::{Page, Parked, ParkedCursor, Replay, ReplayRequest, Replayed};
pub use interface::resource::{Disabled, DisabledUntil, Reconciled, ResourceId, ResourceRow};
pub use interface::settle::{Next, ParkReason, Settled, Settlement};
pub use interface::sweep::{Retention, Swept};
pub use interface::view::{DeliveryState, DeliveryView, EventView};
pub use render::render;
pub use sled_store::SledStore;

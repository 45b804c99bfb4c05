//! Hookmill's nouns and decisions.
//!
//! Everything here is a value or a pure function: no async runtime, no I/O, no
//! clock, no random numbers. What depends on time or chance takes it as a
//! parameter, so every decision can be tested with a table. This crate imports
//! no other crate of the workspace; all others may import it.
#![forbid(unsafe_code)]

pub mod attempt;
pub mod body;
pub mod caps;
pub mod causes;
pub mod coding;
pub mod compose;
pub mod credential;
pub mod declared;
pub mod destination_url;
pub mod endpoint;
pub mod event;
mod event_type;
pub mod fault;
pub mod filter;
pub mod fingerprint;
pub mod headers;
pub mod hosts;
pub mod ids;
pub mod json;
pub mod media_type;
pub mod program;
pub mod request;
pub mod retry;
pub mod secret;
pub mod signature;
pub mod source;
pub mod time;
pub mod transform;
pub mod trial;
pub mod variable;
pub mod webhook;

pub use ids::{DeliveryId, EndpointId, EventId, SourceId, TenantId};
pub use time::UnixMs;

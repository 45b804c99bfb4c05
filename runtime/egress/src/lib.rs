//! Hookmill's way out: sends a stored request to its destination.
//!
//! Everything a hostile tenant or destination could abuse is bounded here:
//! which addresses are dialled ([`AddressPolicy`]), how long a request takes,
//! and how much of a response is read. Knows how HTTP is sent, so that no other
//! crate has to. Must not decide about retries (the domain does) and must not store
//! or log anything of a request.
//!
//! - `policy`: which addresses may be dialled
//! - `lookup`: names to addresses, each checked before it is dialled
//! - `system_lookup`: asks the system for a name's addresses
//! - `tls`: which certificates are trusted
//! - `client`: sends
//! - `connector`, `connect_timed_out`: makes connections, each within its request's
//!   own time
//! - `tap`, `status_line`: the status of an answer whose rest can't be read
//! - `answer`: what a destination answered, as a person would read it
//! - `failure`: why a request was not answered
//! - `retry_after`: reads `Retry-After`
//! - `routes`: hosts whose requests go to a stand-in
//! - `caps`: every limit
#![forbid(unsafe_code)]

mod answer;
mod caps;
mod client;
mod connect_timed_out;
mod connector;
mod failure;
mod lookup;
mod policy;
mod retry_after;
mod routes;
mod status_line;
mod system_lookup;
mod tap;
mod tls;

pub use answer::{BodyEnd, Response};
pub use caps::RETRY_AFTER_MS_MAX;
pub use client::{Client, ClientError, Config, Outbound};
pub use failure::SendError;
pub use lookup::{Lookup, LookupFuture};
pub use policy::{AddressClass, AddressPolicy, ForbiddenAddress};
pub use retry_after::parse_retry_after_ms;
pub use system_lookup::SystemLookup;
pub use tls::TlsSetupError;

//! What stands in for the rest of the world on loopback: destinations, and the
//! least of a client. For tests, the load tool and benches.
//!
//! Imports no crate of the product, and none of the product imports it: what it
//! receives is judged by code of its own, and what misbehaves stays out of the
//! binary.

pub mod fast_sink;
pub mod http;
pub mod message;
pub mod raw_sink;
pub mod sink;
pub mod wait;

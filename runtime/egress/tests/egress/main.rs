//! The client against real sockets on loopback: what it sends, whom it
//! refuses to dial, and that nothing a destination does makes it wait or
//! remember beyond its limits.

mod addresses;
mod answers;
mod client;
mod http2;
mod limits;
mod requests;
mod tls;

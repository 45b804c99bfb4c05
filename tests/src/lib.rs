//! The harness of the black-box tests: the real binary as a process, loopback
//! destinations, and signatures by code of its own.
//!
//! It imports no crate of the product: what it knows of Hookmill is HTTP, the
//! command line and `hookmill.toml`, as any user does.

pub mod binary;
pub mod folder;
pub mod guest;
pub mod language;
pub mod page;
pub mod peers;
pub mod process;
pub mod project;
pub mod relay;
pub mod signer;
pub mod uploads;

pub use hookmill_stand_ins::{http, sink, wait};

//! From what a tenant gave to a program that can run: checked, compiled,
//! cached, frozen. Runs nothing but top levels.

pub mod about;
pub(crate) mod artifact;
mod asynchronous;
pub(crate) mod cache;
pub(crate) mod compile;
mod engine_memory;
pub(crate) mod excerpt;
pub(crate) mod explain;
pub(crate) mod file_kind;
pub(crate) mod frozen;
pub(crate) mod load;
pub(crate) mod load_error;
mod load_failure;
pub(crate) mod loaded;
pub(crate) mod pool_limit;
pub(crate) mod shared_engine;
pub(crate) mod source;
pub(crate) mod survey;
pub(crate) mod typescript;

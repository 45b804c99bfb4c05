//! One run of a program over one event, from the invocation to the result.

pub(crate) mod body;
pub(crate) mod classify;
pub(crate) mod deadline;
pub(crate) mod execute;
pub(crate) mod fault_text;
pub(crate) mod frames;
pub(crate) mod fuel;
pub(crate) mod guest;
pub(crate) mod host;
pub(crate) mod input;
pub(crate) mod invocation;
pub(crate) mod javascript;
pub(crate) mod limiter;
pub(crate) mod log;
pub(crate) mod outcome;
pub(crate) mod processor_time;
pub(crate) mod profile;
pub(crate) mod ticker;
pub(crate) mod warnings;

//! Ending a run that has used up what it may, while it can still say where it
//! is.
//!
//! The engine asks the host every thousand calls and turns of loops. A loop
//! inside of a native function (a regular expression, a sort) asks seldom or
//! never; the sandbox ends those without a word of ours.

use core::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::bindings::hookmill::js_engine::host;

static STOPPED: AtomicBool = AtomicBool::new(false);

/// Whether the engine should throw what no program can catch.
pub(crate) fn is_over() -> bool {
    let is_over = host::is_over();
    STOPPED.fetch_or(is_over, Relaxed);
    is_over
}

/// Whether this run was ended.
pub(crate) fn has_stopped() -> bool {
    STOPPED.load(Relaxed)
}

//! What the operating system is told of a thread: whether others go first.
//!
//! A thread of lower priority runs in what time others leave, and has a tenth
//! of theirs where they leave none. Without a privilege it can't be raised
//! again, so such a thread stays what it is.

use crate::caps::LOW_PRIORITY_NICE;
use rustix::process::nice;

/// How runs, and the threads that do them, compete for the processors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Priority {
    /// Like everything else in the process.
    Ordinary,
    /// After everything else.
    Low,
}

/// Lets others go before this thread from now on: on Linux a nice value is a
/// thread's own.
pub(super) fn lower() {
    // Anyone may. Were it refused, runs would share the processors evenly.
    let _ = nice(LOW_PRIORITY_NICE);
}

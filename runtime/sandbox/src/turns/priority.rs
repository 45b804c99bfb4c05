//! What the operating system is told of a thread: whether others go first.
//!
//! A thread of lower priority runs in what time others leave, and has a tenth
//! of theirs where they leave none. Without a privilege it can't be raised
//! again, so such a thread stays what it is.

use rustix::process::nice;

/// Added to the nice value, as in nice(2): 19 would leave a run that has begun
/// next to nothing on a machine that is full.
const LOWER_BY: i32 = 10;

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
    let _ = nice(LOWER_BY);
}

//! What a sandbox may use of the machine.
//!
//! Read once, at start. Limits of a single run are not here but in
//! [`SandboxCaps`], because they differ from tenant to tenant.

use crate::caps::{
    ChildLimits, FRAMES_MAX, FROZEN_BYTES_MAX, RUNS_WAITING_MAX, SLOTS, TOP_LEVEL_FUEL_MAX,
};
use hookmill_domain::caps::SandboxCaps;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// How a [`Sandbox`](crate::Sandbox) is laid out.
#[derive(Clone, Debug)]
pub struct Config {
    /// Runs under way at once, of all tenants and of each. A run that takes
    /// longer than 5 ms while others wait does not count any more, up to eight
    /// times this many; nor do up to eight times this many of tenants that use
    /// more than their share. With the one that watches, there may be 17 times
    /// this many threads and one more. They start when there is work.
    pub threads: usize,
    /// Runs that may wait for a thread; one more is refused with
    /// [`RunError::Busy`](crate::RunError::Busy).
    pub queue_max: usize,
    /// Core instances that may exist at once, and slots that keep a program's
    /// memory image for its next run. Slots reserve addresses, not memory.
    pub slots: u32,
    /// The most that an [`Invocation`](crate::Invocation) may ask for; larger
    /// caps are lowered to it. The pool is laid out for its memory.
    pub ceiling: SandboxCaps,
    /// Frames of a guest's call stack that are shown of a fault, and that a
    /// profile tells apart: the innermost ones.
    pub frames_max: NonZeroUsize,
    /// Where compiled code is kept. The folder is made when it is missing, for
    /// this user only: a process that can write to it can run code as this user.
    pub cache_dir: PathBuf,
    /// Where untrusted components are compiled, and TypeScript is parsed.
    pub compile: Compile,
    /// What a child process may use, when components compile in one.
    pub child: ChildLimits,
    /// Units of fuel that a JavaScript program's top level may use for each
    /// event. One that uses more, and gives the same each time, runs when the
    /// program is loaded, and events find what it left. A run gives the same
    /// either way.
    pub top_level_fuel_max: u64,
    /// Bytes that all programs whose top level has run may keep, together.
    /// Further ones run their top level for each event.
    pub frozen_bytes_max: u64,
}

/// Where what others gave us is compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compile {
    /// In this process. Compiling has no bound on time and memory: only for
    /// components that this process's owner chose.
    InProcess,
    /// In a child process, `exe compile-worker`, which has to call
    /// [`compile_worker`](crate::compile_worker). It is killed when it uses more
    /// than its share. TypeScript is parsed there too.
    Child {
        /// The program to start, usually the running one.
        exe: PathBuf,
    },
}

impl Config {
    /// A layout for this machine: as many threads as processors.
    #[must_use]
    pub fn new(cache_dir: impl Into<PathBuf>) -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            queue_max: RUNS_WAITING_MAX,
            slots: SLOTS,
            ceiling: SandboxCaps::CEILING,
            frames_max: FRAMES_MAX,
            cache_dir: cache_dir.into(),
            compile: Compile::InProcess,
            child: ChildLimits::default(),
            top_level_fuel_max: TOP_LEVEL_FUEL_MAX,
            frozen_bytes_max: FROZEN_BYTES_MAX,
        }
    }
}

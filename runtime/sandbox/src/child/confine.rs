//! What a child gives up before it reads its input.
//!
//! Limits always; privileges where the kernel lets a process give them up. A
//! system that can't (another kernel, a container that forbids it) is told
//! apart from one where it fails: the former goes on and says so, the latter
//! does no work.

use super::order::ChildLimits;
use super::seccomp;
use rustix::process::{Resource, Rlimit, Signal, nice, set_parent_process_death_signal, setrlimit};
use rustix::thread::set_no_new_privs;
use std::fs;
use std::io;

/// Added to the nice value, as in nice(2): events go first, yet on a machine that
/// is full a child still has a third of the time that each of them has, so that
/// its wall limit is enough.
const LOWER_BY: i32 = 5;

/// How a child is confined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Confinement {
    /// It can read its input, write its output, use memory and make threads.
    Full,
    /// It has limits, but may do what any process of this user may.
    LimitsOnly,
}

impl Confinement {
    /// Its byte in an answer.
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Full => b'F',
            Self::LimitsOnly => b'L',
        }
    }

    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        [Self::Full, Self::LimitsOnly]
            .into_iter()
            .find(|confinement| confinement.byte() == byte)
    }
}

/// Limits and confines this process, which must have one thread.
///
/// # Errors
/// A limit could not be set, or confining failed where the kernel knows how.
pub(super) fn confine(limits: &ChildLimits) -> io::Result<Confinement> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    close_descriptors();
    prefer_as_victim();
    limit(Resource::Core, 0, 0)?;
    limit(Resource::Fsize, 0, 0)?;
    // The first limit ends it with a signal of its own, which the parent
    // knows; the second would only say that it was killed.
    let seconds = limits.processor_s_max;
    limit(Resource::Cpu, seconds, seconds.saturating_add(5))?;
    let bytes = limits.address_bytes_max;
    limit(Resource::As, bytes, bytes)?;
    // Inherited by the threads that compile. Nothing depends on it, so it may
    // be refused.
    let _ = nice(LOWER_BY);
    set_no_new_privs(true)?;
    seccomp::install()
}

fn limit(resource: Resource, current: u64, maximum: u64) -> io::Result<()> {
    let limits = Rlimit {
        current: Some(current),
        maximum: Some(maximum),
    };
    Ok(setrlimit(resource, limits)?)
}

/// Closes what the parent let through, which is only what it was itself started
/// with: everything that it opens closes by itself. Without `/proc` they stay
/// open, and can't be used.
fn close_descriptors() {
    let Ok(entries) = fs::read_dir("/proc/self/fd") else {
        return;
    };
    let open: Vec<i32> = entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|descriptor| *descriptor > 2)
        .collect();
    for descriptor in open {
        // The one that listed them is closed already.
        let _ = nix::unistd::close(descriptor);
    }
}

/// When the system runs out of memory, this process has to go, not its parent.
fn prefer_as_victim() {
    // It would be better, but everything works without.
    let _ = fs::write("/proc/self/oom_score_adj", "1000");
}

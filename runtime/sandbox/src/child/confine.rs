//! What a child gives up before it reads its input.
//!
//! Limits always; privileges where the kernel lets a process give them up. A
//! system that can't (another kernel, a container that forbids it) is told
//! apart from one where it fails: the former goes on and says so, the latter
//! does no work.

use super::confinement::Confinement;
use super::seccomp;
use crate::caps::{CHILD_NICE, CHILD_PROCESSOR_S_GRACE, ChildLimits};
use rustix::process::{Resource, Rlimit, Signal, nice, set_parent_process_death_signal, setrlimit};
use rustix::thread::set_no_new_privs;
use std::fs;
use std::io;

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
    let killed_at = seconds.saturating_add(CHILD_PROCESSOR_S_GRACE);
    limit(Resource::Cpu, seconds, killed_at)?;
    let bytes = limits.address_bytes_max;
    limit(Resource::As, bytes, bytes)?;
    // Inherited by the threads that compile. Nothing depends on it, so it may
    // be refused.
    let _ = nice(CHILD_NICE);
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

//! A shorter time slice for a thread that is woken by the disk.
//!
//! Under Linux's scheduler (EEVDF, 6.12 and later) a thread that asks for a
//! short slice has an earlier deadline, so it runs soon after it was woken,
//! also where others keep the processors busy. It gets no more time than
//! before, and needs no privilege. Where it is refused nothing changes.

/// The slice: as long as writing and syncing a group takes, about.
const SLICE_NS: u64 = 100_000;

/// The kernel's `struct sched_attr`, in its first version and the one field
/// that follows it: `sched_setattr(2)`.
#[cfg(target_os = "linux")]
#[repr(C)]
#[derive(Default)]
struct Attributes {
    size: u32,
    policy: u32,
    flags: u64,
    nice: i32,
    priority: u32,
    runtime: u64,
    deadline: u64,
    period: u64,
    util_min: u32,
    util_max: u32,
}

/// Asks for a short slice for this thread. It keeps its nice value of 0.
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "the C library has no function for this call")]
pub(crate) fn shorten() {
    let attributes = Attributes {
        size: u32::try_from(size_of::<Attributes>()).expect("some fifty bytes"),
        runtime: SLICE_NS,
        ..Attributes::default()
    };
    // SAFETY: the structure is the kernel's and lives until the call returns;
    // the kernel reads `size` bytes of it. 0 is the calling thread.
    let result = unsafe { libc::syscall(libc::SYS_sched_setattr, 0, &raw const attributes, 0) };
    tracing::debug!(taken = result == 0, "a short time slice was asked for");
}

/// Elsewhere there is no such thing.
#[cfg(not(target_os = "linux"))]
pub(crate) fn shorten() {}

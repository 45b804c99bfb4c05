//! Makes the sled ceiling durable: sled asks for `sync_file_range`, which
//! promises nothing; here it gets `fdatasync`, as it does in the relay.
//!
//! Without it the ceiling would be one that loses data, so the ceiling checks
//! by [`syncs`] that the linker took this function.
#![allow(unsafe_code)]

use libc::{c_int, c_uint, off64_t};
use std::sync::atomic::{AtomicU64, Ordering};

static SYNCS: AtomicU64 = AtomicU64::new(0);

/// How often sled has synced.
pub(crate) fn syncs() -> u64 {
    SYNCS.load(Ordering::Relaxed)
}

/// Stands in for the C library's function of this name.
///
/// # Safety
/// As sync_file_range(2): any arguments are allowed.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn sync_file_range(
    file: c_int,
    _offset: off64_t,
    _bytes: off64_t,
    _flags: c_uint,
) -> c_int {
    SYNCS.fetch_add(1, Ordering::Relaxed);
    // SAFETY: fdatasync touches no memory of ours and refuses what is not a file.
    unsafe { libc::fdatasync(file) }
}

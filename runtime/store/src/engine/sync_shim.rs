//! Makes sled durable: replaces `sync_file_range` in this program by one that
//! syncs.
//!
//! sled 0.34.7 calls `sync_file_range` where it means "now it is on disk". On
//! Linux that call writes neither the file's size nor the device's cache, so
//! what sled takes for stable is gone after a power cut. A sync of our own
//! after each flush would not do: sled reuses segments as soon as it believes
//! their successors stable, so the sync must happen inside its write path.
//! This is the one file of the crate with unsafe code.
//!
//! Must not be trusted blindly: a test shows that the linker took this symbol.

#[cfg(test)]
static SYNCS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

/// Stands in for the C library's function of this name; syncs the whole file.
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "a C symbol can't be replaced in safe code")]
// SAFETY: the name and signature are those of the C library's function, whose
// contract (the range is written, 0 or -1 with errno) a full sync fulfils; no
// other definition of the symbol is in the program.
#[unsafe(no_mangle)]
extern "C" fn sync_file_range(
    fd: libc::c_int,
    _offset: libc::off64_t,
    _bytes: libc::off64_t,
    _flags: libc::c_uint,
) -> libc::c_int {
    // SAFETY: fdatasync takes any number for a descriptor and fails with EBADF
    // on one that is not open.
    let result = unsafe { libc::fdatasync(fd) };
    #[cfg(test)]
    SYNCS.fetch_add(1, std::sync::atomic::Ordering::AcqRel);
    result
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    /// Fails when the linker takes the C library's function, as it does
    /// without the definition above.
    #[test]
    fn sled_syncs_through_the_shim() {
        let dir = tempfile::tempdir().expect("a folder");
        let db = sled::open(dir.path().join("db")).expect("opens");
        let syncs = || super::SYNCS.load(std::sync::atomic::Ordering::Acquire);
        let before = syncs();
        db.insert(b"key", b"value").expect("works");
        db.flush().expect("works");
        assert!(syncs() > before);
    }
}

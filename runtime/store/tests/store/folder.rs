//! Folders with stores in them.

use hookmill_store::StoreConfig;
use std::path::Path;

/// A configuration for tests, which run on disks of any fullness.
pub(crate) fn config(data: &Path) -> StoreConfig {
    StoreConfig {
        disk_free_bytes_min: 0,
        ..StoreConfig::new(data)
    }
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("writable");
    for entry in std::fs::read_dir(from).expect("readable") {
        let entry = entry.expect("readable");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("writable");
        }
    }
}

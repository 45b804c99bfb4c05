//! The store on sled does what any store must do.

mod conformance;

use conformance::Backend;
use hookmill_store::{SledStore, Store, StoreConfig};
use std::sync::Arc;
use tempfile::TempDir;

/// A store on sled in a folder of its own.
struct OnSled(TempDir);

impl OnSled {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }
}

impl Backend for OnSled {
    fn open(&self) -> Arc<dyn Store> {
        Arc::new(SledStore::open(&config(&self.0)).expect("opens"))
    }
}

/// Tests run on disks of any fullness.
fn config(dir: &TempDir) -> StoreConfig {
    StoreConfig {
        disk_free_percent_min: 0,
        disk_free_bytes_min: 0,
        ..StoreConfig::new(dir.path().join("data"))
    }
}

conformance!(OnSled::new());

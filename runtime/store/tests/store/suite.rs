//! The journal store does what any store must do.

use crate::conformance::model::{agree, any_calls};
use crate::conformance::{self, Backend};
use crate::folder::config;
use hookmill_store::{JournalStore, Store, StoreConfig, check};
use proptest::test_runner::{Config, TestRunner};
use std::sync::Arc;
use tempfile::TempDir;

/// A store in a folder of its own.
struct InFolder(TempDir);

impl InFolder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn config(&self) -> StoreConfig {
        config(&self.0.path().join("data"))
    }
}

impl Backend for InFolder {
    fn open(&self) -> Arc<dyn Store> {
        Arc::new(JournalStore::open(&self.config()).expect("opens"))
    }
}

crate::conformance!(InFolder::new());

/// `PROPTEST_CASES` sets how many. What failed once is kept in
/// `tests/proptest-regressions`, to be checked in, and tried first.
#[test]
fn random_calls_are_answered_as_by_the_model_and_leave_no_damage() {
    let mut settings = Config::with_source_file(file!());
    if std::env::var_os("PROPTEST_CASES").is_none() {
        settings.cases = 48;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .expect("a runtime");
    let outcome = TestRunner::new(settings).run(&any_calls(), |calls| {
        let backend = InFolder::new();
        runtime.block_on(agree(&backend, calls));
        let report = check(&backend.config()).expect("opens");
        assert_eq!(report.findings, [""; 0]);
        assert_eq!(report.mendable, [""; 0]);
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

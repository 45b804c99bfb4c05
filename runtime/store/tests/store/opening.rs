//! What keeps a store from being opened, and what does not: files that are
//! missing, older or in use; and what keeps it from accepting.

use crate::conformance::fixtures::*;
use crate::folder::copy;
use hookmill_store::{
    JournalStore, Next, OnLoss, OpenError, ParkReason, Store, StoreConfig, StoreError, check,
};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

fn folder() -> (TempDir, StoreConfig) {
    let dir = tempfile::tempdir().expect("a folder");
    let config = StoreConfig {
        // Several segments with little in them.
        segment_bytes: 64 << 10,
        ..crate::folder::config(&dir.path().join("data"))
    };
    (dir, config)
}

fn open(config: &StoreConfig) -> JournalStore {
    JournalStore::open(config).expect("opens")
}

fn refused(config: &StoreConfig) -> OpenError {
    JournalStore::open(config).err().expect("refused")
}

/// Accepts events of 8 KiB with these numbers for endpoint 1.
async fn fill(store: &JournalStore, numbers: std::ops::Range<u64>) {
    for n in numbers {
        let new = event_with(n, &format!("key-{n}"), &[1], vec![b'x'; 8 << 10]);
        store.accept(vec![new]).await.expect("accepted");
    }
}

async fn closed(config: &StoreConfig, events: u64) {
    let store = open(config);
    fill(&store, 0..events).await;
    store.close().await;
}

fn segment(config: &StoreConfig, number: u32) -> PathBuf {
    config.data_dir.join(format!("journal/{number:08x}.seg"))
}

#[tokio::test]
async fn a_second_store_in_the_same_folder_is_refused() {
    let (_dir, config) = folder();
    let _store = open(&config);
    let error = refused(&config);
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
    let error = check(&config).expect_err("refused");
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
}

#[tokio::test]
async fn a_segment_that_is_missing_is_named_whichever_it_is() {
    let (dir, config) = folder();
    closed(&config, 40).await;
    assert!(segment(&config, 5).exists(), "there are several");
    // The tables must be made anew, and so all of the journal be read.
    std::fs::remove_dir_all(config.data_dir.join("runs")).expect("removable");
    let whole = dir.path().join("whole");
    copy(&config.data_dir, &whole);
    for number in 2..=6 {
        let file = segment(&config, number);
        if !file.exists() {
            break;
        }
        std::fs::remove_file(file).expect("removable");
        let error = refused(&config);
        let named = match &error {
            OpenError::Damaged { problem, .. } => problem.contains(&format!("{:08x}", number + 1)),
            OpenError::AcknowledgedDataMissing { .. } => true,
            _ => false,
        };
        assert!(named, "without segment {number}: {error}");
        let report = check(&config).expect("readable");
        assert!(!report.findings.is_empty(), "without segment {number}");
        std::fs::remove_dir_all(&config.data_dir).expect("removable");
        copy(&whole, &config.data_dir);
    }
    open(&config).close().await;
}

#[tokio::test]
async fn a_journal_that_ends_before_its_mark_opens_only_when_the_loss_is_accepted() {
    let (_dir, mut config) = folder();
    closed(&config, 12).await;
    let newest = (1..).take_while(|n| segment(&config, *n).exists()).last();
    std::fs::remove_file(segment(&config, newest.expect("there is one"))).expect("removable");
    let error = refused(&config);
    assert!(
        matches!(error, OpenError::AcknowledgedDataMissing { .. }),
        "{error}"
    );
    config.on_loss = OnLoss::Accept;
    let store = open(&config);
    let first = store.event(event_id(0)).await.expect("readable");
    assert!(first.is_some(), "what is left is there");
    fill(&store, 100..103).await;
    store.close().await;
    // From then on it is whole.
    config.on_loss = OnLoss::Refuse;
    let store = open(&config);
    assert!(
        store
            .event(event_id(102))
            .await
            .expect("readable")
            .is_some()
    );
}

#[tokio::test]
async fn a_missing_mark_is_refused_unless_the_loss_is_accepted() {
    let (_dir, mut config) = folder();
    closed(&config, 3).await;
    std::fs::remove_file(config.data_dir.join("high-water")).expect("removable");
    let error = refused(&config);
    assert!(matches!(error, OpenError::MarkMissing { .. }), "{error}");
    config.on_loss = OnLoss::Accept;
    let store = open(&config);
    assert_eq!(lease(&store, &[1], 10, NOW).await.len(), 3);
}

/// What an index of long ago does not know of is read from the journal.
#[tokio::test]
async fn an_older_index_is_brought_up_to_date() {
    let (dir, config) = folder();
    let store = open(&config);
    fill(&store, 0..20).await;
    store.close().await;
    drop(store);
    let index = config.data_dir.join("index");
    let older = dir.path().join("older");
    copy(&index, &older);
    let store = open(&config);
    for (n, leased) in lease(&store, &[1], 12, NOW).await.into_iter().enumerate() {
        let next = match n % 3 {
            0 => Next::Delivered,
            1 => Next::RetryAt {
                at: at(50_000),
                request: Some(request(1)),
            },
            _ => Next::Park {
                reason: ParkReason::DeadLetter,
                request: None,
            },
        };
        settle(
            &store,
            settlement(leased.token, Some(attempt(1, 500)), next),
        )
        .await;
    }
    fill(&store, 20..25).await;
    store.close().await;
    drop(store);
    std::fs::remove_dir_all(&index).expect("removable");
    copy(&older, &index);
    let store = open(&config);
    assert_eq!(store.health().pending_deliveries, 17);
    assert_eq!(lease(&store, &[1], 50, NOW).await.len(), 13);
    let retried = lease(&store, &[1], 50, at(50_000)).await;
    assert!(
        retried
            .iter()
            .all(|it| it.request == Some(request(1)) && it.attempt == 2)
    );
    assert_eq!(retried.len(), 4);
    let parked = store.parked(endpoint(1), None, 50).await.expect("readable");
    assert_eq!(parked.items.len(), 4);
    store.close().await;
    let report = check(&config).expect("readable");
    assert_eq!(
        (&report.findings[..], &report.mendable[..]),
        (&[][..], &[][..])
    );
}

#[tokio::test]
async fn segments_that_hold_nothing_any_more_are_given_back() {
    let (_dir, config) = folder();
    let store = open(&config);
    // Entries enough for a run, so that no table needs the segments.
    for n in (0..24_000).step_by(1_000) {
        let events = (n..n + 1_000).map(|n| event(n, &[1])).collect();
        store.accept(events).await.expect("accepted");
        drain(&store, &[1], NOW).await;
    }
    let segments = || (1..1_000).filter(|n| segment(&config, *n).exists()).count();
    let before = segments();
    assert!(before > 50, "{before} segments");
    let retention = hookmill_store::Retention {
        history_ms: 1,
        parked_ms: 1,
    };
    // The wall clock says when segments were begun.
    let later = hookmill_domain::UnixMs(u64::MAX / 4);
    let swept = store.sweep(later, retention, 100).await.expect("swept");
    assert!(swept.segments > 0, "{swept:?}");
    let after = segments();
    assert!(after < before / 2, "{after} of {before} are left");
    assert_eq!(store.event(event_id(1)).await, Ok(None));
    store.close().await;
    drop(store);
    let store = open(&config);
    fill(&store, 30_000..30_003).await;
    assert_eq!(lease(&store, &[1], 9, at(1)).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_calls_are_committed_in_groups() {
    const CALLS: u64 = 2_000;
    let (_dir, config) = folder();
    let store = Arc::new(open(&config));
    let before = store.health().commits;
    let calls: Vec<_> = (0..CALLS)
        .map(|n| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.accept(vec![event(n, &[1])]).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("accepted");
    }
    let commits = store.health().commits - before;
    assert!(commits < CALLS / 4, "{commits} commits for {CALLS} calls");
    assert_eq!(store.health().pending_deliveries, CALLS);
}

#[tokio::test]
async fn a_full_disk_and_a_full_backlog_refuse_events_and_nothing_else() {
    let (_dir, mut config) = folder();
    config.backlog_deliveries_max = 2;
    let store = open(&config);
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    let error = store.accept(vec![event(2, &[1, 2])]).await;
    let full = StoreError::BacklogFull { deliveries_max: 2 };
    assert_eq!(error, Err(full));
    assert_eq!(store.event(event_id(2)).await, Ok(None));
    // A repeat is answered all the same.
    let repeat = event_with(9, "key-1", &[1], "{}");
    store.accept(vec![repeat]).await.expect("known");
    let leased = lease_one(&store, 1, NOW).await;
    settle(&store, delivered(&leased)).await;
    store
        .accept(vec![event(2, &[1, 2])])
        .await
        .expect("accepted");
    store.close().await;
    drop(store);
    config.disk_free_bytes_min = u64::MAX;
    let store = open(&config);
    let error = store.accept(vec![event(3, &[1])]).await;
    assert!(
        matches!(error, Err(StoreError::DiskFull { .. })),
        "{error:?}"
    );
    let leased = lease_one(&store, 1, NOW).await;
    settle(&store, delivered(&leased)).await;
}

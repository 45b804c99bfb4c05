//! The six guards without which sled 0.34.7 loses data, one test each, and
//! what else keeps a store from being opened or trusted wrongly.
//!
//! Guard 1, that sled's syncs reach the disk, is tested where its counter is
//! (`engine/sync_shim.rs`) and under power cuts (`power_loss/`); so is guard 3,
//! that creation is durable: a quarter of those cuts hit it.

use crate::conformance::fixtures::{NOW, drain, event, event_id, event_with};
use crate::folder::copy;
use hookmill_store::{
    CheckDepth, OnLoss, OpenError, SledStore, Store, StoreConfig, StoreError, check, render,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

fn folder() -> (TempDir, StoreConfig) {
    let dir = tempfile::tempdir().expect("a folder");
    let config = crate::folder::config(&dir.path().join("data"));
    (dir, config)
}

fn open(config: &StoreConfig) -> SledStore {
    SledStore::open(config).expect("opens")
}

/// sled as it comes, with our segment size.
fn plain_sled(path: &Path) -> sled::Config {
    sled::Config::default().path(path).segment_size(4 << 20)
}

fn files_in(path: PathBuf) -> usize {
    std::fs::read_dir(path).map_or(0, |entries| entries.count())
}

/// Guard 2. Without it the store does not open: plain sled shows it.
#[tokio::test]
async fn a_snapshot_that_was_being_written_does_not_keep_the_store_from_opening() {
    let (_dir, config) = folder();
    let store = open(&config);
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    store.close().await;
    for half in ["hot", "cold"] {
        let half = config.data_dir.join(half);
        std::fs::write(half.join("snap.00000000000000FF.generating"), b"").expect("writable");
        assert!(
            plain_sled(&half).open().is_err(),
            "sled has learnt to ignore it"
        );
    }
    let store = open(&config);
    assert!(store.event(event_id(1)).await.expect("readable").is_some());
}

/// Guard 3: what an interrupted creation left is made anew. Without making
/// databases under another name, the torn `conf` would stay.
#[tokio::test]
async fn an_interrupted_creation_is_begun_again() {
    let (_dir, config) = folder();
    let unfinished = config.data_dir.join("hot.creating");
    std::fs::create_dir_all(&unfinished).expect("writable");
    std::fs::write(unfinished.join("conf"), [0; 40]).expect("writable");
    assert!(
        plain_sled(&unfinished).open().is_err(),
        "sled has learnt to repair it"
    );
    let store = open(&config);
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    store.close().await;
    assert!(!unfinished.exists());
}

/// Guard 4. Plain sled with whole values shows what happens without it.
#[tokio::test]
async fn large_bodies_never_leave_sleds_log() {
    let (dir, config) = folder();
    let plain = dir.path().join("plain");
    let db = plain_sled(&plain).open().expect("opens");
    for n in 0_u8..40 {
        db.insert([n], vec![n; 256 << 10]).expect("works");
    }
    db.flush().expect("works");
    assert!(
        files_in(plain.join("blobs")) > 0,
        "sled has learnt to sync blobs"
    );
    let store = open(&config);
    for n in 0..40 {
        let body = vec![n as u8; 256 << 10];
        let new = event_with(n, &format!("key-{n}"), &[1], body);
        store.accept(vec![new]).await.expect("accepted");
    }
    drain(&store, &[1], NOW).await;
    store.close().await;
    assert_eq!(files_in(config.data_dir.join("hot/blobs")), 0);
    assert_eq!(files_in(config.data_dir.join("cold/blobs")), 0);
    // And if they ever do, the store says so instead of trusting them.
    std::fs::write(config.data_dir.join("cold/blobs/123"), b"x").expect("writable");
    let error = SledStore::open(&config).err().expect("refused");
    assert!(matches!(error, OpenError::Blobs { .. }), "{error}");
}

/// Guard 5: one committer. Without it each call would commit for itself, or
/// several threads would flush at once, which hangs sled.
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
    assert_eq!(store.health().backlog_events, CALLS);
}

/// Guard 6: what is delivered leaves the hot database without a trace. With
/// history among the queue's rows this would list it.
#[tokio::test]
async fn delivered_work_leaves_nothing_in_the_hot_database() {
    let (_dir, config) = folder();
    let store = open(&config);
    let events = (0..50).map(|n| event(n, &[1, 2])).collect();
    store.accept(events).await.expect("accepted");
    drain(&store, &[1, 2], NOW).await;
    store.close().await;
    drop(store);
    let text = render(&config).expect("readable");
    let hot: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("hot "))
        .collect();
    assert_eq!(hot, [""; 0]);
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("cold H "))
            .count(),
        50
    );
}

#[tokio::test]
async fn the_whole_keyspace_can_be_read_as_text() {
    let (_dir, config) = folder();
    let store = open(&config);
    let events = vec![event(1, &[1]), event(2, &[2])];
    store.accept(events).await.expect("accepted");
    drain(&store, &[2], NOW).await;
    store.close().await;
    drop(store);
    let expected = "\
hot E msg_01mcc5rm00e0080000000000g1 key=key-1 type=payment.succeeded body=7 deliveries=1
hot I key-1 msg_01mcc5rm00e0080000000000g1
hot Q dlv_01mcc5rm00e008000000002001 due=1800000000000
cold A dlv_01mcc5rm00e008000000004002 1
cold H msg_01mcc5rm00e0080000000000g2 key=key-2 type=payment.succeeded [Delivered]
cold I key-2 msg_01mcc5rm00e0080000000000g2
";
    let ids = |text: &str| {
        let text = text.replace(&event_id(1).to_string(), "msg_1");
        text.replace(&event_id(2).to_string(), "msg_2")
    };
    let found = ids(&render(&config).expect("readable"));
    let expected = expected
        .replace("msg_01mcc5rm00e0080000000000g1", "msg_1")
        .replace("msg_01mcc5rm00e0080000000000g2", "msg_2");
    assert_eq!(found, expected);
}

#[test]
fn a_second_store_in_the_same_folder_is_refused() {
    let (_dir, config) = folder();
    let _store = open(&config);
    let error = SledStore::open(&config).err().expect("refused");
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
    let error = check(&config, CheckDepth::Full).expect_err("refused");
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
}

#[tokio::test]
async fn a_full_disk_and_a_full_backlog_refuse_events_and_nothing_else() {
    let (_dir, mut config) = folder();
    config.backlog_events_max = 2;
    let store = open(&config);
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    let error = store.accept(vec![event(2, &[1]), event(3, &[1])]).await;
    assert_eq!(error, Err(StoreError::BacklogFull { events_max: 2 }));
    assert_eq!(store.event(event_id(2)).await, Ok(None));
    store.accept(vec![event(2, &[1])]).await.expect("accepted");
    // A repeat needs no room.
    store.accept(vec![event(2, &[1])]).await.expect("known");
    assert_eq!(drain(&store, &[1], NOW).await.len(), 2);
    store
        .accept(vec![event(3, &[1])])
        .await
        .expect("there is room again");
    store.close().await;
    drop(store);
    config.disk_free_bytes_min = u64::MAX;
    let store = open(&config);
    let error = store.accept(vec![event(4, &[1])]).await.expect_err("full");
    assert!(matches!(error, StoreError::DiskFull { .. }), "{error}");
    assert_eq!(drain(&store, &[1], NOW).await.len(), 1);
}

#[tokio::test]
async fn a_closed_store_answers_closed() {
    let (_dir, config) = folder();
    let store = open(&config);
    store.close().await;
    store.close().await;
    let closed = Err(StoreError::Closed);
    assert_eq!(store.accept(vec![event(1, &[1])]).await, closed);
    assert_eq!(store.event(event_id(1)).await, Err(StoreError::Closed));
}

#[tokio::test]
async fn a_database_older_than_its_mark_is_refused_until_the_loss_is_accepted() {
    let (dir, mut config) = folder();
    let store = open(&config);
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    store.close().await;
    drop(store);
    let hot = config.data_dir.join("hot");
    let before = dir.path().join("before");
    copy(&hot, &before);
    let store = open(&config);
    store.accept(vec![event(2, &[1])]).await.expect("accepted");
    store.close().await;
    drop(store);
    std::fs::remove_dir_all(&hot).expect("removable");
    let refused = |config: &StoreConfig| SledStore::open(config).err().expect("refused");
    let gone = refused(&config);
    assert!(
        matches!(gone, OpenError::AcknowledgedDataMissing { found: 0, .. }),
        "{gone}"
    );
    copy(&before, &hot);
    let old = refused(&config);
    assert!(
        matches!(old, OpenError::AcknowledgedDataMissing { .. }),
        "{old}"
    );
    let mark = config.data_dir.join("high-water");
    let kept = std::fs::read(&mark).expect("readable");
    std::fs::remove_file(&mark).expect("removable");
    let unmarked = refused(&config);
    assert!(
        matches!(unmarked, OpenError::MarkMissing { .. }),
        "{unmarked}"
    );
    std::fs::write(&mark, kept).expect("writable");
    config.on_loss = OnLoss::Accept;
    let store = open(&config);
    assert!(store.event(event_id(1)).await.expect("readable").is_some());
    assert!(store.event(event_id(2)).await.expect("readable").is_none());
    store.close().await;
    drop(store);
    config.on_loss = OnLoss::Refuse;
    drop(open(&config));
}

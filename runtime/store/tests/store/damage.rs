//! Damaged files: refused with a name and an exit code, or served whole.
//! Nothing in between.
//!
//! Each round damages a copy of a store and has a child process check it, as
//! the relay does before it opens one. If the child passes it, everything that
//! was ever acknowledged must be there, byte for byte.

use crate::conformance::fixtures::*;
use crate::folder::{config, copy};
use hookmill_store::supervised::{EXIT_DAMAGED, IndexUnusable, check_in_child};
use hookmill_store::{
    DeliveryState, JournalStore, Next, OpenError, ParkReason, Store, StoreError, check,
};
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

const ROLE: &str = "HOOKMILL_DAMAGE_ROLE";
const DATA: &str = "HOOKMILL_DAMAGE_DATA";

/// Undelivered, delivered, parked and retried events.
const EVENTS: u64 = 120;

fn body(n: u64) -> Vec<u8> {
    let length = [2, 700, 5_000][n as usize % 3];
    (0..length).map(|i: u64| (i * 7 + n) as u8).collect()
}

/// Fills a store; event `n` ends in its own way.
async fn fill(data: &Path) -> JournalStore {
    let store = JournalStore::open(&config(data)).expect("opens");
    let events = (0..EVENTS).map(|n| event_with(n, &format!("key-{n}"), &[n % 4], body(n)));
    for new in events {
        store.accept(vec![new]).await.expect("accepted");
    }
    for leased in lease(&store, &[1], 1_000, NOW).await {
        settle(&store, delivered(&leased)).await;
    }
    for leased in lease(&store, &[2], 1_000, NOW).await {
        let reason = ParkReason::DeadLetter;
        let next = Next::Park {
            reason,
            request: Some(request(1)),
        };
        settle(
            &store,
            settlement(leased.token, Some(attempt(1, 500)), next),
        )
        .await;
    }
    for leased in lease(&store, &[3], 1_000, NOW).await {
        let next = Next::RetryAt {
            at: NOW,
            request: Some(request(3)),
        };
        settle(
            &store,
            settlement(leased.token, Some(attempt(1, 500)), next),
        )
        .await;
    }
    store
}

/// Everything that was acknowledged is there.
async fn assert_whole(data: &Path, round: &str) {
    let store = JournalStore::open(&config(data)).unwrap_or_else(|e| panic!("{round}: {e}"));
    for n in 0..EVENTS {
        let view = store.event(event_id(n)).await.expect(round).expect(round);
        assert_eq!(view.deliveries.len(), 1, "{round}");
        let delivery = &view.deliveries[0];
        let (state, attempts) = (delivery.state, delivery.attempts.len());
        match n % 4 {
            1 => assert!(
                matches!(state, DeliveryState::Delivered { .. }) && attempts == 1,
                "{round}"
            ),
            2 => assert!(
                matches!(state, DeliveryState::Parked { .. }) && attempts == 1,
                "{round}"
            ),
            _ => assert!(matches!(state, DeliveryState::Pending { .. }), "{round}"),
        }
    }
    let leased = lease(&store, &[0, 1, 2, 3], 1_000, at(1_000)).await;
    assert_eq!(leased.len() as u64, EVENTS / 2, "{round}");
    for leased in leased {
        let n: u64 = leased.event.key[4..].parse().expect("a number");
        assert!(
            leased.event.body == body(n),
            "{round}: event {n} has another body"
        );
        assert_eq!(leased.request.is_some(), n % 4 == 3, "{round}");
    }
    store.close().await;
}

/// Checks in a child, as the relay does.
fn checked(data: &Path) -> Result<(), IndexUnusable> {
    check_in_child(child("check", data), Duration::from_secs(600))
}

fn child(role: &str, data: &Path) -> Command {
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child
        .args([
            "--exact",
            "damage::child_process",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(ROLE, role)
        .env(DATA, data);
    child
}

/// Not a test: what the children run.
#[test]
fn child_process() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let data = PathBuf::from(std::env::var_os(DATA).expect("a folder"));
    if role == "crash" {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let _store = runtime.block_on(fill(&data));
        std::process::abort();
    }
    let problem = match check(&config(&data)) {
        Err(error) => error.to_string(),
        Ok(report) if !report.findings.is_empty() => report.findings.join("; "),
        Ok(_) => std::process::exit(0),
    };
    eprintln!("{problem}");
    std::process::exit(EXIT_DAMAGED.into());
}

struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// The files of a store with something in them.
fn files(data: &Path) -> Vec<PathBuf> {
    let mut found = vec![data.join("high-water")];
    for folder in ["journal", "index", "runs"] {
        for entry in std::fs::read_dir(data.join(folder)).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_file() && path.metadata().expect("readable").len() > 0 {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn flip(path: &Path, bit: u64) {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .expect("there");
    let mut byte = [0];
    file.read_exact_at(&mut byte, bit / 8)
        .expect("within the file");
    byte[0] ^= 1 << (bit % 8);
    file.write_all_at(&byte, bit / 8).expect("writable");
}

/// A store that was closed, and one whose process was killed.
fn stores(dir: &TempDir) -> [PathBuf; 2] {
    let closed = dir.path().join("closed");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async { fill(&closed).await.close().await });
    let killed = dir.path().join("killed");
    assert!(
        !child("crash", &killed)
            .output()
            .expect("starts")
            .status
            .success()
    );
    [closed, killed]
}

/// Damages copies of both stores and judges each.
fn rounds(damage: impl Fn(&Path, &mut Numbers) -> String) -> BTreeMap<&'static str, u32> {
    let count = std::env::var("HOOKMILL_DAMAGE_ROUNDS").ok();
    let count: u64 = count.and_then(|text| text.parse().ok()).unwrap_or(12);
    let dir = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut outcomes = BTreeMap::new();
    for store in stores(&dir) {
        assert!(checked(&store).is_ok(), "the undamaged store passes");
        for seed in 0..count {
            let place = dir.path().join("damaged");
            copy(&store, &place);
            let what = damage(&place, &mut Numbers(seed));
            let round = format!("{} round {seed}: {what}", store.display());
            let outcome = match checked(&place) {
                Ok(()) => {
                    runtime.block_on(assert_whole(&place, &round));
                    "harmless"
                }
                Err(IndexUnusable::Reported(words)) => {
                    assert!(!words.is_empty(), "{round}: refused without a word");
                    "found"
                }
                Err(IndexUnusable::Crashed { .. }) => "panicked",
                Err(IndexUnusable::Hung { .. }) => "hung",
                Err(error @ IndexUnusable::NotStarted(_)) => panic!("{error}"),
            };
            *outcomes.entry(outcome).or_default() += 1;
            std::fs::remove_dir_all(&place).expect("removable");
        }
    }
    println!("{outcomes:?}");
    outcomes
}

#[test]
fn a_flipped_bit_is_refused_or_harmless() {
    rounds(|data, random| {
        let files = files(data);
        let path = &files[random.below(files.len() as u64) as usize];
        let bit = random.below(path.metadata().expect("there").len() * 8);
        flip(path, bit);
        format!("bit {bit} of {}", path.display())
    });
}

#[test]
fn a_cut_end_is_refused() {
    let outcomes = rounds(|data, random| {
        let path = ["journal/00000001.seg", "index/db"][random.below(2) as usize];
        let path = data.join(path);
        // Both end with room for more: cut what is used.
        let bytes = std::fs::read(&path).expect("readable");
        let used = 1 + bytes
            .iter()
            .rposition(|byte| *byte != 0)
            .expect("not empty") as u64;
        let most = [4_000, used][random.below(2) as usize];
        let cut = 1 + random.below(most.min(used));
        let file = OpenOptions::new().write(true).open(&path).expect("there");
        file.set_len(used - cut).expect("writable");
        format!("{cut} bytes off {}", path.display())
    });
    assert!(
        outcomes.keys().any(|outcome| *outcome != "harmless"),
        "{outcomes:?}"
    );
}

#[test]
fn a_missing_file_is_refused_or_harmless() {
    rounds(|data, random| {
        let files = files(data);
        let path = &files[random.below(files.len() as u64) as usize];
        std::fs::remove_file(path).expect("removable");
        format!("{} removed", path.display())
    });
}

/// A frame whose bytes changed is never served: the delivery is parked as
/// corrupt, the rest of the lane goes on.
#[tokio::test]
async fn a_frame_with_a_wrong_checksum_parks_its_delivery_and_holds_up_no_other() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    let store = JournalStore::open(&config(&data)).expect("opens");
    let events = (1..=3).map(|n| event(n, &[1])).collect();
    store.accept(events).await.expect("accepted");
    store.close().await;
    drop(store);
    let segment = data.join("journal/00000001.seg");
    let bytes = std::fs::read(&segment).expect("readable");
    let key = bytes.windows(5).position(|some| some == b"key-2");
    flip(&segment, key.expect("there") as u64 * 8);
    let report = check(&config(&data)).expect("readable");
    assert!(report.findings[0].contains("acknowledged"), "{report:?}");
    let error = JournalStore::open(&config(&data)).err().expect("refused");
    assert!(
        matches!(error, OpenError::AcknowledgedDataMissing { .. }),
        "{error}"
    );
    // While the store is open, it is met by whoever reads it.
    flip(&segment, key.expect("there") as u64 * 8);
    let store = JournalStore::open(&config(&data)).expect("opens");
    flip(&segment, key.expect("there") as u64 * 8);
    let leased = lease(&store, &[1], 10, NOW).await;
    let keys: Vec<_> = leased.iter().map(|l| l.event.key.as_str()).collect();
    assert_eq!(keys, ["key-1", "key-3"]);
    let error = store.event(event_id(2)).await.expect_err("damaged");
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    assert!(
        error.to_string().contains(&event_id(2).to_string()),
        "{error}"
    );
    let parked = store.parked(endpoint(1), None, 9).await.expect("readable");
    assert_eq!(parked.items[0].reason, ParkReason::Corrupt);
    assert_eq!(store.health().corrupt_deliveries, 1);
    assert!(lease(&store, &[1], 10, at(1)).await.is_empty());
}

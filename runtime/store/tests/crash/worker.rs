//! What the child process does: works on a store, and prints what it asked for
//! and what was acknowledged.

use super::library::{ROLE, ROOT, SEED, TRIGGER};
use bytes::Bytes;
use hookmill_domain::attempt::{Attempt, AttemptOutcome};
use hookmill_domain::event::Event;
use hookmill_domain::request::{Method, Request};
use hookmill_domain::{DeliveryId, EndpointId, EventId, SourceId, TenantId, UnixMs};
use hookmill_store::{
    JournalStore, LaneClaim, LeaseRequest, LeaseToken, Leased, NewEvent, Next, ParkReason,
    Settlement, Store, StoreConfig,
};
use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) const NOW: UnixMs = UnixMs(1_800_000_000_000);
pub(crate) const ENDPOINTS: u64 = 3;

/// Events of one worker, in two openings.
const EVENTS: u64 = 240;
const WRITERS: u64 = 6;

pub(crate) fn main() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let root = PathBuf::from(std::env::var_os(ROOT).expect("a root"));
    let seed: u64 = std::env::var(SEED)
        .expect("a seed")
        .parse()
        .expect("a number");
    // The test runner has begun a line.
    say(format_args!(""));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .expect("a runtime");
    match role.as_str() {
        "work" => runtime.block_on(work(&root.join("data"), seed)),
        "open" => drop(JournalStore::open(&config(&root.join("data"))).expect("opens")),
        "faulty" => {
            runtime.block_on(faulty(&root.join("data")));
            // The flush that hangs would keep the process forever.
            std::process::exit(0);
        }
        _ => panic!("unknown role {role}"),
    }
}

pub(crate) fn config(data: &Path) -> StoreConfig {
    StoreConfig {
        disk_free_bytes_min: 0,
        flush_deadline_ms: 500,
        // Several segments, each a quarter of what a worker writes.
        segment_bytes: 512 << 10,
        ..StoreConfig::new(data)
    }
}

fn say(text: std::fmt::Arguments<'_>) {
    let line = format!("{text}\n");
    std::io::stdout()
        .write_all(line.as_bytes())
        .expect("somebody listens");
}

/// The body of an event, the same in every process.
pub(crate) fn body(n: u64) -> Bytes {
    let sizes = [2, 60, 2_048, 4_090, 9_000, 65_536];
    let size = sizes[(n.wrapping_mul(0x9e37_79b9) >> 7) as usize % sizes.len()];
    (0..size as u64)
        .map(|i| (i.wrapping_mul(31).wrapping_add(n) % 251) as u8)
        .collect()
}

pub(crate) fn event_id(n: u64) -> EventId {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&n.to_be_bytes());
    EventId::new(NOW, random)
}

pub(crate) fn delivery_id(n: u64, endpoint: u64) -> DeliveryId {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&(n << 8 | endpoint).to_be_bytes());
    DeliveryId::new(NOW, random)
}

/// The numbers in a delivery's id.
pub(crate) fn numbers(delivery: DeliveryId) -> (u64, u64) {
    let mut low = [0; 8];
    low.copy_from_slice(&delivery.to_bytes()[8..]);
    // The id's variant stands in the topmost bits.
    let both = u64::from_be_bytes(low) & (u64::MAX >> 2);
    (both >> 8, both & 0xff)
}

pub(crate) fn endpoint(n: u64) -> EndpointId {
    EndpointId::named(&["tenant", &n.to_string()])
}

/// The endpoints that an event goes to.
pub(crate) fn fan_out(n: u64) -> Vec<u64> {
    (0..ENDPOINTS)
        .filter(|e| (n + e).is_multiple_of(2) || n.is_multiple_of(5))
        .collect()
}

pub(crate) fn new_event(n: u64) -> NewEvent {
    NewEvent {
        event: Event {
            id: event_id(n),
            tenant: TenantId::named(&["tenant"]),
            source: SourceId::named(&["tenant", "source"]),
            key: format!("key-{n}"),
            event_type: "payment.succeeded".to_owned(),
            received_at: NOW,
            body: body(n),
            params: Bytes::from_static(b"{}"),
        },
        deliveries: fan_out(n)
            .into_iter()
            .map(|e| (delivery_id(n, e), endpoint(e)))
            .collect(),
    }
}

pub(crate) fn request(n: u64) -> Request {
    let headers = vec![("x-number".to_owned(), n.to_string())];
    Request::try_new("https://a.example/", Method::Post, headers, body(n + 1)).expect("sendable")
}

fn attempt(number: u32) -> Attempt {
    Attempt {
        number,
        started_at: NOW,
        duration_us: 10,
        outcome: AttemptOutcome::Canceled,
        run: None,
        logs: String::new(),
    }
}

async fn work(data: &Path, seed: u64) {
    let next = Arc::new(AtomicU64::new(0));
    for until in [EVENTS / 2, EVENTS] {
        let store: Arc<dyn Store> = Arc::new(JournalStore::open(&config(data)).expect("opens"));
        let writers = (0..WRITERS).map(|_| {
            let (store, next) = (Arc::clone(&store), Arc::clone(&next));
            tokio::spawn(write(store, next, until))
        });
        let said = Arc::new(Mutex::new(HashMap::new()));
        let senders =
            (0..2).map(|n| tokio::spawn(send(Arc::clone(&store), Arc::clone(&said), seed + n)));
        let listener = tokio::spawn(listen(Arc::clone(&store), Arc::clone(&said)));
        for task in writers.chain(senders).collect::<Vec<_>>() {
            task.await.expect("no panic");
        }
        listener.abort();
        store.close().await;
    }
}

async fn write(store: Arc<dyn Store>, next: Arc<AtomicU64>, until: u64) {
    loop {
        let n = next.fetch_add(1, Ordering::Relaxed);
        if n >= until {
            next.fetch_min(until, Ordering::Relaxed);
            return;
        }
        store
            .accept(vec![new_event(n)])
            .await
            .expect("the store works");
        say(format_args!("accepted {n}"));
        if n.is_multiple_of(16) {
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }
}

/// What is to be said when a settlement is durable.
type Said = Arc<Mutex<HashMap<LeaseToken, String>>>;

async fn listen(store: Arc<dyn Store>, said: Said) {
    loop {
        for token in store.settled().await.expect("the store works") {
            let text = said.lock().expect("no panic").remove(&token);
            say(format_args!("{}", text.expect("settled here")));
        }
    }
}

async fn send(store: Arc<dyn Store>, said: Said, seed: u64) {
    let mut idle = 0;
    let mut now = NOW;
    while idle < 30 {
        let lanes = (0..ENDPOINTS).map(|n| LaneClaim {
            endpoint: endpoint(n),
            max: 3,
        });
        let request = LeaseRequest {
            lanes: lanes.collect(),
            ttl_ms: 60_000,
            now,
        };
        let leased = store.lease(request).await.expect("the store works");
        if leased.is_empty() {
            idle += 1;
            now = now.plus_ms(500);
            tokio::time::sleep(Duration::from_millis(2)).await;
            continue;
        }
        for leased in leased {
            settle(&*store, &said, &leased, seed, now);
        }
    }
}

fn settle(store: &dyn Store, said: &Said, leased: &Leased, seed: u64, now: UnixMs) {
    let (n, e) = numbers(leased.delivery);
    let choice = n.wrapping_mul(31).wrapping_add(e).wrapping_add(seed) % 8;
    let (next, done) = match choice {
        0 | 1 if leased.attempt <= choice as u32 + 1 => {
            let at = now.plus_ms(400);
            let request = Some(request(n));
            (
                Next::RetryAt { at, request },
                format!("retried {n} {e} {}", leased.attempt),
            )
        }
        2 => {
            let reason = ParkReason::DeadLetter;
            let request = Some(request(n));
            (Next::Park { reason, request }, format!("parked {n} {e}"))
        }
        _ => (Next::Delivered, format!("delivered {n} {e}")),
    };
    if !matches!(next, Next::RetryAt { .. }) {
        say(format_args!("ending {n} {e}"));
    }
    let settlement = Settlement {
        token: leased.token,
        attempt: Some(attempt(leased.attempt)),
        next,
        now,
    };
    said.lock().expect("no panic").insert(leased.token, done);
    store.settle(vec![settlement]).expect("the store works");
}

/// Works until its disk goes bad, and says what became of that.
async fn faulty(data: &Path) {
    let store = JournalStore::open(&config(data)).expect("opens");
    store
        .accept(vec![new_event(1)])
        .await
        .expect("the disk is good so far");
    let trigger = std::env::var_os(TRIGGER).expect("a trigger");
    std::fs::write(trigger, b"").expect("writable");
    let error = store
        .accept(vec![new_event(2)])
        .await
        .expect_err("the disk is bad");
    say(format_args!("failed {error}"));
    for n in 3..6 {
        if store.accept(vec![new_event(n)]).await.is_ok() {
            say(format_args!("acknowledged after the fault"));
        }
    }
    if matches!(
        store.health().refuses,
        Some(hookmill_store::StoreError::Failed(_))
    ) {
        say(format_args!("health says so"));
    }
}

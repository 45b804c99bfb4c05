//! What durability costs: acceptance with 1, 64 and 256 writers beside sled
//! with group commit alone, leasing and settling, and opening a full queue.
//!
//! `cargo bench -p hookmill-store`. Opening fills a store with a million
//! events first; `HOOKMILL_BENCH_OPEN_EVENTS` sets another number. Folders are
//! made in `HOOKMILL_BENCH_DIR`, or among the temporary files.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hookmill_domain::attempt::{Attempt, AttemptOutcome};
use hookmill_domain::event::Event;
use hookmill_domain::{DeliveryId, EndpointId, EventId, SourceId, TenantId, UnixMs};
use hookmill_store::{
    JournalStore, LaneClaim, LeaseRequest, Leased, NewEvent, Next, Settlement, Store, StoreConfig,
};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

const NOW: UnixMs = UnixMs(1_800_000_000_000);
const BODY_BYTES: usize = 2 << 10;
const LANES: u64 = 16;

static NEXT: AtomicU64 = AtomicU64::new(0);

fn folder() -> TempDir {
    match std::env::var_os("HOOKMILL_BENCH_DIR") {
        Some(dir) => tempfile::tempdir_in(dir).expect("a folder"),
        None => tempfile::tempdir().expect("a folder"),
    }
}

fn config(path: &Path) -> StoreConfig {
    StoreConfig {
        disk_free_bytes_min: 0,
        ..StoreConfig::new(path.join("data"))
    }
}

fn endpoint(n: u64) -> EndpointId {
    EndpointId::named(&["tenant", &n.to_string()])
}

fn event(body_bytes: usize) -> NewEvent {
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut random = [0; 10];
    random[2..].copy_from_slice(&n.to_be_bytes());
    let at = NOW.plus_ms(n / 16);
    NewEvent {
        event: Event {
            id: EventId::new(at, random),
            tenant: TenantId::named(&["tenant"]),
            source: SourceId::named(&["tenant", "source"]),
            // As random as the ids that senders give.
            key: format!("evt_{:016x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            event_type: "payment.succeeded".to_owned(),
            received_at: at,
            body: vec![b'x'; body_bytes].into(),
            params: bytes::Bytes::from_static(b"{}"),
        },
        deliveries: vec![(DeliveryId::new(at, random), endpoint(n % LANES))],
    }
}

/// Calls `work` `count` times from `writers` tasks; how long that took.
fn timed<F>(
    runtime: &Runtime,
    writers: u64,
    count: u64,
    work: impl Fn() -> F + Clone + Send + 'static,
) -> Duration
where
    F: Future<Output = ()> + Send,
{
    let left = Arc::new(AtomicU64::new(count));
    let started = Instant::now();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..writers)
            .map(|_| {
                let (left, work) = (Arc::clone(&left), work.clone());
                tokio::spawn(async move {
                    let take = |n: u64| n.checked_sub(1);
                    while left
                        .fetch_update(Ordering::AcqRel, Ordering::Acquire, take)
                        .is_ok()
                    {
                        work().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("no panic");
        }
    });
    started.elapsed()
}

/// sled with group commit and nothing else: one row an event.
struct PlainSled {
    inbox: crossbeam_channel::Sender<(Vec<u8>, oneshot::Sender<()>)>,
}

impl PlainSled {
    fn open(path: &Path) -> Self {
        let config = sled::Config::default().path(path).cache_capacity(64 << 20);
        let config = config.segment_size(4 << 20).flush_every_ms(Some(20));
        let db = config.open().expect("opens");
        let (inbox, calls) = crossbeam_channel::unbounded::<(Vec<u8>, oneshot::Sender<()>)>();
        std::thread::spawn(move || {
            let mut n = 0_u64;
            while let Ok(first) = calls.recv() {
                let mut batch = sled::Batch::default();
                let mut replies = Vec::new();
                let rest = std::iter::from_fn(|| calls.try_recv().ok()).take(511);
                for (value, reply) in std::iter::once(first).chain(rest) {
                    n += 1;
                    batch.insert(&n.to_be_bytes(), value);
                    replies.push(reply);
                }
                db.apply_batch(batch).expect("works");
                db.flush().expect("works");
                for reply in replies {
                    let _ = reply.send(());
                }
            }
        });
        Self { inbox }
    }

    async fn put(&self, value: Vec<u8>) {
        let (reply, done) = oneshot::channel();
        self.inbox.send((value, reply)).expect("it runs");
        done.await.expect("it runs");
    }
}

fn accept(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    for writers in [1, 64, 256] {
        let mut group = criterion.benchmark_group(format!("accept/{writers} writers"));
        group.throughput(Throughput::Elements(1));
        let dir = folder();
        let plain = Arc::new(PlainSled::open(&dir.path().join("plain")));
        group.bench_function("sled with group commit alone", |bencher| {
            bencher.iter_custom(|count| {
                let plain = Arc::clone(&plain);
                timed(&runtime, writers, count, move || {
                    let plain = Arc::clone(&plain);
                    async move { plain.put(vec![b'x'; BODY_BYTES]).await }
                })
            });
        });
        let store = Arc::new(JournalStore::open(&config(dir.path())).expect("opens"));
        group.bench_function("store", |bencher| {
            bencher.iter_custom(|count| {
                let store = Arc::clone(&store);
                timed(&runtime, writers, count, move || {
                    let store = Arc::clone(&store);
                    async move {
                        store
                            .accept(vec![event(BODY_BYTES)])
                            .await
                            .expect("accepted");
                    }
                })
            });
        });
        group.finish();
        runtime.block_on(store.close());
    }
}

async fn fill(store: &JournalStore, count: u64, body_bytes: usize) {
    let mut left = count;
    while left > 0 {
        let size = left.min(500);
        let events = (0..size).map(|_| event(body_bytes)).collect();
        store.accept(events).await.expect("accepted");
        left -= size;
    }
}

async fn lease(store: &JournalStore, max: usize) -> Vec<Leased> {
    let lanes = (0..LANES).map(|n| LaneClaim {
        endpoint: endpoint(n),
        max,
    });
    let request = LeaseRequest {
        lanes: lanes.collect(),
        ttl_ms: 60_000,
        now: UnixMs(NOW.0 * 2),
    };
    store.lease(request).await.expect("leased")
}

fn delivered(leased: &Leased) -> Settlement {
    Settlement {
        token: leased.token,
        attempt: Some(Attempt {
            number: leased.attempt,
            started_at: NOW,
            duration_us: 1_000,
            outcome: AttemptOutcome::Response {
                status: 200,
                body: vec![b'o'; 64].into(),
                note: String::new(),
            },
            run: None,
            logs: String::new(),
        }),
        next: Next::Delivered,
        now: NOW,
    }
}

/// Leases in batches, settles one by one and concurrently, as the relay does.
async fn drain(store: &Arc<JournalStore>) -> u64 {
    let mut count = 0;
    loop {
        let leased = lease(store, 16).await;
        if leased.is_empty() {
            return count;
        }
        let settlements: Vec<_> = leased
            .iter()
            .map(|leased| {
                let (store, settlement) = (Arc::clone(store), delivered(leased));
                tokio::spawn(async move { store.settle(vec![settlement]) })
            })
            .collect();
        for settled in settlements {
            settled.await.expect("no panic").expect("settled");
            count += 1;
        }
    }
}

fn lease_and_settle(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let dir = folder();
    let store = Arc::new(JournalStore::open(&config(dir.path())).expect("opens"));
    let mut group = criterion.benchmark_group("lease and settle");
    group.throughput(Throughput::Elements(1));
    group.bench_function("256 at a time", |bencher| {
        bencher.iter_custom(|count| {
            runtime.block_on(fill(&store, count, BODY_BYTES));
            let started = Instant::now();
            assert_eq!(runtime.block_on(drain(&store)), count);
            started.elapsed()
        });
    });
    group.finish();
    runtime.block_on(store.close());
}

fn open(criterion: &mut Criterion) {
    let count = std::env::var("HOOKMILL_BENCH_OPEN_EVENTS").ok();
    let count = count
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let runtime = Runtime::new().expect("a runtime");
    let dir = folder();
    let config = config(dir.path());
    let store = JournalStore::open(&config).expect("opens");
    runtime.block_on(async {
        fill(&store, count, 512).await;
        store.close().await;
    });
    drop(store);
    let mut group = criterion.benchmark_group(format!("open with {count} queued"));
    group.sample_size(10);
    group.bench_function("open", |bencher| {
        bencher.iter_custom(|rounds| {
            let mut total = Duration::ZERO;
            for _ in 0..rounds {
                let started = Instant::now();
                let store = JournalStore::open(&config).expect("opens");
                total += started.elapsed();
                runtime.block_on(store.close());
            }
            total
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(4));
    targets = accept, lease_and_settle, open
}
criterion_main!(benches);

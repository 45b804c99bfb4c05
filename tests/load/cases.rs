//! One case: starts a target, loads it, waits until everything has arrived,
//! and says what was measured.

use crate::declared;
use crate::generator::{self, Sent};
use crate::meter::{self, Usage};
use crate::moments::Moments;
use crate::report::Measured;
use crate::target::{Held, Target};
use crate::{Options, Rate, Transform};
use hookmill_stand_ins::fast_sink;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Events that one case can number.
const EVENTS_MAX: usize = 2_000_000;

/// Seconds to wait for deliveries after the generator has stopped.
const DRAIN_S_MAX: u64 = 60;

/// Starts of the relay on one backlog.
const STARTS: usize = 3;

/// The relay as the options describe it.
pub(crate) async fn relay(name: &str, options: &Options) -> Measured {
    let moments = Moments::new(EVENTS_MAX);
    let mut sinks = Vec::new();
    for index in 0..options.endpoints {
        sinks.push(if index < options.hanging {
            fast_sink::hanging().await
        } else {
            noting(&moments).await
        });
    }
    let answering = options.endpoints.saturating_sub(options.hanging) as u64;
    let target = Target::relay(options, &sinks);
    load(name, target, options, &moments, answering).await
}

/// The proxy, the ceiling of the whole way.
pub(crate) async fn proxy(name: &str, options: &Options) -> Measured {
    let moments = Moments::new(EVENTS_MAX);
    let target = Target::proxy(noting(&moments).await);
    load(name, target, options, &moments, 1).await
}

/// A destination that notes when events arrive.
async fn noting(moments: &Arc<Moments>) -> SocketAddr {
    let moments = Arc::clone(moments);
    fast_sink::answering(move |body| moments.arrived(body)).await
}

async fn load(
    name: &str,
    target: Target,
    options: &Options,
    moments: &Arc<Moments>,
    arrivals_per_event: u64,
) -> Measured {
    let first = warm_up(&target, options, moments, arrivals_per_event).await;
    let before = meter::read(target.pid());
    let start_ns = moments.now_ns();
    let beside = options.neighbour.start(target.address(), options);
    let paths = declared::paths(options);
    let numbers = first..EVENTS_MAX as u64;
    let sent = generator::run(target.address(), options, paths, moments, numbers).await;
    let expected = sent.acknowledged * arrivals_per_event;
    drain(moments, expected).await;
    drop(beside);
    let usage = before.until(&meter::read(target.pid()));
    let measured = measured(name, &sent, moments, start_ns, expected, usage);
    target.stop();
    measured
}

/// One event for each tenant, until all have arrived: programs are loaded after
/// the port is open. Gives the number of the first event after them.
async fn warm_up(
    target: &Target,
    options: &Options,
    moments: &Arc<Moments>,
    arrivals_per_event: u64,
) -> u64 {
    let options = Options {
        rate: Rate::Max,
        seconds: DRAIN_S_MAX,
        ..options.clone()
    };
    let paths = declared::paths(&options);
    let first = paths.len() as u64;
    let sent = generator::run(target.address(), &options, paths, moments, 0..first).await;
    let expected = first * arrivals_per_event;
    drain(moments, expected).await;
    assert_eq!(
        (sent.acknowledged, moments.arrivals()),
        (first, expected),
        "the first events arrive"
    );
    moments.forget();
    first
}

async fn drain(moments: &Moments, expected: u64) {
    let deadline = Instant::now() + Duration::from_secs(DRAIN_S_MAX);
    while moments.arrivals() < expected && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn measured(
    name: &str,
    sent: &Sent,
    moments: &Moments,
    start_ns: u64,
    expected: u64,
    usage: Usage,
) -> Measured {
    let mut histogram = hdrhistogram::Histogram::<u64>::new_with_bounds(1, 600_000_000, 3)
        .expect("ten minutes to three digits");
    for latency in moments.latencies_us() {
        histogram.saturating_record(latency);
    }
    let until_ns = moments.last_arrival_ns().max(start_ns + 1);
    let arrivals = moments.arrivals();
    Measured {
        name: name.to_owned(),
        acknowledged: sent.acknowledged,
        accepted_per_s: sent.acknowledged as f64 / sent.seconds,
        delivered_per_s: (arrivals > 0)
            .then(|| arrivals as f64 / ((until_ns - start_ns) as f64 / 1e9)),
        failed: sent.failed,
        missing: expected.saturating_sub(arrivals),
        latency_us: (!histogram.is_empty())
            .then(|| [0.5, 0.99, 0.999].map(|q| histogram.value_at_quantile(q))),
        usage,
    }
}

/// Group commit on sled alone, the ceiling of accepting.
pub(crate) async fn sled(name: &str, options: &Options) -> Measured {
    let child = std::process::Command::new(std::env::current_exe().expect("a program has a file"))
        .current_dir(hookmill_tests::binary::root().join("target"))
        .args([
            "sled",
            &options.seconds.to_string(),
            &options.connections.to_string(),
            &options.size.to_string(),
        ])
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the ceiling starts");
    let pid = child.id();
    let before = meter::read(pid);
    // It says its figure when it is done; what it used is read just before.
    tokio::time::sleep(Duration::from_millis(options.seconds * 1_000 - 100)).await;
    let usage = before.until(&meter::read(pid));
    let output = child.wait_with_output().expect("the ceiling ends");
    let text = String::from_utf8_lossy(&output.stdout);
    let per_s: f64 = text.trim().parse().expect("a number");
    Measured {
        name: name.to_owned(),
        acknowledged: (per_s * options.seconds as f64) as u64,
        accepted_per_s: per_s,
        delivered_per_s: None,
        failed: 0,
        missing: 0,
        latency_us: None,
        usage,
    }
}

/// Queues deliveries to a destination that never answers, kills the relay, and
/// takes the time until it listens again, several times.
pub(crate) async fn backlog(options: &Options) -> Vec<Duration> {
    let options = Options {
        seconds: 3_600,
        rate: Rate::Max,
        transform: Transform::None,
        endpoints: 1,
        concurrency_max: 1,
        ..options.clone()
    };
    let folder = declared::folder(&options, &[fast_sink::hanging().await]);
    let relay = Held::start(&folder);
    let moments = Moments::new(0);
    let paths = declared::paths(&options);
    let sent = generator::run(
        relay.address(),
        &options,
        paths,
        &moments,
        0..options.backlog,
    )
    .await;
    assert_eq!(sent.acknowledged, options.backlog, "the backlog is whole");
    relay.kill();
    let starts = (0..STARTS).map(|_| {
        let started = Instant::now();
        let relay = Held::start(&folder);
        let elapsed = started.elapsed();
        relay.kill();
        elapsed
    });
    starts.collect()
}

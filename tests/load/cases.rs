//! The cases: each starts a target, loads it, waits until everything has
//! arrived, and says what was measured.

use crate::generator::{self, Sent};
use crate::report::{self, HEAD, Measured};
use crate::sink::{self, Moments};
use crate::target::{self, Target};
use crate::{Options, Transform, meter};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Events that one case can number.
const EVENTS_MAX: usize = 1_000_000;

/// Seconds to wait for deliveries after the generator has stopped.
const DRAIN_S_MAX: u64 = 60;

/// The relay as the options describe it.
pub(crate) async fn relay(options: &Options) -> Measured {
    let moments = Moments::new(EVENTS_MAX);
    let mut sinks = Vec::new();
    for index in 0..options.endpoints {
        let noting = (index >= options.hanging).then(|| Arc::clone(&moments));
        sinks.push(sink::start(noting).await);
    }
    let answering = options.endpoints.saturating_sub(options.hanging) as u64;
    let target = Target::relay(options, &sinks);
    let measured = load(&target, options, &moments, answering).await;
    if options.hanging == 0 {
        target.stop();
    }
    measured
}

async fn proxy(options: &Options) -> Measured {
    let moments = Moments::new(EVENTS_MAX);
    let target = Target::proxy(sink::start(Some(Arc::clone(&moments))).await);
    let measured = load(&target, options, &moments, 1).await;
    target.stop();
    measured
}

async fn load(
    target: &Target,
    options: &Options,
    moments: &Arc<Moments>,
    arrivals_per_event: u64,
) -> Measured {
    let before = meter::read(target.pid());
    let start_ns = moments.now_ns();
    let sent = generator::run(target.address(), options, moments, EVENTS_MAX as u64).await;
    let expected = sent.acknowledged * arrivals_per_event;
    drain(moments, expected).await;
    let after = meter::read(target.pid());
    measured(&sent, moments, start_ns, arrivals_per_event).usage(before, after, sent.acknowledged)
}

async fn drain(moments: &Moments, expected: u64) {
    let deadline = Instant::now() + Duration::from_secs(DRAIN_S_MAX);
    while moments.arrivals() < expected && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn measured(sent: &Sent, moments: &Moments, start_ns: u64, arrivals_per_event: u64) -> Measured {
    let mut histogram = hdrhistogram::Histogram::<u64>::new_with_bounds(1, 600_000_000, 3)
        .expect("ten minutes to three digits");
    for latency in moments.latencies_us() {
        histogram.saturating_record(latency);
    }
    let until_ns = moments.last_arrival_ns().max(start_ns + 1);
    let arrivals = moments.arrivals() as f64;
    Measured {
        accepted_per_s: sent.acknowledged as f64 / sent.seconds,
        delivered_per_s: if arrivals_per_event == 0 {
            0.0
        } else {
            arrivals / ((until_ns - start_ns) as f64 / 1e9)
        },
        failed: sent.failed,
        latency_us: (!histogram.is_empty())
            .then(|| [0.5, 0.99, 0.999].map(|q| histogram.value_at_quantile(q))),
        cpu_s_per_10k: 0.0,
        written_per_event: 0.0,
        rss_mib: 0.0,
    }
}

/// Every case, as a table in Markdown.
pub(crate) async fn all(options: &Options) {
    println!(
        "{}; {} connections, {} byte events, {} s a case\n\n{HEAD}",
        meter::machine(),
        options.connections,
        options.size,
        options.seconds
    );
    let base = Options {
        rate: None,
        endpoints: 1,
        hanging: 0,
        ..options.clone()
    };
    let proxy = proxy(&base).await;
    println!(
        "{}",
        report::row("ceiling: bare axum to reqwest proxy", &proxy)
    );
    let sled = sled(&base);
    println!("| ceiling: group commit on sled alone | {sled} | - | - | - | - | - |");
    let accept = relay(&Options {
        endpoints: 0,
        transform: Transform::None,
        ..base.clone()
    })
    .await;
    println!("{}", report::row("accept only", &accept));
    let mut javascript = None;
    for (name, transform) in [
        ("no transform", Transform::None),
        ("JavaScript", Transform::Js),
        ("Rust component", Transform::Rust),
    ] {
        let measured = relay(&Options {
            transform,
            ..base.clone()
        })
        .await;
        println!("{}", report::row(&format!("end to end, {name}"), &measured));
        if transform == Transform::Js {
            javascript = Some(measured);
        }
    }
    let javascript = javascript.expect("it was measured");
    let rate = (javascript.delivered_per_s / 2.0) as u64;
    let steady = relay(&Options {
        rate: Some(rate),
        ..base.clone()
    })
    .await;
    println!(
        "{}",
        report::row(&format!("JavaScript, {rate} a second, open loop"), &steady)
    );
    let rate = (javascript.delivered_per_s / 20.0) as u64;
    let ten = Options {
        endpoints: 10,
        rate: Some(rate),
        ..base.clone()
    };
    let healthy = relay(&ten).await;
    println!(
        "{}",
        report::row(
            &format!("ten destinations, {rate} events a second"),
            &healthy
        )
    );
    let hanging = relay(&Options { hanging: 1, ..ten }).await;
    println!("{}", report::row("the same, one of them hanging", &hanging));
    let reopened = backlog(&base).await;
    println!(
        "\naccept only / sled ceiling: {:.0} %",
        accept.accepted_per_s / sled as f64 * 100.0
    );
    println!(
        "end to end in JavaScript / proxy ceiling: {:.0} %",
        javascript.delivered_per_s / proxy.delivered_per_s * 100.0
    );
    println!(
        "each of the other nine, one hanging / none: {:.1} %",
        (hanging.delivered_per_s / 9.0) / (healthy.delivered_per_s / 10.0) * 100.0
    );
    println!(
        "start with {} queued deliveries: {:.2} s",
        base.backlog,
        reopened.as_secs_f64()
    );
}

fn sled(options: &Options) -> u64 {
    let output = std::process::Command::new(std::env::current_exe().expect("a program has a file"))
        .current_dir(hookmill_tests::binary::root().join("target"))
        .args([
            "sled",
            &options.seconds.to_string(),
            &options.connections.to_string(),
            &options.size.to_string(),
        ])
        .output()
        .expect("the ceiling runs");
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .expect("a number")
}

/// Queues deliveries to a destination that refuses connections, kills the
/// relay, and takes the time until it listens again.
async fn backlog(options: &Options) -> Duration {
    let refusing: SocketAddr = "127.0.0.1:1".parse().expect("an address");
    let options = Options {
        seconds: 600,
        transform: Transform::None,
        ..options.clone()
    };
    let folder = target::folder(&options, &[refusing]);
    let relay = target::start(&folder);
    let moments = Moments::new(0);
    generator::run(relay.address(), &options, &moments, options.backlog).await;
    relay.kill();
    let started = Instant::now();
    let relay = target::start(&folder);
    let elapsed = started.elapsed();
    relay.kill();
    elapsed
}

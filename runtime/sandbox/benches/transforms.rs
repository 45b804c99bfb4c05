//! What a transform costs: a fresh instance for each event, fuel and deadline
//! on, a 2 KiB event.
//!
//! `cargo bench -p hookmill-sandbox`. Criterion's figures are means; the goals
//! are medians, so each case first prints its own p50 and p99. Runs are on the
//! calling thread: the way through the queue is a case of its own. Never a
//! test: nothing fails for being slow.

use bytes::Bytes;
use criterion::Criterion;
use hookmill_domain::UnixMs;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::request::Method;
use hookmill_sandbox::{Config, Invocation, Program, Sandbox, Source};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Names a component to measure instead of the one in `transforms/`.
const COMPONENT: &str = "HOOKMILL_BENCH_COMPONENT";

/// Bytes of stack for running guests on a thread of our own.
const STACK_BYTES: usize = 16 << 20;

fn main() {
    let bench = || {
        let mut criterion = Criterion::default()
            .configure_from_args()
            .sample_size(30)
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(2));
        let dir = tempfile::tempdir().expect("a temporary folder");
        let sandbox = Sandbox::start(Config::new(dir.path())).expect("the sandbox starts");
        javascript(&mut criterion, &sandbox);
        component(&mut criterion, &sandbox);
        frozen(&sandbox);
        cold_load(&sandbox);
        warm_start(dir.path().to_owned());
        criterion.final_summary();
    };
    std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(bench)
        .expect("a thread starts")
        .join()
        .expect("the benchmarks end");
}

fn javascript(criterion: &mut Criterion, sandbox: &Sandbox) {
    let begun = Instant::now();
    sandbox.warm_up().expect("the engine loads");
    println!(
        "javascript engine, compiled and ready: {:?}",
        begun.elapsed()
    );
    let before = rss_bytes();
    for count in [1, 100, 1_000] {
        let programs: Vec<_> = (0..count).map(|n| handler(sandbox, n)).collect();
        let name = format!("javascript, {count} different handlers in turn");
        measure(criterion, sandbox, &name, &programs, event());
        if count == 1_000 {
            let grown = rss_bytes().saturating_sub(before) >> 20;
            let all = rss_bytes() >> 20;
            println!("memory with 1,000 programs live: {all} MiB, {grown} MiB more than without");
            through_the_queue(sandbox, &programs[0]);
        }
    }
    let mut free = event();
    free.caps = SandboxCaps::CEILING;
    let one = [handler(sandbox, 0)];
    measure(
        criterion,
        sandbox,
        "javascript, limits at the ceiling",
        &one,
        free,
    );
}

fn component(criterion: &mut Criterion, sandbox: &Sandbox) {
    let Some(path) = built_component() else {
        println!("skipped the Rust component: build one, or name it in {COMPONENT}");
        return;
    };
    let wasm = std::fs::read(&path).expect("the component is readable");
    let begun = Instant::now();
    let program = sandbox
        .load(Source::Component {
            name: "bench.wasm",
            wasm: &wasm,
        })
        .expect("the component loads");
    println!(
        "component {} ({} bytes), upload to live: {:?}",
        path.display(),
        wasm.len(),
        begun.elapsed()
    );
    measure(
        criterion,
        sandbox,
        "component",
        std::slice::from_ref(&program),
        event(),
    );
    through_the_queue(sandbox, &program);
}

/// Programs whose top level is dear, and is therefore run once for each of them.
fn frozen(sandbox: &Sandbox) {
    const PROGRAMS: usize = 64;
    let text = |n: usize| {
        format!(
            "const rates = new Map(Array.from({{ length: 5000 }}, (_, at) => ['code' + at, {{ rate: at / {n} }}]));
             function handler(webhook) {{
               webhook.payload = {{ rate: rates.get('code7').rate }};
               return webhook;
             }}"
        )
    };
    let load = |n| {
        let source = Source::JavaScript {
            name: "handler.js",
            text: &text(n),
        };
        sandbox.load(source).expect("it loads")
    };
    let run = |program: &Program| {
        let run = sandbox.run_here(program, event()).expect("it runs");
        assert!(run.outcome.is_ok(), "{:?}", run.outcome);
    };
    run(&load(1));
    let before = rss_bytes();
    let mut times = Vec::new();
    let programs: Vec<_> = (1..=PROGRAMS)
        .map(|n| {
            let begun = Instant::now();
            let program = load(n);
            times.push(begun.elapsed());
            program
        })
        .collect();
    report(
        "javascript with a dear top level, source to live",
        &mut times,
    );
    let kib = |now: usize| now.saturating_sub(before) / PROGRAMS / 1024;
    let loaded = kib(rss_bytes());
    programs.iter().for_each(run);
    let all = kib(rss_bytes());
    println!("    memory of each of {PROGRAMS}: {loaded} KiB, {all} KiB after a run");
    let mut times: Vec<_> = (0..2_000)
        .map(|n| {
            let begun = Instant::now();
            run(&programs[n % PROGRAMS]);
            begun.elapsed()
        })
        .collect();
    report("    an event", &mut times);
}

/// From source to a program that can run.
fn cold_load(sandbox: &Sandbox) {
    let mut times: Vec<_> = (0..200)
        .map(|n| {
            let begun = Instant::now();
            handler(sandbox, 10_000 + n);
            begun.elapsed()
        })
        .collect();
    report("javascript, source to live", &mut times);
}

/// A second process on the same machine: its cache is warm.
fn warm_start(dir: PathBuf) {
    let mut times: Vec<_> = (0..20)
        .map(|_| {
            let begun = Instant::now();
            let sandbox = Sandbox::start(Config::new(&dir)).expect("the sandbox starts");
            let program = handler(&sandbox, 0);
            let run = sandbox.run_blocking(&program, event()).expect("it runs");
            assert!(run.outcome.is_ok());
            begun.elapsed()
        })
        .collect();
    report(
        "start with a warm cache, load and run JavaScript",
        &mut times,
    );
}

fn measure(
    criterion: &mut Criterion,
    sandbox: &Sandbox,
    name: &str,
    programs: &[Program],
    event: Invocation,
) {
    let run = |n: usize| {
        let run = sandbox
            .run_here(&programs[n % programs.len()], event.clone())
            .expect("the sandbox does not fail");
        assert!(run.outcome.is_ok(), "{:?}", run.outcome);
        run
    };
    (0..2_000).for_each(|n| drop(run(n)));
    let mut times: Vec<_> = (0..20_000)
        .map(|n| {
            let begun = Instant::now();
            run(n);
            begun.elapsed()
        })
        .collect();
    report(name, &mut times);
    println!("    {:?}", run(0).usage);
    let mut n = 0;
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| {
            n += 1;
            run(n)
        });
    });
}

fn through_the_queue(sandbox: &Sandbox, program: &Program) {
    let mut times: Vec<_> = (0..5_000)
        .map(|_| {
            let event = event();
            let begun = Instant::now();
            sandbox.run_blocking(program, event).expect("it runs");
            begun.elapsed()
        })
        .collect();
    report("the same through the queue, one at a time", &mut times);
}

fn report(name: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |part: usize| times[(times.len() - 1) * part / 100];
    println!("{name}: p50 {:?}, p99 {:?}", at(50), at(99));
}

/// A handler as the integration guides have them, each a little different.
fn handler(sandbox: &Sandbox, n: usize) -> Program {
    let text = format!(
        "function handler(webhook) {{
           const {{ data, type }} = webhook.payload;
           if (type !== 'payment.succeeded') {{ webhook.cancel = true; return webhook; }}
           webhook.url = 'https://api.segment.io/v1/track';
           webhook.payload = {{
             userId: data.customer.customer_id,
             event: 'Payment Completed {n}',
             timestamp: webhook.payload.timestamp,
             properties: {{
               payment_id: data.payment_id,
               revenue: (data.total_amount / 100).toFixed(2),
               currency: data.currency,
               products: data.product_cart.map((item) => ({{ id: item.product_id, quantity: item.quantity }})),
               metadata: {{ ...data.metadata, source: 'hook-{n}' }},
             }},
             context: {{ traits: {{ email: data.customer.email, name: data.customer.name }} }},
           }};
           return webhook;
         }}"
    );
    sandbox
        .load(Source::JavaScript {
            name: "handler.js",
            text: &text,
        })
        .expect("the handler loads")
}

/// A payment of 2 KiB.
fn event() -> Invocation {
    let metadata: Vec<_> = (0..16)
        .map(|n| {
            format!(
                r#""campaign_parameter_{n:02}":"a value of some forty characters in all {n:02}""#
            )
        })
        .collect();
    let payload = format!(
        r#"{{"business_id":"bus_1","type":"payment.succeeded","timestamp":"2026-01-15T12:34:52.987654Z","data":{{"payload_type":"Payment","payment_id":"pay_1","total_amount":9999,"currency":"EUR","status":"succeeded","created_at":"2026-01-15T12:34:50Z","customer":{{"customer_id":"cus_1","email":"ada@example.com","name":"Ada Example"}},"product_cart":[{{"product_id":"pdt_1","quantity":1}},{{"product_id":"pdt_2","quantity":3}}],"billing":{{"city":"Zürich","country":"CH","state":"ZH","street":"Beispielgasse 1","zipcode":"8001"}},"metadata":{{{}}},"refunds":[],"disputes":[],"tax":799,"settlement_amount":9499,"settlement_currency":"EUR"}}}}"#,
        metadata.join(",")
    );
    Invocation {
        event_type: "payment.succeeded".into(),
        url: "https://relay.invalid/default".into(),
        method: Method::Post,
        headers: Vec::new(),
        content_type: None,
        payload: Bytes::from(payload),
        event_id: "msg_01h2e8kqvbfwea724h75qc655w".into(),
        delivery_id: "dlv_01h2e8kqvbfwea724h75qc655w".into(),
        received_at: UnixMs(1_768_480_496_789),
        env: Arc::new([]),
        params: Bytes::new(),
        caps: SandboxCaps::default(),
    }
}

fn built_component() -> Option<PathBuf> {
    let named = std::env::var_os(COMPONENT).map(PathBuf::from);
    let own = || {
        let target = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target");
        let built = target.join("guests/segment.wasm");
        built.is_file().then_some(built)
    };
    named.or_else(own)
}

fn rss_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok())
        .map_or(0, |kib| kib << 10)
}

//! What each language's transform costs, as rows of a table: size, time from
//! upload to live, median time of an event, fuel and memory.
//!
//! `cargo run --profile bench -p hookmill-sandbox --example matrix -- EVENT
//! NAME=FILE...`, where EVENT is a sample payment and each FILE a component or
//! a handler's source of the same integration. The first row is the unit of
//! the ratios: only those can be compared between machines. Never a test:
//! nothing fails for being slow.

use bytes::Bytes;
use hookmill_domain::UnixMs;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::request::Method;
use hookmill_sandbox::{Config, Invocation, Program, Sandbox, Source};
use std::error::Error;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes of stack for running guests on a thread of our own.
const STACK_BYTES: usize = 16 << 20;

/// Runs before measuring, and at most how long the measuring takes.
const WARM_UP_RUNS: usize = 200;
const MEASURE: Duration = Duration::from_secs(3);

/// One transform's figures.
struct Row {
    name: String,
    bytes: usize,
    load: Duration,
    p50: Duration,
    fuel: u64,
    memory_bytes: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let thread = std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(|| measure_all().map_err(|error| error.to_string()))?;
    let rows = thread.join().map_err(|_| "the measuring thread failed")??;
    println!("| transform | size | upload to live | p50 per event | ratio | fuel | memory |");
    println!("|---|---|---|---|---|---|---|");
    let unit = rows.first().map_or(1.0, |row| row.p50.as_secs_f64());
    for row in &rows {
        println!(
            "| {} | {} KB | {:.1} ms | {:.1} us | {:.1} | {} | {} KiB |",
            row.name,
            row.bytes.div_ceil(1_000),
            row.load.as_secs_f64() * 1e3,
            row.p50.as_secs_f64() * 1e6,
            row.p50.as_secs_f64() / unit,
            row.fuel,
            row.memory_bytes >> 10,
        );
    }
    Ok(())
}

fn measure_all() -> Result<Vec<Row>, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let event = arguments.next().ok_or("give an event and NAME=FILE...")?;
    let event = event_of(fs::read(&event)?);
    // An empty cache: every load compiles.
    let folder = tempfile::tempdir()?;
    let sandbox = Sandbox::start(Config::new(folder.path()))?;
    sandbox.warm_up()?;
    arguments
        .map(|argument| {
            let (name, file) = argument.split_once('=').ok_or("give NAME=FILE")?;
            measure(&sandbox, name, file, &event)
        })
        .collect()
}

fn measure(
    sandbox: &Sandbox,
    name: &str,
    file: &str,
    event: &Invocation,
) -> Result<Row, Box<dyn Error>> {
    let bytes = fs::read(file)?;
    let begun = Instant::now();
    let program = load(sandbox, file, &bytes)?;
    let load = begun.elapsed();
    let run = || -> Result<_, Box<dyn Error>> {
        let run = sandbox.run_here(&program, event.clone())?;
        match run.outcome {
            Ok(_) => Ok(run.usage),
            Err(fault) => Err(format!("{name}: {fault:?}").into()),
        }
    };
    for _ in 0..WARM_UP_RUNS {
        run()?;
    }
    let mut times = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < MEASURE {
        let begun = Instant::now();
        run()?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    let usage = run()?;
    Ok(Row {
        name: name.to_owned(),
        bytes: bytes.len(),
        load,
        p50: times[times.len() / 2],
        fuel: usage.fuel,
        memory_bytes: usage.memory_bytes,
    })
}

fn load(sandbox: &Sandbox, name: &str, bytes: &[u8]) -> Result<Program, Box<dyn Error>> {
    let source = if bytes.starts_with(b"\0asm") {
        Source::Component { name, wasm: bytes }
    } else {
        let text = str::from_utf8(bytes)?;
        if name.ends_with(".ts") {
            Source::TypeScript { name, text }
        } else {
            Source::JavaScript { name, text }
        }
    };
    Ok(sandbox.load(source)?)
}

fn event_of(payload: Vec<u8>) -> Invocation {
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

//! Crashes: processes that are killed, power cuts and failing disks, the last
//! two simulated.
//!
//! A child process works on a store; a library between it and the C library
//! records everything it does to its files and everything it acknowledges
//! (`disk.c`). From the record each round works out what a power cut at a
//! random point would have left, opens that, and compares it with what had
//! been acknowledged by then.
//!
//! `HOOKMILL_POWER_LOSS_ROUNDS` sets the number of rounds (20 by default).
//! Without a C compiler the tests say so and pass.
#![cfg(target_os = "linux")]

mod image;
mod kills;
mod library;
mod random;
mod survivors;
mod trace;
mod worker;

use image::{Disk, Survival};
use library::Library;
use random::Random;
use std::io::Read as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use trace::Trace;

/// Cuts tried on the record of one run of the worker.
const CUTS_A_RUN: u64 = 10;

fn rounds() -> u64 {
    let rounds = std::env::var("HOOKMILL_POWER_LOSS_ROUNDS").ok();
    rounds.and_then(|text| text.parse().ok()).unwrap_or(20)
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_settled_returns_after_a_power_cut() {
    let Some(library) = Library::build() else {
        return;
    };
    for run in 0..rounds().div_ceil(CUTS_A_RUN) {
        let seed = run + 1;
        let dir = tempfile::tempdir().expect("a folder");
        let trace = work(&library, dir.path(), seed);
        let mut random = Random::new(seed);
        for cut in 0..CUTS_A_RUN.min(rounds() - run * CUTS_A_RUN) {
            // A quarter of the cuts hit the making of the store.
            let all = trace.records.len() as u64;
            let range = if cut % 4 == 0 { all / 20 } else { all };
            let at = random.below(range.max(1)) as usize;
            let survival = match cut % 2 {
                0 => Survival::SyncedOnly,
                _ => Survival::Mixed,
            };
            let name = format!("run {run}, cut at record {at} of {all}, {survival:?}");
            let place = dir.path().join(format!("image-{cut}"));
            let disk = Disk::after(&trace, at);
            disk.write_to(&place, survival, &mut random);
            survivors::compare(&place.join("data"), &trace.acknowledged(at), &name);
            std::fs::remove_dir_all(&place).expect("removable");
        }
    }
}

/// Without syncs the same cuts must lose something: otherwise the test
/// above proves nothing.
#[test]
fn the_same_cuts_lose_data_when_syncs_are_forgotten() {
    let Some(library) = Library::build() else {
        return;
    };
    let dir = tempfile::tempdir().expect("a folder");
    let trace = work(&library, dir.path(), 7).without_syncs_of_the_journal();
    let at = trace.records.len();
    let place = dir.path().join("image");
    Disk::after(&trace, at).write_to(&place, Survival::SyncedOnly, &mut Random::new(7));
    let compared = std::panic::catch_unwind(|| {
        survivors::compare(&place.join("data"), &trace.acknowledged(at), "no syncs");
    });
    assert!(compared.is_err(), "the simulated disk forgets nothing");
}

#[test]
fn a_failing_disk_is_reported_and_nothing_is_acknowledged_any_more() {
    faulty("fail", "writing the journal failed");
}

#[test]
fn a_hanging_disk_is_reported_and_nothing_is_acknowledged_any_more() {
    faulty("hang", "has not ended");
}

/// Runs a worker whose disk goes bad, and reads what it says.
fn faulty(fault: &str, reason: &str) {
    let Some(library) = Library::build() else {
        return;
    };
    let dir = tempfile::tempdir().expect("a folder");
    let mut child = library.child(dir.path(), "faulty", 1);
    child
        .env("HOOKMILL_DISK_FAULT", fault)
        .stdout(Stdio::piped());
    let mut child = child.spawn().expect("the worker starts");
    wait(&mut child);
    let mut text = String::new();
    let mut stdout = child.stdout.take().expect("piped");
    stdout.read_to_string(&mut text).expect("readable");
    let failed = text.lines().find(|line| line.starts_with("failed "));
    assert!(failed.is_some_and(|line| line.contains(reason)), "{text}");
    assert!(!text.contains("acknowledged after the fault"), "{text}");
    assert!(text.contains("health says so"), "{text}");
}

/// Runs the worker and reads its record.
fn work(library: &Library, dir: &std::path::Path, seed: u64) -> Trace {
    let mut child = library.child(dir, "work", seed);
    let mut child = child
        .stdout(Stdio::null())
        .spawn()
        .expect("the worker starts");
    wait(&mut child);
    Trace::read(&library::trace_path(dir), &library::root(dir))
}

/// Waits for a child that must end well, and in time.
fn wait(child: &mut Child) {
    let started = Instant::now();
    loop {
        match child.try_wait().expect("the worker can be waited for") {
            Some(status) => return assert!(status.success(), "the worker ended with {status}"),
            None if started.elapsed() > Duration::from_secs(120) => {
                child.kill().expect("killable");
                panic!("the worker hangs");
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Not a test: what the child process runs.
#[test]
fn worker_process() {
    worker::main();
}

//! kill -9 at random moments: at work, while opening, and with the index or the
//! journal's tables deleted besides.
//!
//! `HOOKMILL_KILL_ROUNDS` sets the number of rounds (24 by default).

use super::library::{child, root};
use super::random::Random;
use super::survivors;
use super::trace::Acknowledged;
use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

/// Milliseconds that a worker takes for all of its work, about.
const WORK_MS: u64 = 900;

/// Milliseconds that opening takes, about.
const OPENING_MS: u64 = 60;

#[test]
fn nothing_acknowledged_is_lost_by_kill_9() {
    let rounds = std::env::var("HOOKMILL_KILL_ROUNDS").ok();
    let rounds: u64 = rounds.and_then(|text| text.parse().ok()).unwrap_or(24);
    for round in 0..rounds {
        let mut random = Random::new(round + 1);
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(root(dir.path())).expect("a new folder");
        let mut known = Acknowledged::default();
        let after = 1 + random.below(WORK_MS);
        known.note_all(&killed(dir.path(), "work", round, after));
        let data = root(dir.path()).join("data");
        let besides = match round % 4 {
            0 => "nothing",
            1 => {
                for _ in 0..2 {
                    killed(dir.path(), "open", round, random.below(OPENING_MS));
                }
                "two killed openings"
            }
            2 => remove(&data.join("index"), "its index deleted"),
            _ => remove(&data.join("runs"), "its tables deleted"),
        };
        let name = format!("round {round}: killed after {after} ms, with {besides}");
        survivors::compare(&data, &known, &name);
    }
}

fn remove(folder: &Path, what: &'static str) -> &'static str {
    if folder.exists() {
        std::fs::remove_dir_all(folder).expect("removable");
    }
    what
}

/// Runs a worker, kills it after so many milliseconds, and gives what it said.
fn killed(dir: &Path, role: &str, seed: u64, after_ms: u64) -> String {
    let mut worker = child(dir, role, seed);
    worker.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut worker = worker.spawn().expect("the worker starts");
    let mut stdout = worker.stdout.take().expect("piped");
    let listener = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).expect("readable");
        text
    });
    std::thread::sleep(Duration::from_millis(after_ms));
    worker.kill().expect("killable");
    worker.wait().expect("ends");
    listener.join().expect("no panic")
}

//! Hostile guests against the real relay: each one of `tests/guests` ends as
//! its file says, a neighbour loses nothing, and the process is as it was.

use hookmill_tests::binary;
use hookmill_tests::folder::Folder;
use hookmill_tests::guest::{Expected, Guest};
use hookmill_tests::http;
use hookmill_tests::process::Process;
use hookmill_tests::relay::{self, OPERATOR_KEY, Relay};
use hookmill_tests::sink::{Answer, Sink};
use hookmill_tests::wait::{DEADLINE, eventually};
use serde_json::Value;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// Bytes of an attempt that may be recorded, as JSON: 16 KiB of log, 4 KiB each
/// of the fault's message and stack, and what stands around them.
const RECORDED_BYTES_MAX: usize = 32 << 10;

/// KiB by which the relay's memory may have grown in the end. Each component
/// of the corpus (some seventy) keeps its place in the pool, of which up to
/// 1 MiB stays resident for its next run; the rest is compiled code that was
/// touched and the store's cache.
const RSS_GROWTH_KIB_MAX: u64 = 96 << 10;

/// The good tenant's events before the attack, and at a time after it.
const QUIET_EVENTS: usize = 200;

/// The good tenant's handler.
const GOOD: &str = "function handler(webhook) {
  webhook.payload = { id: webhook.payload.data.id, keys: Object.keys(webhook.payload) };
  return webhook;
}";

#[test]
fn hostile_guests_end_as_expected_and_harm_nobody() {
    let guests = Guest::corpus();
    let guests: Vec<_> = guests.iter().filter(|guest| !guest.is_refused()).collect();
    let target = Sink::start();
    let (arrived, arrivals) = mpsc::channel();
    let neighbour = Sink::answering(move |_| {
        // Nobody listens once the test has failed.
        let _ = arrived.send(Instant::now());
        Answer::status(200)
    });
    let folder = declare(&guests, &target, &neighbour);
    let relay = Relay::start(&folder);

    let mut good = Good::new(&relay, arrivals);
    let quiet = good.publish_while(|count| count < QUIET_EVENTS);
    let before = Process::of(relay.pid());
    let is_over = AtomicBool::new(false);
    let (events, between, busy) = std::thread::scope(|scope| {
        let load = scope.spawn(|| good.publish_while(|_| !is_over.load(Ordering::SeqCst)));
        let attacking = Raised(&is_over);
        let first = attack(&relay, &guests, 1);
        let between = Process::of(relay.pid());
        let second = attack(&relay, &guests, 2);
        drop(attacking);
        let events = [first, second].concat();
        (events, between, load.join().expect("good events arrive"))
    });
    let after = eventually("the relay's memory to be given back", || {
        // What an allocator holds back it gives up as its threads go on.
        good.publish_while(|count| count < QUIET_EVENTS);
        let after = Process::of(relay.pid());
        (after.rss_kib <= before.rss_kib + RSS_GROWTH_KIB_MAX).then_some(after)
    });

    let wrong: Vec<_> = events
        .iter()
        .filter_map(|event| event.mistake(&target))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    good.assert_all_delivered(&neighbour);
    println!(
        "{} guests, each twice; {} good events meanwhile",
        guests.len(),
        busy.len()
    );
    println!("the good tenant's latency alone: {}", quantiles(quiet));
    println!(
        "the good tenant's latency under attack: {}",
        quantiles(busy)
    );
    println!("memory: {before:?}, then {between:?}, then {after:?}");
    assert_healthy(&relay);
    assert_eq!(before.started, after.started, "it is the same process");
}

#[test]
fn a_transform_that_runs_anew_meets_the_same_clock_and_chance() {
    let corpus = Guest::corpus();
    let guest = corpus
        .iter()
        .find(|guest| guest.name == "js-clock_and_chance");
    let guest = guest.expect("it is in the corpus");
    let target = Sink::answering(|_| Answer::status(500));
    let folder = declare(&[guest], &target, &target);
    let relay = Relay::start(&folder);
    let body = format!(r#"{{"type":"{}"}}"#, guest.name);
    let id = relay.accept_at("mallory", "evt_1", body.as_bytes());
    let event = relay.finished(&id);
    let delivery = event["deliveries"][0]["id"].as_str().expect("an id");
    let path = format!("/api/v1/events/{id}/deliveries/{delivery}/replay");
    let key = ("authorization".to_owned(), format!("Bearer {OPERATOR_KEY}"));
    let anew = br#"{"transform": true}"#;
    let answer = http::send(relay.address(), "POST", &path, &[key], anew).expect("an answer");
    assert_eq!(answer.status, 202);
    let received = target.wait_for(2);
    assert_eq!(received[0].body, received[1].body);
}

#[test]
fn what_must_not_load_is_refused_with_words_that_help() {
    let mut files: Vec<_> = Guest::corpus()
        .into_iter()
        .filter(Guest::is_refused)
        .map(|guest| (guest.file_name(), guest.file(), guest.expected()))
        .collect();
    for (name, bytes, words) in no_components() {
        let expected = Expected {
            code: "refused".to_owned(),
            words: words.to_owned(),
        };
        files.push((name.to_owned(), bytes, vec![expected]));
    }
    let wrong: Vec<_> = files
        .iter()
        .filter_map(|(name, bytes, expected)| accepted(name, bytes, expected))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Raises its flag when it is dropped: also when the test fails, so that nobody
/// waits for it for ever.
struct Raised<'a>(&'a AtomicBool);

impl Drop for Raised<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A relay's folder with two tenants: `acme`, the good one, and `mallory`,
/// with an endpoint for each guest.
fn declare(guests: &[&Guest], target: &Sink, neighbour: &Sink) -> Folder {
    let mut text = format!(
        "[tenants.acme.transforms.good]\nfile = \"good.js\"\n\
         [tenants.acme.endpoints.good]\nurl = \"{}\"\ntransform = \"good\"\n\
         [tenants.mallory.sources.mallory]\nsecrets = [{{ env = \"DODO_SECRET\" }}]\n",
        neighbour.url("/")
    );
    for guest in guests {
        let (name, url) = (&guest.name, target.url(&path(guest)));
        text.push_str(&format!(
            "[tenants.mallory.transforms.{name}]\nfile = \"{}\"\n\
             [tenants.mallory.endpoints.{name}]\nurl = \"{url}\"\nevents = [\"{name}\"]\n\
             transform = \"{name}\"\nretry = {{ delays_s = [] }}\nlimits = {}\n",
            guest.file_name(),
            guest.limits(),
        ));
    }
    let folder = Folder::new(&text);
    folder.write("good.js", GOOD);
    for guest in guests {
        write(&folder, &guest.file_name(), &guest.file());
    }
    folder
}

fn write(folder: &Folder, name: &str, bytes: &[u8]) {
    std::fs::write(folder.path().join(name), bytes).expect("the file can be written");
}

/// Where a guest's requests go.
fn path(guest: &Guest) -> String {
    format!("/{}/", guest.name)
}

/// A guest's event, once it has ended.
#[derive(Clone)]
struct Ended<'g> {
    guest: &'g Guest,
    delivery: Value,
}

/// Publishes one event for each guest, and waits for all to end.
fn attack<'g>(relay: &Relay, guests: &[&'g Guest], round: u32) -> Vec<Ended<'g>> {
    let publish = |guest: &&'g Guest| {
        let name = &guest.name;
        let body = format!(r#"{{"type":"{name}","data":{{"round":{round}}}}}"#);
        let id = relay.accept_at("mallory", &format!("{name}-{round}"), body.as_bytes());
        (*guest, id)
    };
    let published: Vec<_> = guests.iter().map(publish).collect();
    let ended = published.into_iter().map(|(guest, id)| {
        let event = relay.finished(&id);
        let deliveries = event["deliveries"].as_array().expect("a list");
        assert_eq!(deliveries.len(), 1, "{event}");
        Ended {
            guest,
            delivery: deliveries[0].clone(),
        }
    });
    ended.collect()
}

impl Ended<'_> {
    /// What is wrong with how it ended; none when all is as the file says.
    fn mistake(&self, target: &Sink) -> Option<String> {
        let attempts = self.delivery["attempts"].as_array().expect("a list");
        let [attempt] = attempts.as_slice() else {
            return Some(format!("{}: {} attempts", self.guest.name, attempts.len()));
        };
        let (code, message) = self.outcome(attempt);
        let log = attempt["logs"].as_str().unwrap_or_default();
        let expected = self.guest.expected();
        let wrong = if !expected.iter().any(|one| one.admits(code, message)) {
            "another outcome"
        } else if attempt.to_string().len() > RECORDED_BYTES_MAX {
            "too much is recorded"
        } else if !self.log_is_right(log) {
            "another log"
        } else if !self.requests_are_right(code, target) {
            "another request"
        } else {
            return None;
        };
        let message: String = message.chars().take(300).collect();
        let log: String = log.chars().take(300).collect();
        let name = &self.guest.name;
        Some(format!(
            "{name}: {wrong}: {code}: {message} (expected {expected:?}; log {log:?})"
        ))
    }

    /// The code and the message.
    fn outcome<'a>(&'a self, attempt: &'a Value) -> (&'a str, &'a str) {
        let status = self.delivery["status"].as_str().expect("a text");
        let fault = &attempt["fault"];
        match fault["code"].as_str() {
            Some(code) if status == "transform_failed" => {
                (code, fault["message"].as_str().expect("a text"))
            }
            _ => (status, ""),
        }
    }

    fn log_is_right(&self, log: &str) -> bool {
        let words = self.guest.note("log").unwrap_or_default();
        log.contains(&words)
    }

    /// What was delivered has arrived, as it should; nothing else has.
    fn requests_are_right(&self, code: &str, target: &Sink) -> bool {
        let received = target.received().into_iter();
        let mut received = received.filter(|request| request.path.starts_with(&path(self.guest)));
        if code != "delivered" {
            return received.next().is_none();
        }
        let body = self.guest.note("body");
        let right = |sent: &[u8]| body.as_ref().is_none_or(|body| sent == body.as_bytes());
        received.next().is_some() && received.all(|request| right(&request.body))
    }
}

/// The good tenant: publishes one event after the other.
struct Good<'r> {
    relay: &'r Relay,
    arrivals: Receiver<Instant>,
    events: Vec<String>,
}

impl<'r> Good<'r> {
    fn new(relay: &'r Relay, arrivals: Receiver<Instant>) -> Self {
        Self {
            relay,
            arrivals,
            events: Vec::new(),
        }
    }

    /// Publishes events, each when the one before has arrived, and gives the
    /// time from publishing to arrival of each.
    fn publish_while(&mut self, goes_on: impl Fn(usize) -> bool) -> Vec<Duration> {
        let mut latencies = Vec::new();
        while goes_on(latencies.len()) {
            let number = self.events.len();
            let body = format!(r#"{{"type":"payment.succeeded","data":{{"id":"pay_{number}"}}}}"#);
            let published = Instant::now();
            let event = self.relay.accept(&format!("evt_{number}"), body.as_bytes());
            let arrived = self.arrivals.recv_timeout(DEADLINE);
            latencies.push(arrived.expect("a good event arrives") - published);
            self.events.push(event);
        }
        latencies
    }

    /// Each event arrived once, as its handler makes it, and is recorded so.
    fn assert_all_delivered(&self, sink: &Sink) {
        let received = sink.received();
        assert_eq!(received.len(), self.events.len());
        for (number, request) in received.iter().enumerate() {
            let expected = format!(r#"{{"id":"pay_{number}","keys":["type","data"]}}"#);
            assert_eq!(String::from_utf8_lossy(&request.body), expected);
        }
        for event in &self.events {
            let event = self.relay.finished(event);
            assert_eq!(event["deliveries"][0]["status"], "delivered", "{event}");
        }
    }
}

/// The median and the 99th percentile, in words.
fn quantiles(mut latencies: Vec<Duration>) -> String {
    latencies.sort_unstable();
    let at = |percent: usize| latencies[(latencies.len() - 1) * percent / 100];
    format!("p50 {:?}, p99 {:?}", at(50), at(99))
}

/// It answers, and no panic was logged.
fn assert_healthy(relay: &Relay) {
    for path in ["/health/live", "/health/ready"] {
        let health = http::send(relay.address(), "GET", path, &[], b"").expect("an answer");
        assert_eq!(health.status, 200, "{}", relay.log());
    }
    let log = relay.log();
    assert!(!log.contains("panicked"), "{log}");
}

/// What somebody might upload in place of a component.
fn no_components() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let module = wat::parse_str("(module)").expect("a module");
    let elf = std::fs::read(std::env::current_exe().expect("a path")).expect("this test");
    let tar = [b"handler.wasm".as_slice(), &[0; 500], b"\0asm"].concat();
    vec![
        ("empty.wasm", Vec::new(), "is empty"),
        ("core.wasm", module.clone(), "a core WebAssembly module"),
        (
            "text.wasm",
            b";; text\n(component)".to_vec(),
            "WebAssembly text",
        ),
        ("half.wasm", module[..4].to_vec(), "is not WebAssembly"),
        (
            "machine.wasm",
            elf[..4096].to_vec(),
            "is machine code (ELF)",
        ),
        ("archive.wasm", tar, "is not WebAssembly"),
        ("compiled.wasm", compiled(), "a precompiled artifact"),
        (
            "zip.wasm",
            b"PK\x03\x04\x14\0\0\0".to_vec(),
            "is a zip archive",
        ),
        (
            "javascript.wasm",
            GOOD.as_bytes().to_vec(),
            "is JavaScript source",
        ),
        ("webassembly.js", module, "is a core WebAssembly module"),
        ("utf16.js", b"\xff\xfef\0u\0n\0".to_vec(), "not UTF-8"),
    ]
}

/// What must be refused and is not, or in other words; none when all is well.
fn accepted(name: &str, bytes: &[u8], expected: &[Expected]) -> Option<String> {
    let (status, error) = check(name, bytes);
    let refused = status.code() == Some(2);
    if refused && expected.iter().any(|one| one.admits("refused", &error)) {
        return None;
    }
    let error: String = error.chars().take(500).collect();
    Some(format!("{name}: {status}: {error} (expected {expected:?})"))
}

/// Declares a transform of this file, and has the relay look at it: the exit
/// status, and what it says.
fn check(name: &str, bytes: &[u8]) -> (ExitStatus, String) {
    let folder = Folder::new(&format!(
        "[tenants.mallory.transforms.t]\nfile = \"{name}\"\n\
         [tenants.mallory.endpoints.e]\nurl = \"http://127.0.0.1:1/\"\ntransform = \"t\"\n"
    ));
    write(&folder, name, bytes);
    let mut command = relay::command(&folder);
    let output = command.arg("--check").output().expect("the binary starts");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status, error)
}

/// Machine code as real as can be: what the relay's own compiler made of the
/// JavaScript engine, without the head that its cache puts before it.
fn compiled() -> Vec<u8> {
    const HEAD_BYTES: usize = 48;
    let (status, error) = check("good.js", GOOD.as_bytes());
    assert!(status.success(), "{error}");
    let entries = std::fs::read_dir(binary::cache_dir()).expect("the cache is there");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths = paths.filter(|path| path.is_file());
    let entry = std::fs::read(paths.next().expect("an entry")).expect("it can be read");
    entry[HEAD_BYTES..].to_vec()
}

//! kill -9 under load, at random moments: nothing acknowledged is lost, and
//! only what was under way at a kill comes twice. Also while the endpoint is
//! disabled and enabled all the time, by 410s and by the operator.
//!
//! 20 rounds; `HOOKMILL_CRASH_ROUNDS=200` for more. `HOOKMILL_CRASH_SEED`
//! repeats the moments of a run, as far as the machine lets it.

use hookmill_tests::folder::Folder;
use hookmill_tests::relay::{self, Relay};
use hookmill_tests::sink::{Answer, Sink};
use hookmill_tests::uploads::call;
use hookmill_tests::wait::eventually;
use hookmill_tests::{http, signer};
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Events published at once.
const PUBLISHERS: usize = 8;

/// Requests that the relay may have under way.
const CONCURRENCY_MAX: usize = 32;

/// Deliveries that it may have under way, settling included, and so may repeat
/// after a kill.
const IN_FLIGHT_MAX: usize = 2 * CONCURRENCY_MAX;

/// One round in so many kills the relay again while it starts.
const ROUNDS_PER_EARLY_KILL: u64 = 4;

/// Acknowledged events that are asked about one by one at the end.
const SAMPLES_MAX: usize = 100;

/// Key and id of each event that was acknowledged.
type Acknowledged = Mutex<Vec<(String, String)>>;

/// In which lives of the relay each key arrived, in order.
type Arrivals = Mutex<HashMap<String, Vec<u64>>>;

fn number(variable: &str, default: u64) -> u64 {
    let asked = std::env::var(variable).ok();
    asked.map_or(default, |text| text.parse().expect("a whole number"))
}

/// Moments in milliseconds; any spread will do (Knuth's multiplier).
struct Random(u64);

impl Random {
    fn next_ms(&mut self) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1);
        Duration::from_millis(self.0 >> 33 & 0xff)
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_only_what_was_under_way_comes_twice() {
    let rounds = number("HOOKMILL_CRASH_ROUNDS", 20);
    let seed = number("HOOKMILL_CRASH_SEED", u64::from(std::process::id()));
    println!("HOOKMILL_CRASH_SEED={seed}");
    let mut random = Random(seed);
    let (life, arrivals) = (Arc::new(AtomicU64::new(0)), Arc::default());
    let sink = noting_sink(Arc::clone(&life), Arc::clone(&arrivals));
    // What the killed process had sent belongs to its life.
    let next_life = || {
        sink.wait_for_silence();
        life.fetch_add(1, Ordering::SeqCst);
    };
    let folder = folder(&sink);
    let acknowledged = Arc::default();
    for round in 0..rounds {
        if round % ROUNDS_PER_EARLY_KILL == ROUNDS_PER_EARLY_KILL - 1 {
            kill_at_start(&folder, random.next_ms());
            next_life();
        }
        kill_under_load(&folder, round, random.next_ms(), &acknowledged);
        next_life();
    }
    let relay = Relay::start(&folder);
    let acknowledged = acknowledged.lock().expect("no holder panics").clone();
    println!("{} events acknowledged", acknowledged.len());
    eventually("every acknowledged event to arrive", || {
        let arrivals = arrivals.lock().expect("no holder panics");
        let all = acknowledged
            .iter()
            .all(|(key, _)| arrivals.contains_key(key));
        all.then_some(())
    });
    assert_repeats(&arrivals.lock().expect("no holder panics"));
    assert_remembered(&relay, &acknowledged);
    assert!(relay.terminate().success());
}

/// The endpoint answers 410 now and then, and somebody disables and enables it
/// meanwhile. In the end it is enabled: what waited comes by itself, and what
/// was answered with 410 is a dead letter that can be replayed.
#[test]
fn nothing_acknowledged_is_lost_while_endpoints_are_disabled_and_enabled() {
    /// One request in so many is answered with 410.
    const GONE_EACH: u64 = 61;
    let rounds = number("HOOKMILL_CRASH_ROUNDS", 20) / 2;
    let seed = number("HOOKMILL_CRASH_SEED", u64::from(std::process::id()));
    println!("HOOKMILL_CRASH_SEED={seed}");
    let mut random = Random(seed);
    let (requests, goes) = (AtomicU64::new(0), Arc::new(AtomicBool::new(true)));
    let (arrivals, going) = (Arc::<Arrivals>::default(), Arc::clone(&goes));
    let arrived = Arc::clone(&arrivals);
    let sink = Sink::answering(move |received| {
        let request = requests.fetch_add(1, Ordering::SeqCst);
        if going.load(Ordering::SeqCst) && request % GONE_EACH == GONE_EACH - 1 {
            return Answer::status(410);
        }
        let key = received.json()["key"].as_str().expect("a key").to_owned();
        let mut arrivals = arrived.lock().expect("no holder panics");
        arrivals.entry(key).or_default().push(0);
        Answer::status(200)
    });
    let folder = folder(&sink);
    let acknowledged = Arc::<Acknowledged>::default();
    for round in 0..rounds {
        let relay = Relay::start(&folder);
        let path = endpoint_path(&relay);
        let stop = Arc::new(AtomicBool::new(false));
        let switching = {
            let (stop, address) = (Arc::clone(&stop), relay.address());
            std::thread::spawn(move || switch(address, &path, &stop))
        };
        let after = random.next_ms() * 2;
        kill_with(relay, round, after, &acknowledged);
        stop.store(true, Ordering::SeqCst);
        switching.join().expect("no panic");
    }
    sink.wait_for_silence();
    goes.store(false, Ordering::SeqCst);
    let relay = Relay::start(&folder);
    let path = endpoint_path(&relay);
    assert_eq!(
        call(&relay, "POST", &format!("{path}/enable"), "").status,
        200
    );
    let acknowledged = acknowledged.lock().expect("no holder panics").clone();
    println!("{} events acknowledged", acknowledged.len());
    eventually("every acknowledged event to arrive", || {
        // What was parked with a 410, or after it, by an earlier life.
        let replay = call(&relay, "POST", &format!("{path}/replay"), "");
        assert_eq!(replay.status, 202);
        let arrivals = arrivals.lock().expect("no holder panics");
        let all = acknowledged
            .iter()
            .all(|(key, _)| arrivals.contains_key(key));
        all.then_some(())
    });
    assert_remembered(&relay, &acknowledged);
    assert!(relay.terminate().success());
}

/// Where the one endpoint is.
fn endpoint_path(relay: &Relay) -> String {
    let list = call(relay, "GET", "/api/v1/endpoints", "").json();
    let id = list["data"][0]["id"].as_str().expect("an id");
    format!("/api/v1/endpoints/{id}")
}

/// Disables and enables the endpoint until it is told to stop.
fn switch(address: SocketAddr, path: &str, stop: &AtomicBool) {
    let key = format!("Bearer {}", relay::OPERATOR_KEY);
    let key = [("authorization".to_owned(), key)];
    // More often enabled than not, so that something is sent.
    for what in ["disable", "enable", "enable"].iter().cycle() {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let path = format!("{path}/{what}");
        match http::send(address, "POST", &path, &key, b"") {
            Ok(answer) => assert!(matches!(answer.status, 200 | 503), "{}", answer.status),
            // Killed.
            Err(_) => return,
        }
        std::thread::sleep(Duration::from_millis(3));
    }
}

fn noting_sink(life: Arc<AtomicU64>, arrivals: Arc<Arrivals>) -> Sink {
    Sink::answering(move |received| {
        let key = received.json()["key"].as_str().expect("a key").to_owned();
        let life = life.load(Ordering::SeqCst);
        let mut arrivals = arrivals.lock().expect("no holder panics");
        arrivals.entry(key).or_default().push(life);
        Answer::status(200)
    })
}

fn folder(sink: &Sink) -> Folder {
    let folder = Folder::new(&format!(
        "[tenants.acme.transforms.t]\nfile = \"t.js\"\n[tenants.acme.endpoints.e]\nurl = \"{}\"\ntransform = \"t\"\nconcurrency_max = {CONCURRENCY_MAX}\n",
        sink.url("/")
    ));
    folder.write("t.js", "const handler = (webhook) => { webhook.payload = { key: webhook.payload.key }; return webhook; };\n");
    folder
}

/// Kills a relay that may be anywhere between its first instruction and
/// listening: recovery must survive being interrupted.
fn kill_at_start(folder: &Folder, after: Duration) {
    let mut child = relay::command(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    std::thread::sleep(after);
    child.kill().expect("the process can be killed");
    child.wait().expect("the process ends");
}

fn kill_under_load(folder: &Folder, round: u64, after: Duration, acknowledged: &Arc<Acknowledged>) {
    kill_with(Relay::start(folder), round, after, acknowledged);
}

fn kill_with(relay: Relay, round: u64, after: Duration, acknowledged: &Arc<Acknowledged>) {
    let stop = Arc::new(AtomicBool::new(false));
    let publishers: Vec<_> = (0..PUBLISHERS)
        .map(|n| {
            let (acknowledged, stop) = (Arc::clone(acknowledged), Arc::clone(&stop));
            let (address, prefix) = (relay.address(), format!("r{round}_p{n}"));
            std::thread::spawn(move || publish(address, &prefix, &acknowledged, &stop))
        })
        .collect();
    std::thread::sleep(after);
    relay.kill();
    stop.store(true, Ordering::SeqCst);
    for publisher in publishers {
        publisher.join().expect("no publisher panics");
    }
}

/// Publishes until it is told to stop or the relay is gone.
fn publish(address: SocketAddr, prefix: &str, acknowledged: &Acknowledged, stop: &AtomicBool) {
    for n in 0_u64.. {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let key = format!("{prefix}_{n}");
        let body = format!(
            "{{\"type\":\"payment.succeeded\",\"key\":\"{key}\",\"pad\":\"{}\"}}",
            "x".repeat((n as usize * 97) % 9_000)
        );
        let headers = signer::headers(signer::SECRET, &key, body.as_bytes());
        match http::send(address, "POST", "/in/dodo", &headers, body.as_bytes()) {
            // A body that the kill cut off acknowledges nothing.
            Ok(response) if response.status == 202 => {
                let Ok(answer) = serde_json::from_slice::<serde_json::Value>(&response.body) else {
                    return;
                };
                let id = answer["id"].as_str().expect("an id").to_owned();
                let mut acknowledged = acknowledged.lock().expect("no holder panics");
                acknowledged.push((key, id));
            }
            Ok(response) => panic!(
                "{}: {:?}",
                response.status,
                String::from_utf8_lossy(&response.body)
            ),
            // Killed: what was not acknowledged may or may not be there.
            Err(_) => return,
        }
    }
}

/// Nothing comes twice from one process, and no kill makes more come again
/// than the process could have under way.
fn assert_repeats(arrivals: &HashMap<String, Vec<u64>>) {
    let mut repeats: BTreeMap<u64, usize> = BTreeMap::new();
    for (key, seen) in arrivals {
        for pair in seen.windows(2) {
            assert!(pair[0] < pair[1], "{key} came twice in life {}", pair[0]);
            *repeats.entry(pair[0]).or_default() += 1;
        }
    }
    println!("deliveries that came again, by the life that was ended: {repeats:?}");
    for (life, count) in repeats {
        assert!(count <= IN_FLIGHT_MAX, "{count} repeats after life {life}");
    }
}

/// What was acknowledged is known by its id, as delivered, and a repeat of it
/// creates nothing.
fn assert_remembered(relay: &Relay, acknowledged: &[(String, String)]) {
    let stride = acknowledged.len().div_ceil(SAMPLES_MAX).max(1);
    for (key, id) in acknowledged.iter().step_by(stride) {
        let event = relay.finished(id);
        assert_eq!(event["deliveries"][0]["status"], "delivered", "{event}");
        let body = br#"{"type":"payment.succeeded","key":"a repeat"}"#;
        let repeat = relay.publish(key, body);
        assert_eq!(repeat.status, 200, "{key}");
        assert_eq!(repeat.json()["id"], **id, "{key}");
    }
}

//! kill -9 under load, at random moments: nothing acknowledged is lost, and
//! only what was under way comes twice.
//!
//! 20 rounds; `HOOKMILL_CRASH_ROUNDS=200` for more.

use hookmill_tests::folder::Folder;
use hookmill_tests::relay::Relay;
use hookmill_tests::sink::Sink;
use hookmill_tests::wait::eventually;
use hookmill_tests::{http, signer};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Events published at once.
const PUBLISHERS: usize = 8;

/// Deliveries that a relay may have under way, and so may repeat after a kill.
const IN_FLIGHT_MAX: usize = 64;

fn rounds() -> u64 {
    let asked = std::env::var("HOOKMILL_CRASH_ROUNDS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(20)
}

/// Publishes until it is told to stop or the relay is gone; keeps the keys
/// that were acknowledged.
fn publish(
    address: SocketAddr,
    prefix: &str,
    acknowledged: &Mutex<Vec<String>>,
    stop: &AtomicBool,
) {
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
            Ok(response) if response.status == 202 => {
                acknowledged.lock().expect("no holder panics").push(key);
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

#[test]
fn nothing_acknowledged_is_lost_and_only_what_was_under_way_comes_twice() {
    let sink = Sink::start();
    let folder = Folder::new(&format!(
        "[tenants.acme.transforms.t]\nfile = \"t.js\"\n[tenants.acme.endpoints.e]\nurl = \"{}\"\ntransform = \"t\"\nconcurrency_max = {IN_FLIGHT_MAX}\n",
        sink.url("/")
    ));
    folder.write("t.js", "const handler = (webhook) => { webhook.payload = { key: webhook.payload.key }; return webhook; };\n");
    let seed = u64::from(std::process::id());
    println!("seed {seed}");
    let mut random = seed;
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    for round in 0..rounds() {
        let relay = Relay::start(&folder);
        let stop = Arc::new(AtomicBool::new(false));
        let publishers: Vec<_> = (0..PUBLISHERS)
            .map(|n| {
                let (acknowledged, stop) = (Arc::clone(&acknowledged), Arc::clone(&stop));
                let (address, prefix) = (relay.address(), format!("r{round}_p{n}"));
                std::thread::spawn(move || publish(address, &prefix, &acknowledged, &stop))
            })
            .collect();
        // Knuth's multiplier: any spread of moments will do.
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        std::thread::sleep(Duration::from_millis(random >> 33 & 0xff));
        relay.kill();
        stop.store(true, Ordering::SeqCst);
        for publisher in publishers {
            publisher.join().expect("no publisher panics");
        }
    }
    let relay = Relay::start(&folder);
    let acknowledged = acknowledged.lock().expect("no holder panics").clone();
    println!(
        "{} events acknowledged over {} kills",
        acknowledged.len(),
        rounds()
    );
    let counts = eventually("every acknowledged event to be delivered", || {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for received in sink.received() {
            let key = received.json()["key"].as_str().expect("a key").to_owned();
            *counts.entry(key).or_default() += 1;
        }
        acknowledged
            .iter()
            .all(|key| counts.contains_key(key))
            .then_some(counts)
    });
    let repeats: usize = counts.values().map(|count| count - 1).sum();
    println!("{repeats} deliveries came again");
    let bound = usize::try_from(rounds()).expect("a small number") * IN_FLIGHT_MAX;
    assert!(repeats <= bound, "{repeats} repeats, more than {bound}");
    assert!(relay.terminate().success());
}

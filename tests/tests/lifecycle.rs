//! Starting, stopping and starting again.

use hookmill_tests::folder::Folder;
use hookmill_tests::relay::{self, Relay};
use hookmill_tests::sink::{Answer, Sink};
use hookmill_tests::wait::eventually;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const PAYMENT: &[u8] = br#"{"type":"payment.succeeded","data":{"id":"pay_1"}}"#;

/// A destination that answers 500 until the switch is set, then 200.
fn sink_with_a_switch() -> (Sink, Arc<AtomicBool>) {
    let healthy = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&healthy);
    let sink = Sink::answering(move |_| {
        let is_healthy = switch.load(Ordering::SeqCst);
        Answer::status(if is_healthy { 200 } else { 500 })
    });
    (sink, healthy)
}

#[test]
fn sigterm_lets_deliveries_under_way_end() {
    let (let_go, gate) = std::sync::mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let sink = Sink::answering(move |_| {
        // Let go when the test has failed, too.
        let _ = gate.lock().expect("no holder panics").recv();
        Answer::status(200)
    });
    let folder = Folder::new(&format!(
        "[tenants.acme.endpoints.e]\nurl = \"{}\"\n",
        sink.url("/")
    ));
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    let _ = sink.wait_for(1);
    relay.ask_to_end();
    eventually("the relay to stop", || {
        relay.log().contains("stopping").then_some(())
    });
    let_go.send(()).expect("the sink waits");
    assert!(relay.ended().success());
    let relay = Relay::start(&folder);
    assert_eq!(relay.event(&id)["deliveries"][0]["status"], "delivered");
    assert_eq!(sink.received().len(), 1);
}

#[test]
fn a_restart_goes_on_where_it_was() {
    let (sink, healthy) = sink_with_a_switch();
    let folder = Folder::new(&format!(
        "[tenants.acme.endpoints.e]\nurl = \"{}\"\nretry = {{ delays_s = [2, 2, 2, 2], jitter = 0.0 }}\n",
        sink.url("/")
    ));
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    eventually("the first attempt to be recorded", || {
        let delivery = relay.event(&id)["deliveries"][0].clone();
        delivery["attempts"][0].is_object().then_some(())
    });
    relay.kill();
    healthy.store(true, Ordering::SeqCst);
    let relay = Relay::start(&folder);
    let event = relay.finished(&id);
    assert_eq!(event["deliveries"][0]["status"], "delivered", "{event}");
    assert!(
        event["deliveries"][0]["attempts"].as_array().map(Vec::len) >= Some(2),
        "{event}"
    );
}

#[test]
fn a_second_process_on_the_same_data_is_refused() {
    let folder = Folder::new("");
    let first = Relay::start(&folder);
    let second = relay::command(&folder).output().expect("the binary starts");
    assert!(!second.status.success());
    let error = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(error.contains("another process"), "{error}");
    assert!(second.stdout.is_empty(), "no port was bound");
    assert_eq!(first.publish("evt_1", PAYMENT).status, 202);
}

#[test]
fn mistakes_are_said_with_their_place_before_a_port_is_bound() {
    let folder = Folder::new(
        "[tenants.acme.endpoints.e]\nurl = \"nowhere\"\ntransform = \"missing\"\nevnets = [\"*\"]\n",
    );
    let output = relay::command(&folder).output().expect("the binary starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    for part in [
        "hookmill.toml:",
        "tenants.acme.endpoints.e.url",
        "tenants.acme.endpoints.e.transform",
        "missing",
        "evnets",
        "events",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert!(
        !folder.path().join("data").exists(),
        "nothing half-done stays behind"
    );
}

#[test]
fn a_handler_with_a_syntax_error_is_refused_by_a_check_with_its_place() {
    let folder = Folder::new("[tenants.acme.transforms.t]\nfile = \"t.js\"\n");
    folder.write(
        "t.js",
        "function handler(webhook) {\n  return webhook\n  }}\n",
    );
    let check = relay::command(&folder).arg("--check").output();
    let output = check.expect("the binary starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("t.js:3:"), "{error}");
}

#[test]
fn what_waits_for_an_endpoint_that_is_gone_is_parked() {
    let sink = Sink::answering(|_| Answer::status(500));
    let declaration = format!(
        "[tenants.acme.endpoints.e]\nurl = \"{}\"\nretry = {{ delays_s = [3, 3], jitter = 0.0 }}\n",
        sink.url("/")
    );
    let folder = Folder::new(&declaration);
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    let _ = sink.wait_for(1);
    assert!(relay.terminate().success());
    folder.write("hookmill.toml", hookmill_tests::folder::PREAMBLE);
    let relay = Relay::start(&folder);
    let event = relay.finished(&id);
    let delivery = &event["deliveries"][0];
    assert_eq!(delivery["status"], "dead_letter", "{event}");
    let attempts = delivery["attempts"].as_array().expect("a list");
    let last = attempts.last().expect("an attempt");
    assert_eq!(last["error"]["kind"], "endpoint_unavailable", "{event}");
}

#[test]
fn damaged_data_is_refused_by_name_with_an_exit_code_of_its_own() {
    let sink = Sink::answering(|_| Answer::status(500));
    let folder = Folder::new(&format!(
        "[tenants.acme.endpoints.e]\nurl = \"{}\"\n",
        sink.url("/")
    ));
    let relay = Relay::start(&folder);
    for n in 0..50 {
        let _ = relay.accept(&format!("evt_{n}"), PAYMENT);
    }
    assert!(relay.terminate().success());
    cut(&folder.path().join("data/store/journal/00000001.seg"));
    let output = relay::command(&folder).output().expect("the binary starts");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(65), "{error}");
    assert!(error.contains("the store is damaged"), "{error}");
    assert!(output.stdout.is_empty(), "no port was bound");
}

/// Cuts off half of what was written to a file, which is longer than that.
fn cut(file: &Path) {
    let bytes = std::fs::read(file).expect("a file of the store");
    let written = bytes.iter().rposition(|byte| *byte != 0);
    let half = written.expect("some data") / 2;
    std::fs::write(file, &bytes[..half]).expect("the file can be cut");
}

#[test]
fn an_index_that_is_damaged_or_gone_is_made_anew_and_nothing_is_lost() {
    let (sink, healthy) = sink_with_a_switch();
    let folder = Folder::new(&format!(
        "[tenants.acme.endpoints.e]\nurl = \"{}\"\nretry = {{ delays_s = [1, 1, 1, 1, 1, 1], jitter = 0.0 }}\n",
        sink.url("/")
    ));
    let relay = Relay::start(&folder);
    let accepted = (0..50).map(|n| relay.accept(&format!("evt_{n}"), PAYMENT));
    let ids: Vec<_> = accepted.collect();
    assert!(relay.terminate().success());
    let index = folder.path().join("data/store/index");
    cut(&index.join("db"));
    let relay = Relay::start(&folder);
    assert!(relay.terminate().success());
    std::fs::remove_dir_all(&index).expect("removable");
    healthy.store(true, Ordering::SeqCst);
    let relay = Relay::start(&folder);
    for id in &ids {
        let event = relay.finished(id);
        assert_eq!(event["deliveries"][0]["status"], "delivered", "{event}");
    }
}

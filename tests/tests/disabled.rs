//! Endpoints that take nothing for now: after a 410, by the operator, by their
//! declaration. What they would have got waits, and comes.

use hookmill_tests::folder::{Folder, PREAMBLE};
use hookmill_tests::http::{self, Response};
use hookmill_tests::relay::Relay;
use hookmill_tests::sink::{Answer, Sink};
use hookmill_tests::uploads::call;
use hookmill_tests::wait::eventually;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

const PAYMENT: &[u8] = br#"{"type":"payment.succeeded","data":{"id":"pay_1"}}"#;

/// A sink that answers with the status that the test wants at the moment.
fn switched(status: u16) -> (Sink, Arc<AtomicU16>) {
    let wanted = Arc::new(AtomicU16::new(status));
    let status = Arc::clone(&wanted);
    let sink = Sink::answering(move |_| Answer::status(status.load(Ordering::SeqCst)));
    (sink, wanted)
}

fn declaration(sink: &Sink, settings: &str) -> String {
    format!(
        "[tenants.acme.endpoints.e]\nurl = \"{}\"\n{settings}\n",
        sink.url("/e")
    )
}

/// The endpoint `e` as the relay shows it.
fn endpoint(relay: &Relay) -> Value {
    let list = call(relay, "GET", "/api/v1/endpoints", "").json();
    let items = list["data"].as_array().expect("a list");
    let found = items.iter().find(|item| item["name"] == "e");
    found.unwrap_or_else(|| panic!("{list}")).clone()
}

fn id(relay: &Relay) -> String {
    endpoint(relay)["id"].as_str().expect("an id").to_owned()
}

fn post(relay: &Relay, what: &str) -> Response {
    let path = format!("/api/v1/endpoints/{}/{what}", id(relay));
    call(relay, "POST", &path, "")
}

/// Publishes an event to a source whose endpoint has answered 410, and waits
/// until the endpoint is disabled.
fn gone(relay: &Relay, key: &str) -> String {
    let event = relay.accept(key, PAYMENT);
    let shown = relay.finished(&event);
    assert_eq!(shown["deliveries"][0]["status"], "dead_letter", "{shown}");
    eventually("the endpoint to be disabled", || {
        (endpoint(relay)["disabled"] == true).then_some(())
    });
    event
}

fn assert_held(relay: &Relay, event: &str) {
    let shown = relay.event(event);
    let delivery = &shown["deliveries"][0];
    assert_eq!(delivery["status"], "pending", "{shown}");
    assert_eq!(delivery["held"], "endpoint_disabled", "{shown}");
    assert_eq!(delivery["attempts"], json!([]), "{shown}");
}

#[test]
fn what_comes_after_a_410_waits_and_is_sent_when_the_endpoint_is_enabled() {
    let (sink, status) = switched(410);
    let folder = Folder::new(&declaration(&sink, ""));
    let relay = Relay::start(&folder);
    gone(&relay, "evt_0");
    let shown = endpoint(&relay);
    assert_eq!(shown["disabledBy"], "gone", "{shown}");
    assert!(shown["disabledSince"].is_string(), "{shown}");
    let mut events: Vec<_> = (1..4)
        .map(|n| relay.accept(&format!("evt_{n}"), PAYMENT))
        .collect();
    for event in &events {
        assert_held(&relay, event);
    }
    assert_eq!(endpoint(&relay)["held"], 3);
    let log = relay.log();
    assert!(log.contains("410 Gone"), "{log}");
    // A crash and a start with the same declaration change nothing about it.
    relay.kill();
    let relay = Relay::start(&folder);
    events.push(relay.accept("evt_4", PAYMENT));
    for event in &events {
        assert_held(&relay, event);
    }
    let before = endpoint(&relay);
    assert_eq!(before["disabledSince"], shown["disabledSince"]);
    assert_eq!(before["held"], 4);
    status.store(200, Ordering::SeqCst);
    let enabled = post(&relay, "enable");
    assert_eq!(enabled.status, 200);
    assert_eq!(enabled.json()["disabled"], false);
    assert_eq!(enabled.json()["disabledBy"], Value::Null);
    for event in &events {
        let shown = relay.finished(event);
        assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
    }
    assert_eq!(sink.received().len(), 5, "the one that said 410, and these");
    assert_eq!(endpoint(&relay)["held"], 0);
    // That it is enabled is remembered, too.
    relay.kill();
    let relay = Relay::start(&folder);
    assert_eq!(endpoint(&relay)["disabled"], false);
}

#[test]
fn another_declaration_enables_what_a_410_disabled() {
    let (sink, status) = switched(410);
    let folder = Folder::new(&declaration(&sink, ""));
    let relay = Relay::start(&folder);
    gone(&relay, "evt_1");
    let waiting = relay.accept("evt_2", PAYMENT);
    assert!(relay.terminate().success());
    status.store(200, Ordering::SeqCst);
    let changed = declaration(&sink, "headers = { X-New = \"1\" }");
    folder.write("hookmill.toml", &format!("{PREAMBLE}\n{changed}"));
    let relay = Relay::start(&folder);
    let shown = relay.finished(&waiting);
    assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
}

/// What hides a secret from the log must not hide that it changed.
#[test]
fn another_secret_is_another_declaration() {
    let (sink, status) = switched(410);
    let settings = |more: &str| {
        format!(
            "[tenants.acme.credentials.key]\nbearer = {{ env = \"TOKEN\" }}\nhosts = [\"127.0.0.1\"]\n[tenants.acme.endpoints.e]\nurl = {{ env = \"CHAT_URL\" }}\ncredential = \"key\"\n{more}\n"
        )
    };
    let folder = Folder::new(&settings("signing = { secrets = [{ env = \"SIGNING\" }] }"));
    let signing = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    let start = |url: &str, token: &str, signing: &str| {
        let mut command = hookmill_tests::relay::command(&folder);
        command
            .env("CHAT_URL", sink.url(url))
            .env("TOKEN", token)
            .env("SIGNING", signing);
        Relay::spawn(command, &folder)
    };
    let lives = [
        ("/a", "first", signing),
        ("/b", "first", signing),
        ("/b", "second", signing),
        ("/b", "second", "whsec_AAAAsBQIhrscChlQIMV+b5sSYspob7oD"),
    ];
    for (n, (url, token, signing)) in lives.into_iter().enumerate() {
        let relay = start(url, token, signing);
        assert_eq!(endpoint(&relay)["disabled"], false, "life {n}");
        gone(&relay, &format!("evt_{n}"));
        assert!(relay.terminate().success());
        // To declare it as it is changes nothing.
        let relay = start(url, token, signing);
        assert_eq!(endpoint(&relay)["disabled"], true, "life {n}");
        assert!(relay.terminate().success());
    }
    status.store(200, Ordering::SeqCst);
}

#[test]
fn a_replay_to_a_disabled_endpoint_says_so() {
    let (sink, status) = switched(410);
    let folder = Folder::new(&declaration(&sink, ""));
    let relay = Relay::start(&folder);
    let event = gone(&relay, "evt_1");
    let delivery = relay.event(&event)["deliveries"][0]["id"].clone();
    let delivery = delivery.as_str().expect("an id");
    let one = format!("/api/v1/events/{event}/deliveries/{delivery}/replay");
    for answer in [call(&relay, "POST", &one, ""), post(&relay, "replay")] {
        assert_eq!(answer.status, 409);
        let problem = answer.json();
        assert_eq!(problem["code"], "endpoint_disabled", "{problem}");
        let detail = problem["detail"].as_str().expect("a text");
        assert!(
            detail.contains("`e`") && detail.contains("410"),
            "{problem}"
        );
        assert!(detail.contains("/enable"), "{problem}");
    }
    let shown = relay.event(&event);
    assert_eq!(shown["deliveries"][0]["status"], "dead_letter", "{shown}");
    status.store(200, Ordering::SeqCst);
    assert_eq!(post(&relay, "enable").status, 200);
    assert_eq!(call(&relay, "POST", &one, "").json()["status"], "queued");
    let shown = relay.finished(&event);
    assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
}

#[test]
fn the_operator_disables_and_enables_without_a_restart() {
    let (sink, _) = switched(200);
    let folder = Folder::new(&declaration(&sink, ""));
    let relay = Relay::start(&folder);
    let first = post(&relay, "disable");
    assert_eq!(first.status, 200);
    assert_eq!(first.json()["disabled"], true);
    assert_eq!(first.json()["disabledBy"], "operator");
    // A repeat changes nothing, not even since when.
    assert_eq!(post(&relay, "disable").json(), first.json());
    let event = relay.accept("evt_1", PAYMENT);
    assert_held(&relay, &event);
    relay.kill();
    // Another declaration changes nothing: the operator's word holds.
    let changed = declaration(&sink, "headers = { X-New = \"1\" }");
    folder.write("hookmill.toml", &format!("{PREAMBLE}\n{changed}"));
    let relay = Relay::start(&folder);
    assert_held(&relay, &event);
    assert_eq!(
        endpoint(&relay)["disabledSince"],
        first.json()["disabledSince"]
    );
    for _ in 0..2 {
        let enabled = post(&relay, "enable");
        assert_eq!(enabled.status, 200);
        assert_eq!(enabled.json()["disabled"], false);
    }
    let shown = relay.finished(&event);
    assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
    assert_eq!(sink.received().len(), 1);
}

#[test]
fn a_retry_of_a_disabled_endpoint_waits_too() {
    let status = Arc::new(AtomicU16::new(0));
    let answers = Arc::clone(&status);
    // It answers when the test says with what.
    let sink = Sink::answering(move |received| {
        if received.path != "/e" {
            return Answer::status(200);
        }
        Answer::status(eventually("an answer", || {
            Some(answers.load(Ordering::SeqCst)).filter(|status| *status != 0)
        }))
    });
    let other = format!(
        "[tenants.acme.endpoints.other]\nurl = \"{}\"\nevents = [\"barrier\"]\n",
        sink.url("/other")
    );
    let retry =
        "events = [\"payment.*\"]\nretry = { delays_s = [0, 0, 0], jitter = 0.0 }".to_owned();
    let folder = Folder::new(&format!("{}{other}", declaration(&sink, &retry)));
    let relay = Relay::start(&folder);
    let event = relay.accept("evt_1", PAYMENT);
    let _ = sink.wait_for(1);
    assert_eq!(post(&relay, "disable").status, 200);
    status.store(500, Ordering::SeqCst);
    eventually("the attempt to be recorded", || {
        let shown = relay.event(&event)["deliveries"][0].clone();
        let attempts = shown["attempts"].as_array().map(Vec::len);
        (attempts == Some(1)).then_some(())
    });
    // What is due now was claimed before what comes after it.
    let barrier = relay.accept("evt_2", br#"{"type":"barrier"}"#);
    relay.finished(&barrier);
    let shown = relay.event(&event);
    assert_eq!(shown["deliveries"][0]["status"], "pending", "{shown}");
    assert_eq!(
        shown["deliveries"][0]["held"], "endpoint_disabled",
        "{shown}"
    );
    status.store(200, Ordering::SeqCst);
    assert_eq!(post(&relay, "enable").status, 200);
    let shown = relay.finished(&event);
    assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
    let attempts = &shown["deliveries"][0]["attempts"];
    assert_eq!(attempts.as_array().map(Vec::len), Some(2), "{shown}");
}

#[test]
fn a_declaration_can_disable_and_only_it_enables_then() {
    let (sink, _) = switched(200);
    let folder = Folder::new(&declaration(&sink, "disabled = true"));
    let relay = Relay::start(&folder);
    let shown = endpoint(&relay);
    assert_eq!(shown["disabled"], true, "{shown}");
    assert_eq!(shown["disabledBy"], "declaration", "{shown}");
    let event = relay.accept("evt_1", PAYMENT);
    assert_held(&relay, &event);
    let refused = post(&relay, "enable");
    assert_eq!(refused.status, 409);
    let problem = refused.json();
    assert_eq!(problem["code"], "endpoint_disabled", "{problem}");
    let detail = problem["detail"].as_str().expect("a text");
    assert!(detail.contains("disabled = true"), "{problem}");
    assert_eq!(post(&relay, "disable").json()["disabledBy"], "declaration");
    assert!(relay.terminate().success());
    let enabled = declaration(&sink, "");
    folder.write("hookmill.toml", &format!("{PREAMBLE}\n{enabled}"));
    let relay = Relay::start(&folder);
    let shown = relay.finished(&event);
    assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
}

#[test]
fn what_waits_for_a_disabled_endpoint_that_is_removed_is_parked_and_can_come_back() {
    let (sink, _) = switched(200);
    let folder = Folder::new(&declaration(&sink, ""));
    let relay = Relay::start(&folder);
    let endpoint_id = id(&relay);
    assert_eq!(post(&relay, "disable").status, 200);
    let event = relay.accept("evt_1", PAYMENT);
    assert!(relay.terminate().success());
    folder.write("hookmill.toml", PREAMBLE);
    let relay = Relay::start(&folder);
    let shown = relay.finished(&event);
    let delivery = &shown["deliveries"][0];
    assert_eq!(delivery["status"], "dead_letter", "{shown}");
    let log = relay.log();
    assert!(log.contains("no longer declared"), "{log}");
    let delivery = delivery["id"].as_str().expect("an id");
    let one = format!("/api/v1/events/{event}/deliveries/{delivery}/replay");
    let page = format!("/api/v1/endpoints/{endpoint_id}/replay");
    for path in [&one, &page] {
        let answer = call(&relay, "POST", path, "");
        assert_eq!(answer.status, 409);
        assert_eq!(answer.json()["code"], "endpoint_not_declared");
    }
    let parked = call(
        &relay,
        "GET",
        &format!("/api/v1/endpoints/{endpoint_id}/parked"),
        "",
    );
    assert_eq!(parked.json()["data"][0]["eventId"], *event);
    assert!(relay.terminate().success());
    // A resource that went is forgotten: this one is new, and enabled.
    let back = declaration(&sink, "");
    folder.write("hookmill.toml", &format!("{PREAMBLE}\n{back}"));
    let relay = Relay::start(&folder);
    assert_eq!(call(&relay, "POST", &page, "").json()["queued"], 1);
    let shown = relay.finished(&event);
    assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
}

#[test]
fn wrong_calls_say_what_is_wrong_and_switch_nothing() {
    let (sink, _) = switched(200);
    let folder = Folder::new(&declaration(&sink, ""));
    let relay = Relay::start(&folder);
    let right = format!("/api/v1/endpoints/{}", id(&relay));
    for what in ["disable", "enable"] {
        for (method, path, status) in [
            ("POST", format!("/api/v1/endpoints/e/{what}"), 404),
            (
                "POST",
                format!("/api/v1/endpoints/ep_00000000000000000000000000/{what}"),
                404,
            ),
            ("GET", format!("{right}/{what}"), 405),
        ] {
            let answer = call(&relay, method, &path, "");
            assert_eq!(answer.status, status, "{method} {path}");
        }
        let path = format!("{right}/{what}");
        let answer = http::send(relay.address(), "POST", &path, &[], b"").expect("an answer");
        assert_eq!(answer.status, 401, "{path}");
    }
    let shown = call(&relay, "GET", &right, "").json();
    assert_eq!(shown, endpoint(&relay));
    assert_eq!(shown["disabled"], false, "{shown}");
}

#[test]
fn an_event_that_no_endpoint_wants_is_kept_and_told_of() {
    let (sink, _) = switched(200);
    let folder = Folder::new(&declaration(&sink, "events = [\"payment.*\"]"));
    let relay = Relay::start(&folder);
    let event = relay.accept("evt_1", br#"{"type":"order.created"}"#);
    let line = eventually("the log to say so", || {
        let log = relay.log();
        let line = log.lines().find(|line| line.contains("no endpoint wants"));
        line.map(str::to_owned)
    });
    assert!(line.contains(&event), "{line}");
    let shown = eventually("the event to be kept", || {
        let path = format!("/api/v1/events/{event}");
        let answer = call(&relay, "GET", &path, "");
        (answer.status == 200).then(|| answer.json())
    });
    assert_eq!(shown["deliveries"], json!([]), "{shown}");
    let again = relay.publish("evt_1", br#"{"type":"order.created"}"#);
    assert_eq!(again.status, 200);
}

//! What the log says of events: each one taken or refused, by names, limited
//! under a flood; and which lines are written at all.

use hookmill_tests::folder::Folder;
use hookmill_tests::http;
use hookmill_tests::relay::{self, Relay};
use hookmill_tests::signer::{self, SECRET};
use hookmill_tests::sink::{Answer, Sink};
use hookmill_tests::wait::eventually;
use serde_json::Value;

const BODY: &[u8] = br#"{"type":"payment.succeeded","data":{"id":"pay_1","card":"s3cret-card"}}"#;

/// A relay with its log as JSON, one object a line.
fn start(folder: &Folder, filter: &str) -> Relay {
    let mut command = relay::command(folder);
    command
        .env("HOOKMILL_LOG", filter)
        .env("HOOKMILL_LOG_FORMAT", "json");
    Relay::spawn(command, folder)
}

fn lines(relay: &Relay) -> Vec<Value> {
    let log = relay.log();
    // The last line may still be under way.
    let whole = log.rfind('\n').map_or("", |end| &log[..end]);
    whole
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

/// Waits for a line with all of these fields.
fn line_with(relay: &Relay, fields: &[(&str, &str)]) -> Value {
    eventually(&format!("a log line with {fields:?}"), || {
        lines(relay).into_iter().find(|line| {
            fields
                .iter()
                .all(|(name, value)| line[*name].as_str() == Some(*value))
        })
    })
}

fn with_sink(sink: &Sink) -> Folder {
    Folder::new(&format!(
        "[tenants.acme.endpoints.all]\nurl = \"{}\"\nretry = {{ delays_s = [3600] }}\n",
        sink.url("/hook")
    ))
}

#[test]
fn an_event_taken_and_an_event_refused_are_one_line_each_at_info() {
    let sink = Sink::start();
    let folder = with_sink(&sink);
    let relay = start(&folder, "info");
    let id = relay.accept("evt_1", BODY);
    let taken = line_with(&relay, &[("event.id", &id)]);
    assert_eq!(taken["level"], "INFO");
    assert_eq!(taken["message"], "an event was accepted");
    assert_eq!(taken["tenant.name"], "acme");
    assert_eq!(taken["source.name"], "dodo");
    assert_eq!(taken["event.key"], "\"evt_1\"");
    assert_eq!(relay.publish("evt_1", BODY).status, 200);
    let again = "an event came again: it was accepted before";
    line_with(&relay, &[("event.id", &id), ("message", again)]);

    let send = |path: &str, id: &str, coding: Option<&str>, body: &[u8]| {
        let mut headers = signer::headers(SECRET, id, body);
        if let Some(coding) = coding {
            headers.push(("content-encoding".to_owned(), coding.to_owned()));
        }
        http::send(relay.address(), "POST", path, &headers, body).expect("an answer")
    };
    let large = vec![b' '; (1 << 20) + 1];
    let wrong = signer::headers("whsec_c3RyYW5nZXItc3RyYW5nZXI=", "evt_wrong", BODY);
    let wrong = http::send(relay.address(), "POST", "/in/dodo", &wrong, BODY);
    let table = [
        (
            wrong.expect("an answer").status,
            401,
            "evt_wrong",
            "not_authorized",
        ),
        (
            send("/in/dodo", "evt_text", None, b"payment").status,
            400,
            "evt_text",
            "malformed_request",
        ),
        (
            send("/in/dodo", "evt_large", None, &large).status,
            413,
            "evt_large",
            "payload_too_large",
        ),
        (
            send("/in/dodo", "evt_coded", Some("compress"), BODY).status,
            415,
            "evt_coded",
            "unsupported_media_type",
        ),
    ];
    for (status, expected, id, reason) in table {
        assert_eq!(status, expected, "{id}");
        let refused = line_with(&relay, &[("event.key", &format!("{id:?}"))]);
        assert_eq!(refused["level"], "INFO", "{refused}");
        assert_eq!(refused["message"], "an event was refused");
        assert_eq!(refused["tenant.name"], "acme");
        assert_eq!(refused["source.name"], "dodo");
        assert_eq!(refused["reason"], reason);
        assert_eq!(refused["status"], expected);
        assert!(!refused["detail"].as_str().expect("a detail").is_empty());
    }
    assert_eq!(send("/in/do%0Ado", "evt_path", None, BODY).status, 404);
    let unknown = line_with(&relay, &[("reason", "not_found")]);
    assert_eq!(unknown["source.path"], "\"do\\ndo\"");
    assert!(unknown.get("tenant.name").is_none(), "{unknown}");
    let log = relay.log();
    assert!(!log.contains("s3cret") && !log.contains(SECRET), "{log}");
}

#[test]
fn a_flood_is_counted_and_the_rest_stays_readable() {
    let folder = Folder::new("");
    let relay = start(&folder, "info");
    for n in 0..300 {
        let path = format!("/in/unknown-{n}");
        let response = http::send(relay.address(), "POST", &path, &[], b"{}");
        assert_eq!(response.expect("an answer").status, 404);
        let response = http::send(relay.address(), "POST", "/in/dodo", &[], b"{}");
        assert_eq!(response.expect("an answer").status, 401);
    }
    let id = relay.accept("evt_1", BODY);
    line_with(&relay, &[("event.id", &id)]);
    // What is left out is told when the relay ends, at the latest.
    let log = folder.path().join("relay.log");
    assert!(relay.terminate().success());
    let log = std::fs::read_to_string(log).expect("a log");
    let all: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    for reason in ["not_found", "not_authorized"] {
        let of_reason = || all.iter().filter(|line| line["reason"] == reason);
        let left_out: u64 = of_reason()
            .filter_map(|line| line["left_out"].as_u64())
            .sum();
        let written = of_reason()
            .filter(|line| line["left_out"].is_null())
            .count() as u64;
        assert_eq!(written + left_out, 300, "{reason}");
        assert!(left_out > 0, "{reason}: {written}");
    }
}

#[test]
fn lines_about_deliveries_have_names_beside_ids() {
    let sink = Sink::answering(|request| {
        Answer::status(if request.json()["ok"] == true {
            200
        } else {
            500
        })
    });
    let folder = with_sink(&sink);
    let relay = start(&folder, "debug");
    let failing = relay.accept("evt_1", br#"{"ok":false}"#);
    let fine = relay.accept("evt_2", br#"{"ok":true}"#);
    for (id, message) in [
        (&failing, "the attempt failed and is repeated"),
        (&fine, "the delivery is delivered"),
    ] {
        let line = line_with(&relay, &[("event.id", id), ("message", message)]);
        assert_eq!(line["tenant.name"], "acme");
        assert_eq!(line["source.name"], "dodo");
        assert_eq!(line["endpoint.name"], "all");
        assert!(line["delivery.id"].is_string() && line["endpoint.id"].is_string());
    }
}

#[test]
fn a_level_is_for_our_own_lines_and_libraries_are_named() {
    let sink = Sink::start();
    let folder = with_sink(&sink);
    let relay = start(&folder, "trace");
    relay.finished(&relay.accept("evt_1", BODY));
    assert!(relay.terminate().success());
    let log = std::fs::read_to_string(folder.path().join("relay.log")).expect("a log");
    assert!(log.contains("the delivery is delivered"), "{log}");
    for theirs in [
        "hyper",
        "client connection",
        "pooling idle",
        "mio",
        "opened log",
    ] {
        assert!(!log.contains(theirs), "{theirs}: {log}");
    }
    let folder = with_sink(&sink);
    let relay = start(&folder, "warn,sled=debug");
    relay.finished(&relay.accept("evt_1", BODY));
    assert!(relay.terminate().success());
    let log = std::fs::read_to_string(folder.path().join("relay.log")).expect("a log");
    assert!(!log.is_empty() && !log.contains("the delivery is"), "{log}");
}

#[test]
fn a_level_that_does_not_exist_is_refused_at_the_start() {
    let folder = Folder::new("");
    for (filter, expected) in [
        ("verbose", "`debug`, `trace`"),
        ("hookmill_realy=debug", "hookmill_relay"),
        ("info,debug", "more than one level"),
    ] {
        let output = relay::command(&folder)
            .args(["--log", filter])
            .output()
            .expect("it starts");
        assert!(!output.status.success(), "{filter}");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains("--log:") && text.contains(expected), "{text}");
    }
}

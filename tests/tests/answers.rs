//! What destinations answer, right or wrong, and what becomes of the delivery.
//! Once there is a status, the destination has acted: a delivery that arrived
//! is never sent again because of what followed.

use hookmill_tests::folder::Folder;
use hookmill_tests::relay::Relay;
use hookmill_tests::sink::{Answer, Ending, Sink};
use hookmill_tests::wait::eventually;
use serde_json::Value;

const BODY: &[u8] = br#"{"type":"payment.succeeded"}"#;

/// An endpoint that is tried again in a second, or much later where that is
/// long enough.
fn folder(sink: &Sink, more: &str) -> Folder {
    Folder::new(&format!(
        "[tenants.acme.endpoints.all]\nurl = \"{}\"\n{more}\n",
        sink.url("/hook")
    ))
}

/// The delivery, once its first attempt is settled: it has ended, or it is
/// known when the next one is.
fn attempted(relay: &Relay, id: &str) -> Value {
    eventually("an attempt", || {
        let delivery = relay.event(id)["deliveries"][0].clone();
        let is_settled = delivery["status"] != "pending" || delivery["nextAttemptAt"].is_string();
        (delivery["attempts"][0].is_object() && is_settled).then_some(delivery)
    })
}

fn first_attempt(bytes: impl Into<Vec<u8>>) -> (Value, usize) {
    let bytes = bytes.into();
    let sink = Sink::answering(move |_| Answer::ending(Ending::Raw).saying(bytes.clone()));
    let folder = folder(&sink, "retry = { delays_s = [3600] }");
    let relay = Relay::start(&folder);
    let delivery = attempted(&relay, &relay.accept("evt_1", BODY));
    (delivery, sink.received().len())
}

#[test]
fn a_delivery_that_arrived_is_delivered_whatever_follows_the_status() {
    let fields = |count: usize| {
        let fields = (0..count).map(|n| format!("x-{n}: 1\r\n"));
        fields.collect::<String>()
    };
    let table: [(String, &str); 9] = [
        (
            format!(
                "HTTP/1.1 200 OK\r\n{}content-length: 2\r\n\r\nok",
                fields(150)
            ),
            "",
        ),
        (
            format!(
                "HTTP/1.1 200 OK\r\n{}content-length: 2\r\n\r\nok",
                fields(5_000)
            ),
            "can't be read",
        ),
        (
            format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(1 << 20)),
            "can't be read",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\nok".into(),
            "can't be read",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nok".into(),
            "broke off",
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".into(),
            "broke off",
        ),
        ("HTTP/1.1 200 OK\r\nx-a: 1\r\n".into(), "can't be read"),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".into(),
            "",
        ),
        ("HTTP/1.0 200\r\n\r\nok".into(), ""),
    ];
    for (bytes, note) in table {
        let shown: String = bytes.chars().take(60).collect();
        let (delivery, requests) = first_attempt(bytes);
        assert_eq!(delivery["status"], "delivered", "{shown:?}: {delivery}");
        let attempt = &delivery["attempts"][0];
        assert_eq!(attempt["status"], 200, "{shown:?}: {attempt}");
        let found = attempt["note"].as_str().unwrap_or("");
        assert!(found.contains(note), "{shown:?}: {attempt}");
        assert_eq!(found.is_empty(), note.is_empty(), "{shown:?}: {attempt}");
        assert_eq!(requests, 1, "{shown:?}");
    }
}

#[test]
fn what_is_not_an_answer_has_a_kind_of_its_own_and_is_tried_again() {
    for bytes in ["SSH-2.0-OpenSSH_9.2\r\n", "hello\n", "HTTP/1.1 2"] {
        let (delivery, _) = first_attempt(bytes);
        let attempt = &delivery["attempts"][0];
        assert_eq!(attempt["error"]["kind"], "unreadable_answer", "{attempt}");
        assert_eq!(delivery["status"], "pending");
        assert!(delivery["nextAttemptAt"].is_string(), "{delivery}");
    }
    let (delivery, _) = first_attempt("");
    assert_eq!(delivery["attempts"][0]["error"]["kind"], "connection");
}

#[test]
fn a_redirect_says_where_it_led_and_what_to_do() {
    let target = Sink::start();
    for status in [301, 302, 303, 307, 308] {
        let location = target.url("/new?a=1");
        let shown = location.clone();
        let sink =
            Sink::answering(move |_| Answer::status(status).with("location", location.clone()));
        let folder = folder(&sink, "retry = { delays_s = [3600] }");
        let relay = Relay::start(&folder);
        let delivery = attempted(&relay, &relay.accept("evt_1", BODY));
        let attempt = &delivery["attempts"][0];
        assert_eq!(attempt["status"], status);
        let note = attempt["note"].as_str().expect("a note");
        assert!(note.contains("redirects are not followed"), "{note}");
        assert!(
            note.contains(&shown) && note.contains("the URL of the endpoint"),
            "{note}"
        );
    }
    assert!(target.received().is_empty());
}

#[test]
fn after_a_time_out_or_a_429_the_attempt_says_why_the_next_one_comes_later() {
    let silent = Sink::answering(|_| Answer::ending(Ending::Silence));
    let busy = Sink::answering(|_| Answer::status(429));
    for (sink, at, expected) in [
        (&silent, ["error", "message"].as_slice(), "after a time-out"),
        (
            &busy,
            ["note"].as_slice(),
            "after a 429 without `Retry-After`",
        ),
    ] {
        let more = "request_timeout_ms = 200\nretry = { delays_s = [1], jitter = 0.0 }";
        let folder = folder(sink, more);
        let relay = Relay::start(&folder);
        let delivery = attempted(&relay, &relay.accept("evt_1", BODY));
        let text = at
            .iter()
            .fold(&delivery["attempts"][0], |value, key| &value[*key]);
        let text = text.as_str().expect("a text");
        assert!(text.contains(expected), "{text}");
        assert!(text.contains("no sooner than 60 s"), "{text}");
    }
}

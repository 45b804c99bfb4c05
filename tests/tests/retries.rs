//! What the relay makes of destinations that fail: when it tries again, what
//! it sends then, and what it keeps of their answers.

use hookmill_tests::folder::Folder;
use hookmill_tests::relay::Relay;
use hookmill_tests::signer;
use hookmill_tests::sink::{Answer, Ending, Sink};
use std::sync::atomic::{AtomicUsize, Ordering};

const PAYMENT: &[u8] = br#"{"type":"payment.succeeded","data":{"id":"pay_1"}}"#;

fn folder(sink: &Sink, settings: &str) -> Folder {
    Folder::new(&format!(
        "[tenants.acme.endpoints.e]\nurl = \"{}\"\n{settings}\n",
        sink.url("/hook")
    ))
}

/// A sink that gives these answers in turn, and 200 after the last.
fn in_turn(answers: Vec<Answer>) -> Sink {
    let count = AtomicUsize::new(0);
    Sink::answering(move |_| {
        let answer = answers.get(count.fetch_add(1, Ordering::SeqCst));
        answer.cloned().unwrap_or_else(|| Answer::status(200))
    })
}

/// Milliseconds since midnight of a time in RFC 3339; tests do not run over two.
fn milliseconds(time: &str) -> i64 {
    let clock = time.split('T').nth(1).expect("a time of day");
    let clock = clock.trim_end_matches('Z');
    let mut parts = clock.split([':', '.']).map(|part| part.parse::<i64>());
    let mut next = || parts.next().expect("a part").expect("a number");
    ((next() * 60 + next()) * 60 + next()) * 1_000 + next()
}

#[test]
fn retry_after_holds_the_next_attempt_back() {
    let answer = Answer::status(503).with("retry-after", "3");
    let sink = in_turn(vec![answer]);
    // The destination asks for more than the schedule has.
    let folder = folder(&sink, "retry = { delays_s = [2], jitter = 0.0 }");
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    let event = relay.finished(&id);
    assert_eq!(event["deliveries"][0]["status"], "delivered", "{event}");
    let started_at_ms = |attempt: usize| {
        let attempt = &event["deliveries"][0]["attempts"][attempt];
        milliseconds(attempt["startedAt"].as_str().expect("a time"))
    };
    let gap_ms = started_at_ms(1) - started_at_ms(0);
    assert!(gap_ms >= 3_000, "{gap_ms}");
}

#[test]
fn a_429_holds_the_endpoint_back_and_no_other() {
    let busy = Sink::answering(|_| Answer::status(429));
    let other = Sink::start();
    let folder = Folder::new(&format!(
        "[tenants.acme.endpoints.busy]\nurl = \"{}\"\n[tenants.acme.endpoints.other]\nurl = \"{}\"\n",
        busy.url("/"),
        other.url("/")
    ));
    let relay = Relay::start(&folder);
    let first = relay.accept("evt_1", PAYMENT);
    hookmill_tests::wait::eventually("the first attempt to be recorded", || {
        let event = relay.event(&first);
        let deliveries = event["deliveries"].as_array().expect("a list").clone();
        let busy = deliveries.iter().find(|one| one["endpoint"] == "busy")?;
        (busy["attempts"][0]["status"] == 429).then_some(())
    });
    for n in 2..5 {
        let _ = relay.accept(&format!("evt_{n}"), PAYMENT);
    }
    let _ = other.wait_for(4);
    assert_eq!(busy.received().len(), 1, "it is asked for a minute at most");
}

#[test]
fn each_attempt_has_the_same_id_and_a_signature_of_its_own() {
    let sink = in_turn(vec![Answer::status(500), Answer::status(500)]);
    let folder = folder(
        &sink,
        "retry = { delays_s = [1, 1], jitter = 0.0 }\nsigning = { secrets = [{ env = \"SIGNING_SECRET\" }] }",
    );
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    relay.finished(&id);
    let received = sink.received();
    assert_eq!(received.len(), 3);
    let mut timestamps = Vec::new();
    for attempt in &received {
        assert_eq!(attempt.body, PAYMENT);
        assert_eq!(attempt.header("webhook-id"), Some(id.as_str()));
        let timestamp = attempt.header("webhook-timestamp").expect("a timestamp");
        let secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
        let expected = signer::signature(secret, &id, timestamp, PAYMENT);
        assert_eq!(attempt.header("webhook-signature"), Some(expected.as_str()));
        timestamps.push(timestamp.to_owned());
    }
    // A receiver refuses what is five minutes old, so each attempt says now.
    timestamps.dedup();
    assert_eq!(timestamps.len(), 3, "{timestamps:?}");
}

#[test]
fn a_destination_that_hangs_up_is_tried_again() {
    let sink = in_turn(vec![Answer::ending(Ending::HangUp)]);
    let folder = folder(&sink, "retry = { delays_s = [1, 1], jitter = 0.0 }");
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    let event = relay.finished(&id);
    let delivery = &event["deliveries"][0];
    assert_eq!(delivery["status"], "delivered", "{event}");
    assert_eq!(
        delivery["attempts"][0]["error"]["kind"], "connection",
        "{event}"
    );
}

#[test]
fn a_destination_that_is_not_there_is_a_dead_letter_in_the_end() {
    // Nobody listens on port 1. A port that was free a moment ago would not
    // do: another test may have it by now.
    let folder = Folder::new(
        "[tenants.acme.endpoints.e]\nurl = \"http://127.0.0.1:1/\"\nretry = { delays_s = [0, 1], jitter = 0.0 }\n",
    );
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    let event = relay.finished(&id);
    let delivery = &event["deliveries"][0];
    assert_eq!(delivery["status"], "dead_letter", "{event}");
    let attempts = delivery["attempts"].as_array().expect("a list");
    let numbers: Vec<_> = attempts.iter().map(|one| one["number"].clone()).collect();
    assert_eq!(numbers, [1, 2, 3]);
    for attempt in attempts {
        assert_eq!(attempt["error"]["kind"], "connection", "{event}");
    }
}

#[test]
fn an_answer_that_never_comes_is_a_timeout() {
    let sink = Sink::answering(|_| Answer::ending(Ending::Silence));
    let folder = folder(&sink, "request_timeout_ms = 500\nretry = { delays_s = [] }");
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    let event = relay.finished(&id);
    let delivery = &event["deliveries"][0];
    assert_eq!(delivery["status"], "dead_letter", "{event}");
    assert_eq!(
        delivery["attempts"][0]["error"]["kind"], "timeout",
        "{event}"
    );
}

#[test]
fn an_answer_that_never_ends_is_cut_off_and_counts_by_its_status() {
    let sink = Sink::answering(|_| Answer::ending(Ending::Endless));
    let folder = folder(&sink, "retry = { delays_s = [] }");
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    let event = relay.finished(&id);
    let delivery = &event["deliveries"][0];
    assert_eq!(delivery["status"], "delivered", "{event}");
    let kept = delivery["attempts"][0]["response"].as_str();
    assert_eq!(kept.map(str::len), Some(4_096));
    // The relay has hung up rather than read on.
    sink.wait_for_silence();
}

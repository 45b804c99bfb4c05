//! Parked deliveries as the operator sees them, and how they come back.

use hookmill_tests::folder::Folder;
use hookmill_tests::http::{self, Response};
use hookmill_tests::relay::{OPERATOR_KEY, Relay};
use hookmill_tests::sink::{Answer, Sink};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const PAYMENT: &[u8] = br#"{"type":"payment.succeeded","data":{"id":"pay_1"}}"#;

/// What the operator's calls answer.
fn call(relay: &Relay, method: &str, path: &str, body: &str) -> Response {
    let key = ("authorization".to_owned(), format!("Bearer {OPERATOR_KEY}"));
    http::send(relay.address(), method, path, &[key], body.as_bytes()).expect("an answer")
}

fn endpoint_id(relay: &Relay) -> String {
    let endpoints = call(relay, "GET", "/api/v1/endpoints", "").json();
    assert_eq!(endpoints["data"][0]["tenant"], "acme", "{endpoints}");
    assert_eq!(endpoints["data"][0]["name"], "e", "{endpoints}");
    let id = endpoints["data"][0]["id"].as_str();
    id.expect("an id").to_owned()
}

fn parked(relay: &Relay, endpoint: &str) -> Value {
    let path = format!("/api/v1/endpoints/{endpoint}/parked");
    call(relay, "GET", &path, "").json()
}

fn folder(sink: &Sink, settings: &str) -> Folder {
    Folder::new(&format!(
        "[tenants.acme.endpoints.e]\nurl = \"{}\"\nretry = {{ delays_s = [] }}\n{settings}\n",
        sink.url("/")
    ))
}

/// A sink that refuses everything until it is switched over.
fn switched() -> (Sink, Arc<AtomicBool>) {
    let healthy = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&healthy);
    let sink = Sink::answering(move |_| {
        Answer::status(if switch.load(Ordering::SeqCst) {
            200
        } else {
            500
        })
    });
    (sink, healthy)
}

#[test]
fn a_dead_letter_is_listed_and_sent_again_when_the_operator_says_so() {
    let (sink, healthy) = switched();
    let folder = folder(&sink, "");
    let relay = Relay::start(&folder);
    let event = relay.accept("evt_1", PAYMENT);
    relay.finished(&event);
    let endpoint = endpoint_id(&relay);
    let list = parked(&relay, &endpoint);
    let item = &list["data"][0];
    assert_eq!(item["eventId"], *event, "{list}");
    assert_eq!(item["reason"], "dead_letter", "{list}");
    assert_eq!(item["attempts"], 1, "{list}");
    let delivery = item["deliveryId"].as_str().expect("an id");
    healthy.store(true, Ordering::SeqCst);
    let path = format!("/api/v1/events/{event}/deliveries/{delivery}/replay");
    let answer = call(&relay, "POST", &path, "");
    assert_eq!(answer.status, 202);
    assert_eq!(answer.json()["status"], "queued");
    let shown = relay.finished(&event);
    assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
    let attempts = shown["deliveries"][0]["attempts"].as_array();
    assert_eq!(attempts.map(Vec::len), Some(2), "{shown}");
    assert_eq!(parked(&relay, &endpoint)["data"], serde_json::json!([]));
    // It is not parked any more, so nothing is sent twice.
    assert_eq!(call(&relay, "POST", &path, "").status, 409);
    assert_eq!(sink.received().len(), 2);
}

#[test]
fn what_a_mended_transform_can_do_is_replayed_page_by_page() {
    let sink = Sink::start();
    let folder = Folder::new(&format!(
        "[tenants.acme.transforms.t]\nfile = \"t.js\"\n[tenants.acme.endpoints.e]\nurl = \"{}\"\ntransform = \"t\"\n",
        sink.url("/")
    ));
    folder.write(
        "t.js",
        "function handler(webhook) { return webhook.nothing.there; }\n",
    );
    let relay = Relay::start(&folder);
    let events: Vec<_> = (0..5)
        .map(|n| relay.accept(&format!("evt_{n}"), PAYMENT))
        .collect();
    for event in &events {
        let shown = relay.finished(event);
        assert_eq!(
            shown["deliveries"][0]["status"], "transform_failed",
            "{shown}"
        );
    }
    assert!(relay.terminate().success());
    folder.write("t.js", "function handler(webhook) { return webhook; }\n");
    let relay = Relay::start(&folder);
    let endpoint = endpoint_id(&relay);
    let (mut queued, mut iterator, mut pages) = (0, String::new(), 0);
    loop {
        let path = format!("/api/v1/endpoints/{endpoint}/replay?limit=2{iterator}");
        let answer = call(&relay, "POST", &path, "{\"transform\":true}").json();
        queued += answer["queued"].as_u64().expect("a number");
        pages += 1;
        if answer["done"] == true {
            assert_eq!(answer["iterator"], Value::Null, "{answer}");
            break;
        }
        let next = answer["iterator"].as_str().expect("a place");
        iterator = format!("&iterator={next}");
    }
    assert_eq!((queued, pages), (5, 3));
    for event in &events {
        assert_eq!(
            relay.finished(event)["deliveries"][0]["status"],
            "delivered"
        );
    }
    assert_eq!(sink.received().len(), 5);
}

#[test]
fn wrong_calls_say_what_is_wrong_and_replay_nothing() {
    let (sink, _) = switched();
    let folder = folder(&sink, "");
    let relay = Relay::start(&folder);
    let event = relay.accept("evt_1", PAYMENT);
    relay.finished(&event);
    let endpoint = endpoint_id(&relay);
    let one = format!("/api/v1/events/{event}/deliveries/nonsense/replay");
    let page = format!("/api/v1/endpoints/{endpoint}/replay");
    let list = format!("/api/v1/endpoints/{endpoint}/parked");
    let disable = format!("/api/v1/endpoints/{endpoint}/disable");
    for (method, path, body, status, words) in [
        ("POST", &*one, "", 404, "no such delivery"),
        (
            "GET",
            "/api/v1/endpoints/e/parked",
            "",
            404,
            "lists them by id",
        ),
        ("POST", &page, "{\"transfrom\":true}", 400, "transfrom"),
        ("POST", &page, "[", 400, "the body"),
        ("GET", &format!("{list}?iterator=x"), "", 400, "iterator"),
        ("GET", &format!("{list}?cursor=x"), "", 400, "cursor"),
        ("GET", &format!("{list}?limit=many"), "", 400, "limit"),
        ("GET", &format!("{list}?limit=251"), "", 400, "1 to 250"),
        ("GET", &format!("{list}?lmit=2"), "", 400, "lmit"),
        ("GET", &page, "", 405, "does not take GET"),
        ("POST", &disable, "{}", 400, "takes no body"),
        ("POST", &format!("{disable}?for=1h"), "", 400, "?for=1h"),
        ("GET", "/api/v1/endpoints?tenant=acme", "", 400, "tenant"),
        ("GET", "/api/v1/endpoints?limit=0", "", 400, "1 to 250"),
        ("GET", "/api/v1/endpoints?iterator=e", "", 400, "iterator"),
    ] {
        let answer = call(&relay, method, path, body);
        assert_eq!(answer.status, status, "{path}");
        let detail = answer.json()["detail"]
            .as_str()
            .expect("a detail")
            .to_owned();
        assert!(detail.contains(words), "{path}: {detail}");
    }
    for path in [&page, &list, "/api/v1/endpoints"] {
        let method = if *path == *page { "POST" } else { "GET" };
        let answer = http::send(relay.address(), method, path, &[], b"").expect("an answer");
        assert_eq!(answer.status, 401, "{path}");
    }
    assert_eq!(
        parked(&relay, &endpoint)["data"].as_array().map(Vec::len),
        Some(1)
    );
    assert_eq!(sink.received().len(), 1);
}

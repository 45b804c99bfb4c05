//! `POST /in/{source}`: what is accepted, what is refused and how.

use hookmill_tests::folder::Folder;
use hookmill_tests::http::{self, Response};
use hookmill_tests::relay::{self, Relay};
use hookmill_tests::signer::{self, SECRET};
use hookmill_tests::sink::Sink;
use std::time::Duration;

const BODY: &[u8] = br#"{"type":"payment.succeeded","data":{"id":"pay_1"}}"#;

fn with_sink(sink: &Sink) -> Folder {
    Folder::new(&format!(
        "[tenants.acme.endpoints.all]\nurl = \"{}\"\n",
        sink.url("/hook")
    ))
}

fn post(relay: &Relay, headers: &[(String, String)], body: &[u8]) -> Response {
    http::send(relay.address(), "POST", "/in/dodo", headers, body).expect("an answer")
}

/// A refusal is a problem of this status whose detail says this.
fn assert_problem(response: &Response, status: u16, detail: &str) {
    let text = String::from_utf8_lossy(&response.body).into_owned();
    assert_eq!(response.status, status, "{text}");
    assert_eq!(
        response.header("content-type"),
        Some("application/problem+json")
    );
    let problem = response.json();
    assert_eq!(problem["status"], status);
    assert!(
        problem["detail"]
            .as_str()
            .expect("a detail")
            .contains(detail),
        "{text}"
    );
}

#[test]
fn an_event_is_accepted_once_and_a_repeat_answers_the_first_id() {
    let sink = Sink::start();
    let folder = with_sink(&sink);
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", BODY);
    let newer = br#"{"type":"payment.succeeded","data":{"id":"pay_1","newer":true}}"#;
    for body in [BODY, newer] {
        let repeat = relay.publish("evt_1", body);
        assert_eq!(repeat.status, 200);
        assert_eq!(repeat.json()["id"], *id);
    }
    relay.finished(&id);
    let other = relay.accept("evt_2", BODY);
    relay.finished(&other);
    assert_eq!(sink.received().len(), 2);
    // Also after the first is long settled, and after a restart.
    assert!(relay.terminate().success());
    let relay = Relay::start(&folder);
    assert_eq!(relay.publish("evt_1", newer).status, 200);
    assert_eq!(sink.received().len(), 2);
}

#[test]
fn both_header_families_and_any_of_several_signatures_will_do() {
    let folder = Folder::new("");
    let relay = Relay::start(&folder);
    let ours = signer::headers(SECRET, "evt_svix", BODY);
    let svix: Vec<_> = ours
        .iter()
        .map(|(name, value)| (name.replace("webhook-", "svix-"), value.clone()))
        .collect();
    assert_eq!(post(&relay, &svix, BODY).status, 202);
    let mut several = signer::headers(SECRET, "evt_many", BODY);
    let right = several[2].1.clone();
    several[2].1 = format!("v1a,bm90IGVkMjU1MTk= v1,bm90IGl0 v2,new {right}");
    assert_eq!(post(&relay, &several, BODY).status, 202);
}

#[test]
fn a_rotated_secret_is_accepted_beside_the_new_one() {
    let old = "whsec_b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQ=";
    let folder = Folder::empty();
    folder.write("old", old);
    folder.write(
        "hookmill.toml",
        "[server]\nlisten = \"127.0.0.1:0\"\ndata_dir = \"data\"\n[tenants.acme.sources.dodo]\nsecrets = [{ env = \"DODO_SECRET\" }, { file = \"old\" }]\n",
    );
    let relay = Relay::start(&folder);
    for (id, secret, status) in [("evt_new", SECRET, 202), ("evt_old", old, 202)] {
        let response = post(&relay, &signer::headers(secret, id, BODY), BODY);
        assert_eq!(response.status, status, "{id}");
    }
    let stranger = "whsec_c3RyYW5nZXItc3RyYW5nZXItc3RyYW5nZXI=";
    let response = post(&relay, &signer::headers(stranger, "evt_x", BODY), BODY);
    assert_problem(&response, 401, "no signature");
}

#[test]
fn a_signature_that_is_not_right_is_refused_and_nothing_is_stored() {
    let sink = Sink::start();
    let folder = with_sink(&sink);
    let relay = Relay::start(&folder);
    let now = signer::now_s();
    let good = signer::headers(SECRET, "evt_1", BODY);
    let without = |name: &str| -> Vec<_> {
        good.iter()
            .filter(|(key, _)| key != name)
            .cloned()
            .collect()
    };
    let with = |name: &str, value: &str| -> Vec<_> {
        let mut headers = without(name);
        headers.push((name.to_owned(), value.to_owned()));
        headers
    };
    let twice = [good.clone(), vec![good[2].clone()]].concat();
    let table = [
        (Vec::new(), "webhook-id"),
        (without("webhook-id"), "webhook-id is missing"),
        (without("webhook-timestamp"), "webhook-timestamp is missing"),
        (without("webhook-signature"), "webhook-signature is missing"),
        (twice, "webhook-signature is missing or unreadable"),
        (with("webhook-id", "evt_2"), "no signature"),
        (with("webhook-id", "a.b"), "no dot"),
        (with("webhook-timestamp", "soon"), "whole number"),
        (
            with("webhook-timestamp", &(now + 1).to_string()),
            "no signature",
        ),
        (with("webhook-signature", "v1,AAAA"), "no signature"),
        (with("webhook-signature", "garbage"), "no signature"),
        (
            signer::headers_at(SECRET, "evt_1", now - 400, BODY),
            "too old",
        ),
        (
            signer::headers_at(SECRET, "evt_1", now + 400, BODY),
            "future",
        ),
    ];
    for (headers, detail) in table {
        assert_problem(&post(&relay, &headers, BODY), 401, detail);
    }
    let mut changed = BODY.to_vec();
    changed[2] ^= 1;
    assert_problem(&post(&relay, &good, &changed), 401, "no signature");
    // The id was never used up: the right request is new.
    let id = relay.accept("evt_1", BODY);
    relay.finished(&id);
    assert_eq!(sink.received().len(), 1);
}

#[test]
fn timestamps_within_five_minutes_either_way_are_accepted() {
    let folder = Folder::new("");
    let relay = Relay::start(&folder);
    let now = signer::now_s();
    for (id, at) in [("evt_past", now - 290), ("evt_future", now + 290)] {
        let headers = signer::headers_at(SECRET, id, at, BODY);
        assert_eq!(post(&relay, &headers, BODY).status, 202, "{id}");
    }
}

#[test]
fn a_body_that_is_not_an_event_is_malformed() {
    let folder = Folder::new("");
    let relay = Relay::start(&folder);
    let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    let table: [(&[u8], &str); 10] = [
        (b"", "JSON object"),
        (b"payment", "JSON object"),
        (b"[]", "JSON object"),
        (b"null", "JSON object"),
        (b"{\"type\":\"a\"", "JSON object"),
        (b"{\"type\":\"a\"} {}", "JSON object"),
        (b"{\"type\":\"a\",\"b\":\"\xff\"}", "UTF-8"),
        (b"{\"type\":7}", "`type`"),
        (b"{\"type\":\"pay ment\"}", "`type`"),
        (deep.as_bytes(), "JSON object"),
    ];
    for (index, (body, detail)) in table.into_iter().enumerate() {
        let response = relay.publish(&format!("evt_{index}"), body);
        assert_problem(&response, 400, detail);
    }
    let long = format!("{{\"type\":\"{}\"}}", "a".repeat(257));
    assert_problem(&relay.publish("evt_long", long.as_bytes()), 400, "`type`");
    // JSON that nests deeply is an event like any other, up to the limit.
    let nested = |levels| format!("{{\"a\":{}1{}}}", "[".repeat(levels), "]".repeat(levels));
    let most = nested(9_999);
    assert_eq!(relay.publish("evt_deep", most.as_bytes()).status, 202);
    let beyond = nested(10_000);
    assert_problem(
        &relay.publish("evt_deeper", beyond.as_bytes()),
        400,
        "10000",
    );
}

#[test]
fn bodies_from_an_empty_object_to_the_limit_arrive_byte_for_byte() {
    let sink = Sink::start();
    let folder = with_sink(&sink);
    let relay = Relay::start(&folder);
    let limit = 1 << 20;
    let mut expected = Vec::new();
    for size in [2, 3, 4_095, 4_096, 4_097, 65_536, limit] {
        let body = match size {
            2 => b"{}".to_vec(),
            3 => b"{ }".to_vec(),
            _ => format!("{{\"a\":\"{}\"}}", "x".repeat(size - 8)).into_bytes(),
        };
        assert_eq!(body.len(), size);
        let id = relay.accept(&format!("evt_{size}"), &body);
        relay.finished(&id);
        expected.push(body);
    }
    let received: Vec<_> = sink.received().into_iter().map(|one| one.body).collect();
    assert!(received == expected, "the bodies differ");
    let larger = format!("{{\"a\":\"{}\"}}", "x".repeat(limit - 7));
    assert_problem(
        &relay.publish("evt_larger", larger.as_bytes()),
        413,
        "1048576 bytes",
    );
}

#[test]
fn a_chunked_body_has_the_same_limit() {
    let folder = Folder::new("");
    let relay = Relay::start(&folder);
    let send = |id: &str, body: &[u8]| {
        let mut bytes = b"POST /in/dodo HTTP/1.1\r\nhost: relay\r\nconnection: close\r\ntransfer-encoding: chunked\r\n".to_vec();
        for (name, value) in signer::headers(SECRET, id, body) {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        for chunk in body.chunks(60_000) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        http::send_raw(relay.address(), &bytes).expect("an answer")
    };
    assert_eq!(send("evt_1", BODY).status, 202);
    let larger = format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20));
    assert_problem(&send("evt_2", larger.as_bytes()), 413, "1048576 bytes");
}

#[test]
fn what_is_not_there_is_not_found() {
    let folder = Folder::new("");
    let relay = Relay::start(&folder);
    let headers = signer::headers(SECRET, "evt_1", BODY);
    let send = |method: &str, path: &str| {
        http::send(relay.address(), method, path, &headers, BODY).expect("an answer")
    };
    assert_problem(&send("POST", "/in/other"), 404, "no source");
    assert_problem(&send("POST", "/in/"), 404, "nothing at");
    assert_problem(&send("POST", "/in/dodo/more"), 404, "nothing at");
    assert_problem(&send("GET", "/in/dodo"), 405, "does not take GET");
    assert_problem(&send("GET", "/"), 404, "nothing at");
}

#[test]
fn a_request_that_is_not_http_or_breaks_off_harms_nobody() {
    let folder = Folder::new("");
    let relay = Relay::start(&folder);
    for garbage in [
        &b"\0\0\0\0"[..],
        b"GET",
        b"POST /in/dodo HTTP/9.9\r\n\r\n",
        b"\r\n\r\n\r\n",
    ] {
        let _ = std::net::TcpStream::connect(relay.address())
            .and_then(|mut stream| std::io::Write::write_all(&mut stream, garbage));
    }
    let mut slow = std::net::TcpStream::connect(relay.address()).expect("a connection");
    let head = b"POST /in/dodo HTTP/1.1\r\nhost: relay\r\ncontent-length: 100\r\n\r\nhalf";
    std::io::Write::write_all(&mut slow, head).expect("sent");
    // It breaks off; what the relay says to that, or does, has ended then.
    slow.shutdown(std::net::Shutdown::Write).expect("open");
    let _ = std::io::Read::read_to_end(&mut slow, &mut Vec::new());
    assert_eq!(relay.publish("evt_1", BODY).status, 202);
}

#[test]
fn the_backlog_has_a_limit_and_an_event_over_it_is_asked_to_come_again() {
    let sink = Sink::answering(|_| hookmill_tests::sink::Answer::status(500));
    let folder = Folder::new(&format!(
        "[limits]\nbacklog_deliveries_max = 3\n[tenants.acme.endpoints.all]\nurl = \"{}\"\nretry = {{ delays_s = [3600] }}\n",
        sink.url("/hook")
    ));
    let relay = Relay::start(&folder);
    for n in 0..3 {
        let _ = relay.accept(&format!("evt_{n}"), BODY);
    }
    let refused = relay.publish("evt_3", BODY);
    assert_problem(&refused, 503, "backlog is full");
    assert!(refused.header("retry-after").is_some());
    let ready = http::send(relay.address(), "GET", "/health/ready", &[], b"").expect("an answer");
    assert_problem(&ready, 503, "backlog is full");
    // A repeat creates nothing, so it is answered all the same.
    assert_eq!(relay.publish("evt_0", BODY).status, 200);
}

#[test]
fn health_says_live_and_ready_and_the_operator_needs_his_key() {
    let folder = Folder::new("");
    let relay = Relay::start(&folder);
    let get = |path: &str, headers: &[(String, String)]| {
        http::send(relay.address(), "GET", path, headers, b"").expect("an answer")
    };
    assert_eq!(get("/health/live", &[]).json()["status"], "live");
    assert_eq!(get("/health/ready", &[]).json()["status"], "ready");
    let id = relay.accept("evt_1", BODY);
    let path = format!("/api/v1/events/{id}");
    assert_problem(&get(&path, &[]), 401, "operator key");
    let wrong = ("authorization".to_owned(), "Bearer wrong".to_owned());
    assert_problem(&get(&path, &[wrong]), 401, "operator key");
    let right = (
        "authorization".to_owned(),
        format!("Bearer {}", relay::OPERATOR_KEY),
    );
    assert_eq!(get(&path, std::slice::from_ref(&right)).status, 200);
    for unknown in ["msg_01h455vb4pex5vsknk084sn02q", "nonsense"] {
        let path = format!("/api/v1/events/{unknown}");
        assert_problem(
            &get(&path, std::slice::from_ref(&right)),
            404,
            "no such event",
        );
    }
}

#[test]
fn a_connection_that_says_nothing_is_closed() {
    let folder = Folder::new("");
    let relay = Relay::start(&folder);
    let mut silent = std::net::TcpStream::connect(relay.address()).expect("a connection");
    silent
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("a timeout");
    let mut buffer = [0; 1_024];
    // An answer (408) may come first; then the connection ends.
    while std::io::Read::read(&mut silent, &mut buffer).expect("an end") > 0 {}
}

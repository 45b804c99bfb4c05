//! Bodies with content codings: what comes in compressed, and what destinations
//! answer.

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use hookmill_tests::folder::Folder;
use hookmill_tests::http::{self, Response};
use hookmill_tests::relay::{OPERATOR_KEY, Relay};
use hookmill_tests::signer::{self, SECRET};
use hookmill_tests::sink::{Answer, Sink};
use std::io::Write as _;

const BODY: &[u8] = br#"{"type":"payment.succeeded","data":{"id":"pay_1"}}"#;

/// BODY by the reference implementations of brotli and zstd.
const BROTLI: &[u8] =
    b"\x8b\x18\x80{\"type\":\"payment.succeeded\",\"data\":{\"id\":\"pay_1\"}}\x03";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd\x04\x58\x91\x01\x00{\"type\":\"payment.succeeded\",\"data\":{\"id\":\"pay_1\"}}\xd6\x5e\x29\x6c";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

fn with_sink(sink: &Sink) -> Folder {
    Folder::new(&format!(
        "[tenants.acme.endpoints.all]\nurl = \"{}\"\nretry = {{ delays_s = [3600] }}\n",
        sink.url("/hook")
    ))
}

/// Publishes a body as it is, signed as it is, and calls it this.
fn publish(relay: &Relay, id: &str, coding: &str, body: &[u8]) -> Response {
    let mut headers = signer::headers(SECRET, id, body);
    headers.push(("content-encoding".to_owned(), coding.to_owned()));
    http::send(relay.address(), "POST", "/in/dodo", &headers, body).expect("an answer")
}

fn assert_problem(response: &Response, status: u16, detail: &str) {
    let text = String::from_utf8_lossy(&response.body).into_owned();
    assert_eq!(response.status, status, "{text}");
    let kind = response.header("content-type");
    assert_eq!(kind, Some("application/problem+json"));
    let problem = response.json();
    let found = problem["detail"].as_str().expect("a detail");
    assert!(found.contains(detail), "{text}");
}

#[test]
fn an_event_in_any_coding_arrives_as_what_it_stands_for() {
    let sink = Sink::start();
    let folder = with_sink(&sink);
    let relay = Relay::start(&folder);
    let table: [(&str, Vec<u8>); 8] = [
        ("gzip", gzip(BODY)),
        ("x-gzip", [gzip(&BODY[..10]), gzip(&BODY[10..])].concat()),
        ("deflate", zlib(BODY)),
        ("deflate", raw(&zlib(BODY))),
        ("br", BROTLI.to_vec()),
        ("zstd", ZSTD.to_vec()),
        ("identity", BODY.to_vec()),
        ("br, gzip", gzip(BROTLI)),
    ];
    for (index, (coding, body)) in table.iter().enumerate() {
        let response = publish(&relay, &format!("evt_{index}"), coding, body);
        assert_eq!(response.status, 202, "{coding}: {:?}", response.json());
        let id = response.json()["id"].as_str().expect("an id").to_owned();
        let event = relay.finished(&id);
        assert_eq!(event["eventType"], "payment.succeeded", "{coding}");
        assert_eq!(event["bodyBytes"], BODY.len(), "{coding}");
        assert_eq!(event["deliveries"][0]["status"], "delivered", "{coding}");
    }
    for received in sink.received() {
        assert_eq!(received.body, BODY);
        assert_eq!(received.header("content-encoding"), None);
        let accepted = received.header("accept-encoding").expect("it is stated");
        assert!(accepted.contains("gzip"), "{accepted}");
    }
    // The same event, coded in another way, is the same event.
    assert_eq!(publish(&relay, "evt_0", "br", BROTLI).status, 200);
}

/// The deflate stream within a zlib stream.
fn raw(zlib: &[u8]) -> Vec<u8> {
    zlib[2..zlib.len() - 4].to_vec()
}

#[test]
fn the_signature_is_over_the_bytes_as_received() {
    let folder = Folder::new("");
    let relay = Relay::start(&folder);
    let mut headers = signer::headers(SECRET, "evt_1", BODY);
    headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
    let body = gzip(BODY);
    let response = http::send(relay.address(), "POST", "/in/dodo", &headers, &body);
    let response = response.expect("an answer");
    assert_problem(
        &response,
        401,
        "over the body as it is sent, coded as `gzip`",
    );
    // Nobody without a key makes the relay decode anything.
    let unsigned = vec![("content-encoding".to_owned(), "gzip".to_owned())];
    let response = http::send(relay.address(), "POST", "/in/dodo", &unsigned, b"garbage");
    assert_problem(&response.expect("an answer"), 401, "webhook-id");
}

#[test]
fn an_unknown_coding_is_refused_with_those_that_would_do() {
    let folder = Folder::new("");
    let relay = Relay::start(&folder);
    for coding in ["compress", "gzip, aws-chunked", "gzip;level=9", "utf-8"] {
        let response = publish(&relay, "evt_1", coding, BODY);
        assert_problem(&response, 415, "`content-encoding`");
        let accepted = response.header("accept-encoding");
        assert_eq!(accepted, Some("gzip, deflate, br, zstd"), "{coding}");
    }
    let five = publish(&relay, "evt_1", "gzip, gzip, gzip, gzip, gzip", BODY);
    assert_problem(&five, 415, "more than 4 codings");
}

#[test]
fn a_body_that_is_not_what_its_coding_says_is_malformed() {
    let folder = Folder::new("");
    let relay = Relay::start(&folder);
    let table: [(&str, Vec<u8>, &str); 8] = [
        ("gzip", BODY.to_vec(), "not valid gzip"),
        ("gzip", gzip(BODY)[..30].to_vec(), "gzip: it breaks off"),
        (
            "gzip",
            [gzip(BODY), b"more".to_vec()].concat(),
            "gzip: 4 bytes follow",
        ),
        ("deflate", BODY.to_vec(), "not valid deflate"),
        ("br", [BROTLI, b"more"].concat(), "br: 4 bytes follow"),
        ("zstd", ZSTD[..30].to_vec(), "zstd: it breaks off"),
        ("br, gzip", gzip(BODY), "not valid br"),
        ("gzip", Vec::new(), "JSON object"),
    ];
    for (coding, body, detail) in table {
        assert_problem(&publish(&relay, "evt_1", coding, &body), 400, detail);
    }
    assert_eq!(
        relay.publish("evt_1", BODY).status,
        202,
        "nothing was stored"
    );
}

#[test]
fn the_limit_of_a_body_holds_for_what_comes_out_of_it() {
    let folder = Folder::new("");
    let relay = Relay::start(&folder);
    let limit = 1 << 20;
    let sized = |size: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(size - 8)).into_bytes();
    let fits = publish(&relay, "evt_fits", "gzip", &gzip(&sized(limit)));
    assert_eq!(fits.status, 202);
    let over = publish(&relay, "evt_over", "gzip", &gzip(&sized(limit + 1)));
    assert_problem(&over, 413, "decoded body is larger than 1048576 bytes");
    assert!(
        over.json()["detail"]
            .to_string()
            .contains("limits.body_bytes_max")
    );
    let bomb = gzip(&gzip(&vec![b' '; 256 << 20]));
    assert!(bomb.len() < 8_192, "{}", bomb.len());
    let response = publish(&relay, "evt_bomb", "gzip, gzip", &bomb);
    assert_problem(&response, 413, "1048576 bytes");
}

#[test]
fn what_is_not_decoded_is_refused_and_never_passed_over() {
    let folder = Folder::new("[tenants.acme.transforms.t]\nupload = true\n");
    let relay = Relay::start(&folder);
    let key = ("authorization".to_owned(), format!("Bearer {OPERATOR_KEY}"));
    let coded = ("content-encoding".to_owned(), "gzip".to_owned());
    let script = ("content-type".to_owned(), "text/javascript".to_owned());
    let program = b"function handler(webhook) { return webhook; }";
    for path in [
        "/api/v1/app/acme/transform/t/version",
        "/api/v1/endpoints/ep_x/replay",
    ] {
        let headers = [key.clone(), coded.clone(), script.clone()];
        let response = http::send(relay.address(), "POST", path, &headers, &gzip(program));
        let response = response.expect("an answer");
        assert_problem(&response, 415, "`content-encoding`");
        assert_eq!(response.header("accept-encoding"), Some("identity"));
    }
    // A request without a body has nothing that could be coded.
    let headers = [key.clone(), coded];
    let response = http::send(relay.address(), "GET", "/api/v1/endpoints", &headers, b"");
    assert_eq!(response.expect("an answer").status, 200);

    let form = "--b\r\ncontent-disposition: form-data; name=\"program\"; filename=\"a.js\"\r\ncontent-transfer-encoding: base64\r\n\r\nZnVuY3Rpb24=\r\n--b--\r\n";
    let kind = (
        "content-type".to_owned(),
        "multipart/form-data; boundary=b".to_owned(),
    );
    let path = "/api/v1/app/acme/transform/t/version";
    let response = http::send(relay.address(), "POST", path, &[key, kind], form.as_bytes());
    assert_problem(
        &response.expect("an answer"),
        415,
        "content-transfer-encoding",
    );

    let mut bytes = b"POST /in/dodo HTTP/1.1\r\nhost: relay\r\nconnection: close\r\ntransfer-encoding: gzip, chunked\r\n\r\n".to_vec();
    let body = gzip(BODY);
    bytes.extend_from_slice(format!("{:x}\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(&body);
    bytes.extend_from_slice(b"\r\n0\r\n\r\n");
    let response = http::send_raw(relay.address(), &bytes).expect("an answer");
    assert_problem(&response, 501, "`transfer-encoding`");
}

#[test]
fn an_answer_is_shown_decoded_and_within_its_limit() {
    let long = "x".repeat(1 << 20);
    let table: [(&str, Vec<u8>, &str, &str); 6] = [
        (
            "gzip",
            gzip(b"{\"error\":\"no such user\"}"),
            "{\"error\":\"no such user\"}",
            "",
        ),
        (
            "br",
            BROTLI.to_vec(),
            std::str::from_utf8(BODY).expect("text"),
            "",
        ),
        ("gzip", gzip(long.as_bytes()), &long[..4_096], ""),
        ("gzip", b"plain".to_vec(), "plain", "not valid gzip"),
        ("compress", b"what".to_vec(), "what", "`compress`"),
        (
            "gzip",
            gzip(b"half of it")[..20].to_vec(),
            "half of it",
            "breaks off",
        ),
    ];
    for (coding, body, shown, note) in table {
        let sink = Sink::answering(move |_| {
            Answer::status(200)
                .with("content-encoding", coding)
                .saying(body.clone())
        });
        let folder = with_sink(&sink);
        let relay = Relay::start(&folder);
        let event = relay.finished(&relay.accept("evt_1", BODY));
        let attempt = &event["deliveries"][0]["attempts"][0];
        assert_eq!(attempt["status"], 200, "{coding}: {attempt}");
        let response = attempt["response"].as_str().expect("a text");
        if shown == "half of it" {
            assert!(shown.starts_with(response), "{attempt}");
        } else {
            assert_eq!(response, shown, "{coding}");
        }
        let found = attempt["note"].as_str().unwrap_or("");
        assert!(found.contains(note), "{coding}: {attempt}");
        assert_eq!(found.is_empty(), note.is_empty(), "{coding}: {attempt}");
    }
}

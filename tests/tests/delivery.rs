//! From an accepted event to what the destination receives, and what becomes
//! of the delivery.

use hookmill_tests::folder::Folder;
use hookmill_tests::relay::{self, Relay};
use hookmill_tests::signer;
use hookmill_tests::sink::{Answer, Ending, Sink};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const PAYMENT: &[u8] = br#"{"type":"payment.succeeded","data":{"id":"pay_1"}}"#;

fn handler(code: &str) -> String {
    format!("function handler(webhook) {{\n{code}\n}}\n")
}

/// A folder with one endpoint that runs `code` and has these settings.
fn folder(sink: &Sink, code: &str, settings: &str) -> Folder {
    let folder = Folder::new(&format!(
        "[tenants.acme.transforms.t]\nfile = \"handler.js\"\n[tenants.acme.endpoints.e]\nurl = \"{}\"\ntransform = \"t\"\n{settings}\n",
        sink.url("/hook?a=b")
    ));
    folder.write("handler.js", &handler(code));
    folder
}

#[test]
fn each_endpoint_gets_the_types_that_its_filter_admits() {
    let sink = Sink::start();
    let mut declarations = String::new();
    for (name, events) in [
        ("exact", r#"["payment.succeeded"]"#),
        ("below", r#"["payment.*"]"#),
        ("all", r#"["*"]"#),
        ("other", r#"["subscription.*", "payment"]"#),
    ] {
        let url = sink.url(&format!("/{name}"));
        declarations.push_str(&format!(
            "[tenants.acme.endpoints.{name}]\nurl = \"{url}\"\nevents = {events}\n"
        ));
    }
    let folder = Folder::new(&declarations);
    let relay = Relay::start(&folder);
    let paths = |event_type: &str| {
        let before = sink.received().len();
        let body = json!({ "type": event_type }).to_string();
        let id = relay.accept(
            &format!("evt_{}", event_type.replace('.', "_")),
            body.as_bytes(),
        );
        relay.finished(&id);
        let mut paths: Vec<_> = sink
            .received()
            .split_off(before)
            .into_iter()
            .map(|one| one.path)
            .collect();
        paths.sort();
        paths
    };
    assert_eq!(paths("payment.succeeded"), ["/all", "/below", "/exact"]);
    assert_eq!(paths("payment.failed"), ["/all", "/below"]);
    assert_eq!(paths("subscription.active"), ["/all", "/other"]);
    assert_eq!(paths("payment"), ["/all", "/other"]);
    let untyped = relay.accept("evt_untyped", b"{}");
    assert_eq!(
        relay.finished(&untyped)["deliveries"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn headers_come_in_layers_and_the_signature_verifies() {
    let sink = Sink::start();
    let folder = folder(
        &sink,
        "webhook.method = 'PUT';
         webhook.payload = { group: webhook.env.GROUP_ID };
         webhook.headers = { 'X-From': 'transform', Authorization: 'Bearer forged', 'webhook-id': 'forged' };
         return webhook;",
        "credential = \"key\"\nheaders = { X-From = \"endpoint\", X-Fixed = \"1\" }\nenv = { GROUP_ID = \"g1\" }\nsigning = { secrets = [{ env = \"SIGNING_SECRET\" }] }\n[tenants.acme.credentials.key]\nbearer = { env = \"VENDOR_KEY\" }\nhosts = [\"127.0.0.1\"]",
    );
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    relay.finished(&id);
    let received = &sink.received()[0];
    assert_eq!(
        (received.method.as_str(), received.path.as_str()),
        ("PUT", "/hook?a=b")
    );
    assert_eq!(received.json(), json!({ "group": "g1" }));
    assert_eq!(received.header("x-from"), Some("transform"));
    assert_eq!(received.header("x-fixed"), Some("1"));
    assert_eq!(
        received.header("authorization"),
        Some("Bearer vendor-key-of-the-tests")
    );
    assert_eq!(received.header("webhook-id"), Some(id.as_str()));
    let timestamp = received.header("webhook-timestamp").expect("a timestamp");
    let secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    let expected = signer::signature(secret, &id, timestamp, &received.body);
    assert_eq!(
        received.header("webhook-signature"),
        Some(expected.as_str())
    );
    // What guests and secrets have to do with each other ends up in no log.
    assert!(!relay.log().contains("vendor-key-of-the-tests"));
}

#[test]
fn a_rewritten_url_takes_no_credential_with_it() {
    let vendor = Sink::start();
    let other = Sink::start();
    let folder = folder(
        &vendor,
        &format!("webhook.url = '{}'; return webhook;", other.url("/steal")),
        &format!(
            "credential = \"key\"\nhosts = [\"127.0.0.1:{}\", \"127.0.0.1:{}\"]\n[tenants.acme.credentials.key]\nheader = {{ name = \"X-Api-Key\", value = {{ env = \"VENDOR_KEY\" }} }}\nhosts = [\"127.0.0.1:{}\"]",
            vendor.address().port(),
            other.address().port(),
            vendor.address().port()
        ),
    );
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    relay.finished(&id);
    let received = other.wait_for(1);
    assert_eq!(received[0].header("x-api-key"), None);
    assert!(vendor.received().is_empty());
}

#[test]
fn a_host_or_method_that_is_not_allowed_is_the_transforms_fault() {
    let sink = Sink::start();
    for (code, mention) in [
        (
            "webhook.url = 'http://127.0.0.1:9/'; return webhook;",
            "hosts",
        ),
        ("webhook.method = 'DELETE'; return webhook;", "methods"),
        ("webhook.method = 'fetch'; return webhook;", "method"),
        (
            "webhook.body = {}; return webhook;",
            "did you mean `payload`?",
        ),
        ("return { total: 1 };", "not a webhook"),
        (
            "webhook.url = webhook.env.NONE; return webhook;",
            "url is undefined",
        ),
        ("webhook.url = '/relative'; return webhook;", "url"),
        ("webhook.headers = { 'a b': '1' }; return webhook;", "a b"),
        ("return Promise.resolve(webhook);", "Promise"),
        ("return 5;", "handler"),
        ("webhook.payload = undefined; return webhook;", "payload"),
    ] {
        let folder = folder(&sink, code, "");
        let relay = Relay::start(&folder);
        let id = relay.accept("evt_1", PAYMENT);
        let event = relay.finished(&id);
        let delivery = &event["deliveries"][0];
        assert_eq!(delivery["status"], "transform_failed", "{code}: {event}");
        let fault = &delivery["attempts"][0]["fault"];
        assert_eq!(fault["code"], "invalid_result", "{code}: {event}");
        assert!(
            fault["message"].as_str().expect("a text").contains(mention),
            "{code}: {fault}"
        );
    }
    assert!(sink.received().is_empty());
}

#[test]
fn a_retry_sends_the_same_bytes_until_one_is_taken() {
    let count = AtomicUsize::new(0);
    let sink = Sink::answering(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Answer::status(500).saying("broken"),
        1 => Answer::status(301).with("location", "http://127.0.0.1:9/"),
        _ => Answer::status(201),
    });
    let folder = folder(
        &sink,
        "webhook.payload = { at: Date.now(), luck: Math.random() }; console.log('made', 1); return webhook;",
        "retry = { delays_s = [1, 1, 1], jitter = 0.0 }",
    );
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    let event = relay.finished(&id);
    let delivery = &event["deliveries"][0];
    assert_eq!(delivery["status"], "delivered", "{event}");
    let attempts = delivery["attempts"].as_array().expect("a list");
    let statuses: Vec<_> = attempts.iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, [500, 301, 201]);
    assert_eq!(attempts[0]["response"], "broken");
    assert!(attempts[0]["fuel"].as_u64() > Some(0), "{event}");
    assert!(
        attempts[0]["logs"]
            .as_str()
            .expect("a log")
            .contains("info: made 1"),
        "{event}"
    );
    assert_eq!(attempts[1]["fuel"], json!(null), "the transform runs once");
    let bodies: Vec<_> = sink.received().into_iter().map(|one| one.body).collect();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[test]
fn after_the_last_attempt_the_delivery_is_a_dead_letter() {
    let sink = Sink::answering(|_| Answer::status(500));
    let folder = folder(
        &sink,
        "return webhook;",
        "retry = { delays_s = [0, 0], jitter = 0.0 }",
    );
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    let event = relay.finished(&id);
    assert_eq!(event["deliveries"][0]["status"], "dead_letter", "{event}");
    assert_eq!(sink.received().len(), 3);
}

#[test]
fn success_codes_of_a_vendor_count_as_success() {
    let sink = Sink::answering(|_| Answer::status(409));
    let folder = folder(
        &sink,
        "return webhook;",
        "retry = { success_codes = [409] }",
    );
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    assert_eq!(relay.finished(&id)["deliveries"][0]["status"], "delivered");
}

#[test]
fn a_410_disables_the_endpoint_until_its_declaration_changes() {
    let gone = Arc::new(AtomicBool::new(true));
    let switch = Arc::clone(&gone);
    let sink = Sink::answering(move |_| {
        let gone = switch.load(Ordering::SeqCst);
        Answer::status(if gone { 410 } else { 200 })
    });
    let folder = folder(&sink, "return webhook;", "");
    let relay = Relay::start(&folder);
    let first = relay.accept("evt_1", PAYMENT);
    assert_eq!(
        relay.finished(&first)["deliveries"][0]["status"],
        "dead_letter"
    );
    let second = relay.accept("evt_2", PAYMENT);
    assert!(relay.terminate().success());
    let relay = Relay::start(&folder);
    let third = relay.accept("evt_3", PAYMENT);
    for event in [&second, &third] {
        let shown = relay.event(event);
        assert_eq!(shown["deliveries"][0]["status"], "pending", "{shown}");
    }
    assert!(relay.terminate().success());
    gone.store(false, Ordering::SeqCst);
    // The transform's file is part of the declaration.
    folder.write(
        "handler.js",
        &handler("webhook.payload = 1; return webhook;"),
    );
    let relay = Relay::start(&folder);
    for event in [&second, &third] {
        let shown = relay.finished(event);
        assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
    }
}

#[test]
fn a_thrown_error_parks_the_delivery_with_its_place_and_sends_nothing() {
    let sink = Sink::start();
    let folder = folder(
        &sink,
        "console.warn('about to');\nwebhook.payload.data.missing.email;\nreturn webhook;",
        "",
    );
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    let event = relay.finished(&id);
    let delivery = &event["deliveries"][0];
    assert_eq!(delivery["status"], "transform_failed");
    let attempt = &delivery["attempts"][0];
    assert_eq!(attempt["fault"]["code"], "thrown");
    assert_eq!(attempt["fault"]["position"]["line"], 3, "{event}");
    assert!(
        attempt["logs"]
            .as_str()
            .expect("a log")
            .contains("warn: about to")
    );
    assert!(sink.received().is_empty());
}

#[test]
fn limits_end_a_run_and_its_neighbours_never_notice() {
    let sink = Sink::start();
    let mut declarations = String::new();
    let hostile = [
        (
            "fuel",
            "while (true) {}",
            "limits = { fuel_max = 1000000, deadline_ms = 10000 }",
            "out_of_fuel",
        ),
        (
            "time",
            "while (true) {}",
            "limits = { fuel_max = 10000000000, deadline_ms = 50 }",
            "deadline_exceeded",
        ),
        (
            "memory",
            "const a = []; while (true) a.push(new Array(10000).fill(a.length));",
            "limits = { fuel_max = 10000000000, deadline_ms = 10000, memory_bytes_max = 16777216 }",
            "memory_exceeded",
        ),
        (
            "stack",
            "const f = () => f() + 1; return f();",
            "",
            "stack_overflow",
        ),
        (
            "output",
            "webhook.payload = 'x'.repeat(100000); return webhook;",
            "limits = { output_bytes_max = 1000 }",
            "output_too_large",
        ),
    ];
    for (name, code, settings, _) in hostile {
        declarations.push_str(&format!(
            "[tenants.{name}.sources.{name}]\nsecrets = [{{ env = \"DODO_SECRET\" }}]\n[tenants.acme.transforms.{name}]\nfile = \"{name}.js\"\n[tenants.acme.endpoints.{name}]\nurl = \"{}\"\ntransform = \"{name}\"\n{settings}\n",
            sink.url("/hostile")
        ));
        let _ = code;
    }
    declarations.push_str(&format!(
        "[tenants.acme.endpoints.good]\nurl = \"{}\"\n",
        sink.url("/good")
    ));
    let folder = Folder::new(&declarations);
    for (name, code, _, _) in hostile {
        folder.write(&format!("{name}.js"), &handler(code));
    }
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    let event = relay.finished(&id);
    for (name, _, _, code) in hostile {
        let deliveries = event["deliveries"].as_array().expect("a list");
        let one = deliveries
            .iter()
            .find(|one| one["endpoint"] == name)
            .expect("its delivery");
        assert_eq!(one["attempts"][0]["fault"]["code"], code, "{name}: {one}");
    }
    let paths: Vec<_> = sink.received().into_iter().map(|one| one.path).collect();
    assert_eq!(paths, ["/good"]);
}

#[test]
fn a_canceled_delivery_sends_nothing_and_ends_as_canceled() {
    let sink = Sink::start();
    let folder = folder(&sink, "webhook.cancel = true; return webhook;", "");
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    assert_eq!(relay.finished(&id)["deliveries"][0]["status"], "canceled");
    assert!(sink.received().is_empty());
}

#[test]
fn a_payload_that_is_left_alone_arrives_byte_for_byte() {
    let sink = Sink::start();
    let folder = folder(&sink, "return webhook;", "");
    let relay = Relay::start(&folder);
    let bodies = [
        r#"{"type":"a.b","big":9007199254740993,"small":1e-999,"n":1.0}"#,
        "{ \"type\" : \"a.b\",\n\t\"odd\" : [ ] }\n",
        r#"{"type":"a.b","__proto__":{"x":1},"s":"\ud800\u2028 caf\u00e9 é"}"#,
    ];
    for (index, body) in bodies.iter().enumerate() {
        let id = relay.accept(&format!("evt_{index}"), body.as_bytes());
        relay.finished(&id);
        let received = sink.wait_for(index + 1);
        assert_eq!(String::from_utf8_lossy(&received[index].body), *body);
    }
}

#[test]
fn no_state_survives_from_one_event_to_the_next() {
    let sink = Sink::start();
    let folder = folder(
        &sink,
        "globalThis.count = (globalThis.count || 0) + 1;
         Array.prototype.leak = (Array.prototype.leak || 0) + 1;
         webhook.payload = { count: globalThis.count, leak: [].leak };
         return webhook;",
        "",
    );
    let relay = Relay::start(&folder);
    for n in 0..5 {
        let id = relay.accept(&format!("evt_{n}"), PAYMENT);
        relay.finished(&id);
    }
    for received in sink.received() {
        assert_eq!(received.json(), json!({ "count": 1, "leak": 1 }));
    }
}

#[test]
fn a_hanging_destination_holds_up_nobody() {
    // Answers nothing for as long as the test goes on.
    let hanging = Sink::answering(|_| Answer::ending(Ending::Silence));
    let quick = Sink::start();
    let folder = Folder::new(&format!(
        "[tenants.acme.endpoints.hanging]\nurl = \"{}\"\nrequest_timeout_ms = 60000\nconcurrency_max = 2\n[tenants.acme.endpoints.quick]\nurl = \"{}\"\n",
        hanging.url("/"),
        quick.url("/")
    ));
    let relay = Relay::start(&folder);
    for n in 0..4 {
        let _ = relay.accept(&format!("evt_{n}"), PAYMENT);
    }
    let _ = quick.wait_for(4);
    let _ = hanging.wait_for(2);
    let _ = relay.accept("evt_4", PAYMENT);
    let _ = quick.wait_for(5);
    assert_eq!(hanging.received().len(), 2, "its concurrency holds");
}

#[test]
fn a_large_response_is_kept_up_to_its_limit() {
    let sink = Sink::answering(|_| Answer::status(200).saying(vec![b'x'; 1 << 20]));
    let folder = folder(&sink, "return webhook;", "");
    let relay = Relay::start(&folder);
    let id = relay.accept("evt_1", PAYMENT);
    let event = relay.finished(&id);
    let kept = event["deliveries"][0]["attempts"][0]["response"]
        .as_str()
        .expect("a body")
        .len();
    assert_eq!(kept, 4_096);
}

#[test]
fn a_url_that_is_a_secret_is_delivered_to_and_never_written_down() {
    let sink = Sink::start();
    let folder = Folder::new(
        "[tenants.acme.endpoints.e]\nurl = { env = \"CHAT_URL\" }\nsources = [\"dodo\"]\n",
    );
    let mut command = relay::command(&folder);
    command.env("CHAT_URL", sink.url("/services/the-secret-path"));
    let relay = Relay::spawn(command, &folder);
    let id = relay.accept("evt_1", PAYMENT);
    let event = relay.finished(&id);
    assert_eq!(event["deliveries"][0]["status"], "delivered", "{event}");
    assert_eq!(sink.received()[0].path, "/services/the-secret-path");
    let log = relay.log();
    assert!(relay.terminate().success());
    assert!(!log.contains("the-secret-path"), "{log}");
    for file in walk(&folder.path().join("data")) {
        let bytes = std::fs::read(&file).expect("readable");
        let shown = bytes.windows(15).any(|window| window == b"the-secret-path");
        assert!(!shown, "{}", file.display());
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("readable").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

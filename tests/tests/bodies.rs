//! Bodies that are not JSON, on their way from a handler to a destination.

use hookmill_tests::folder::Folder;
use hookmill_tests::relay::Relay;
use hookmill_tests::sink::{Answer, Sink};
use std::sync::atomic::{AtomicUsize, Ordering};

const PAYMENT: &[u8] = br#"{"type":"payment.succeeded","data":{"id":"pay_1"}}"#;
const FORM: &str = "application/x-www-form-urlencoded";

fn folder(sink: &Sink, code: &str, settings: &str) -> Folder {
    let folder = Folder::new(&format!(
        "[tenants.acme.transforms.t]\nfile = \"handler.js\"\n[tenants.acme.endpoints.e]\nurl = \"{}\"\ntransform = \"t\"\n{settings}\n",
        sink.url("/hook")
    ));
    folder.write(
        "handler.js",
        &format!("function handler(webhook) {{ {code}; return webhook }}"),
    );
    folder
}

#[test]
fn a_form_arrives_as_a_form_also_when_it_is_sent_again() {
    let count = AtomicUsize::new(0);
    let sink = Sink::answering(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Answer::status(500),
        _ => Answer::status(200),
    });
    let code =
        "webhook.payload = new URLSearchParams({ To: '+49 1', Body: webhook.payload.data.id })";
    let folder = folder(&sink, code, "retry = { delays_s = [0], jitter = 0.0 }");
    let relay = Relay::start(&folder);
    let event = relay.finished(&relay.accept("evt_1", PAYMENT));
    assert_eq!(event["deliveries"][0]["status"], "delivered", "{event}");
    let received = sink.received();
    assert_eq!(received.len(), 2);
    for request in received {
        let expected = format!("{FORM};charset=UTF-8");
        assert_eq!(request.header("content-type"), Some(expected.as_str()));
        assert_eq!(request.body, b"To=%2B49+1&Body=pay_1");
    }
}

#[test]
fn the_endpoints_content_type_makes_a_text_a_text() {
    let sink = Sink::start();
    let headers = format!("headers = {{ content-type = \"{FORM}\" }}");
    let folder = folder(&sink, "webhook.payload = 'a=1&b=%20'", &headers);
    let relay = Relay::start(&folder);
    relay.finished(&relay.accept("evt_1", PAYMENT));
    let received = sink.wait_for(1);
    assert_eq!(received[0].header("content-type"), Some(FORM));
    assert_eq!(received[0].body, b"a=1&b=%20");
}

#[test]
fn bytes_arrive_as_they_are() {
    let sink = Sink::start();
    let folder = folder(&sink, "webhook.payload = new Uint8Array([0, 255, 128])", "");
    let relay = Relay::start(&folder);
    relay.finished(&relay.accept("evt_1", PAYMENT));
    let received = sink.wait_for(1);
    assert_eq!(
        received[0].header("content-type"),
        Some("application/octet-stream")
    );
    assert_eq!(received[0].body, [0, 255, 128]);
}

#[test]
fn a_missing_variable_is_a_warning_in_the_attempt_and_the_request_is_sent() {
    let sink = Sink::start();
    let code = "webhook.headers['x-list'] = `list ${webhook.env.LIST}`";
    let folder = folder(&sink, code, "");
    let relay = Relay::start(&folder);
    let event = relay.finished(&relay.accept("evt_1", PAYMENT));
    let logs = &event["deliveries"][0]["attempts"][0]["logs"];
    let warning = "warning: `undefined` in the header \"x-list\": is a variable missing?\n";
    assert_eq!(*logs, warning, "{event}");
    assert_eq!(sink.wait_for(1)[0].header("x-list"), Some("list undefined"));
}

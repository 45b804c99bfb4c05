//! A disk that is too full: said at the start, by the readiness and to senders,
//! with the key that moves the limit.

use hookmill_tests::folder::Folder;
use hookmill_tests::http;
use hookmill_tests::relay::Relay;
use hookmill_tests::wait::eventually;

const KEY: &str = "disk_free_bytes_min";
const PAYMENT: &[u8] = br#"{"type":"payment.succeeded"}"#;

/// A folder whose relay wants so many bytes free.
fn folder(bytes: &str) -> Folder {
    let folder = Folder::empty();
    let text =
        hookmill_tests::folder::PREAMBLE.replace("[server]", &format!("[server]\n{KEY} = {bytes}"));
    folder.write("hookmill.toml", &text);
    folder
}

#[test]
fn a_start_with_too_little_room_says_so_and_names_the_key() {
    // A pebibyte, which no disk of ours has free.
    let folder = folder("1125899906842624");
    let relay = Relay::start(&folder);
    let line = eventually("the log to say so", || {
        let log = relay.log();
        let line = log.lines().find(|line| line.contains("events are refused"));
        line.map(str::to_owned)
    });
    assert!(line.contains(KEY), "{line}");
    let ready = http::send(relay.address(), "GET", "/health/ready", &[], b"");
    for answer in [ready.expect("an answer"), relay.publish("evt_1", PAYMENT)] {
        assert_eq!(answer.status, 503);
        let detail = answer.json()["detail"].to_string();
        assert!(detail.contains(KEY), "{detail}");
        assert!(detail.contains("1125899906842624"), "{detail}");
    }
    let log = relay.log();
    let told = log.matches("events are refused").count();
    assert_eq!(told, 1, "{log}");
}

#[test]
fn an_operator_can_ask_for_less() {
    let folder = folder("0");
    let relay = Relay::start(&folder);
    assert_eq!(relay.publish("evt_1", PAYMENT).status, 202);
}

//! The same bytes, read as an event by everything that reads events: the relay
//! over HTTP, `hookmill run`, `hookmill test` and the samples of an upload. All
//! take them, with the same type, or all refuse them, with the same words.

use hookmill_tests::binary;
use hookmill_tests::folder::Folder;
use hookmill_tests::relay::Relay;
use hookmill_tests::uploads::{form, path};
use std::process::{Command, Output};

const HANDLER: &str = "function handler(webhook) { return webhook; }\n";

/// Levels that may stand in each other.
const DEPTH_MAX: usize = 10_000;

/// A type, or what the refusal says.
type Answer = Result<String, String>;

fn nested(levels: usize) -> String {
    let inner = levels - 1;
    format!(
        "{{\"type\":\"a\",\"a\":{}{}}}",
        "[".repeat(inner),
        "]".repeat(inner)
    )
}

/// Bodies, and what every reader has to say of them.
fn table() -> Vec<(Vec<u8>, Result<&'static str, &'static str>)> {
    let one_object = Err("the body must be one JSON object in UTF-8: ");
    let utf_16 = "\u{feff}{\"type\":\"a\"}".encode_utf16();
    let mut table: Vec<(Vec<u8>, _)> = vec![
        (
            utf_16.flat_map(u16::to_le_bytes).collect(),
            Err("it is UTF-16: save it as UTF-8"),
        ),
        (
            b"{\"type\":\"a\",\"b\":\"\xff\"}".into(),
            Err("it is not UTF-8: "),
        ),
        (nested(127).into(), Ok("a")),
        (nested(128).into(), Ok("a")),
        (nested(129).into(), Ok("a")),
        (nested(DEPTH_MAX).into(), Ok("a")),
        (
            nested(DEPTH_MAX + 1).into(),
            Err("more than 10000 deep at line 1 column "),
        ),
        (
            nested(400_000).into(),
            Err("more than 10000 deep at line 1 column "),
        ),
        (
            format!("{{\"type\":\"{}\"}}", "a".repeat(256)).into(),
            Ok("*"),
        ),
        (
            format!("{{\"type\":\"{}\"}}", "a".repeat(257)).into(),
            Err("the body's `type` must be a text of at most 256 visible ASCII characters"),
        ),
    ];
    let texts: [(&str, Result<&str, &str>); 33] = [
        (r#"{"type":"payment.succeeded"}"#, Ok("payment.succeeded")),
        (r#" { "a" : {"type": 7}, "type" : "a" } "#, Ok("a")),
        (r#"{"\u0074ype":"\u0061"}"#, Ok("a")),
        ("\u{feff}{\"type\":\"a\"}", Ok("a")),
        ("\u{feff}\u{feff}{\"type\":\"a\"}", one_object),
        ("{}", Ok("")),
        (r#"{"Type":"a"}"#, Ok("")),
        (r#"{"type":null}"#, Ok("")),
        (r#"{"type":""}"#, Ok("")),
        (r#"{"type":7}"#, Err("`payment.succeeded`, not a number")),
        (r#"{"type":-7}"#, Err("`payment.succeeded`, not a number")),
        (r#"{"type":1.5}"#, Err("`payment.succeeded`, not a number")),
        (
            r#"{"type":99999999999999999999}"#,
            Err("`payment.succeeded`, not a number"),
        ),
        (
            r#"{"type":false}"#,
            Err("`payment.succeeded`, not true or false"),
        ),
        (r#"{"type":["a"]}"#, Err("`payment.succeeded`, not a list")),
        (r#"{"type":{}}"#, Err("`payment.succeeded`, not an object")),
        (r#"{"type":"a b"}"#, Err("the body's `type` must be")),
        (r#"{"type":" a"}"#, Err("the body's `type` must be")),
        (r#"{"type":"a\n"}"#, Err("the body's `type` must be")),
        ("{\"type\":\"caf\u{e9}\"}", Err("the body's `type` must be")),
        (
            r#"{"type":"a","type":"b"}"#,
            Err("the body has `type` twice"),
        ),
        (
            r#"{"type":null,"type":null}"#,
            Err("the body has `type` twice"),
        ),
        (
            r#"{"type":"a","\u0074ype":7}"#,
            Err("the body has `type` twice"),
        ),
        (r#"{"a":1,"a":2,"type":"a"}"#, Ok("a")),
        ("", one_object),
        ("null", one_object),
        ("[]", one_object),
        (r#"[{"type":"a"}]"#, one_object),
        (r#"["a"]"#, one_object),
        (r#""a""#, one_object),
        (r#"{"type":"a"} {}"#, one_object),
        (r#"{"type":"a",}"#, one_object),
        ("{\"type\":\"a\n\"}", one_object),
    ];
    table.extend(texts.map(|(text, expected)| (text.into(), expected)));
    table
}

fn hookmill(folder: &Folder, arguments: &[&str]) -> Output {
    Command::new(binary::hookmill())
        .args(arguments)
        .current_dir(folder.path())
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
        .output()
        .expect("the binary starts")
}

fn refusal(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let text = text.trim_end().rsplit_once("event.json: ");
    text.expect("the file is named").1.to_owned()
}

/// Read as a text: a tree of the payload would need a deep stack.
fn type_after(mark: &str, text: &str) -> String {
    let (_, rest) = text.split_once(mark).expect("a type");
    rest.split('"').next().expect("a text").to_owned()
}

fn run(folder: &Folder) -> Answer {
    let output = hookmill(
        folder,
        &[
            "run",
            "h.js",
            "--event",
            "fixtures/events/event.json",
            "--json",
        ],
    );
    match output.status.code() {
        Some(0) => {
            let text = String::from_utf8(output.stdout).expect("UTF-8");
            Ok(type_after("\"eventType\":\"", &text))
        }
        code => {
            assert_eq!(code, Some(2));
            Err(refusal(&output.stderr))
        }
    }
}

/// What `--update` writes, the next call has to read.
fn test(folder: &Folder) -> Answer {
    let test = |more: &[&str]| {
        let arguments = ["test", "h.js", "--fixtures", "fixtures", "--json"];
        hookmill(folder, &[&arguments, more].concat())
    };
    let updated = test(&["--update"]);
    if updated.status.code() == Some(2) {
        return Err(refusal(&updated.stderr));
    }
    let again = test(&[]);
    let text = String::from_utf8_lossy(&again.stdout).into_owned();
    assert_eq!(again.status.code(), Some(0), "{text}");
    let expected = folder.path().join("fixtures/expected/event.json");
    let expected = std::fs::read_to_string(expected).expect("an expectation");
    Ok(type_after("\"eventType\": \"", &expected))
}

fn sample(relay: &Relay, body: &[u8]) -> Result<(), String> {
    let parts = [
        ("program", "h.js", HANDLER.as_bytes()),
        ("event", "event.json", body),
    ];
    let answer = form(relay, &path("t", "/check"), &parts);
    let text = answer.json();
    match answer.status {
        200 => Ok(()),
        status => {
            assert_eq!(status, 400, "{text}");
            let detail = text["detail"].as_str().expect("a detail");
            Err(detail
                .strip_prefix("event.json: ")
                .expect("the name")
                .to_owned())
        }
    }
}

fn publish(relay: &Relay, id: &str, body: &[u8]) -> Answer {
    let answer = relay.publish(id, body);
    if answer.status == 202 {
        let event = relay.event(answer.json()["id"].as_str().expect("an id"));
        return Ok(event["eventType"].as_str().expect("a type").to_owned());
    }
    assert_eq!(answer.status, 400);
    Err(answer.json()["detail"]
        .as_str()
        .expect("a detail")
        .to_owned())
}

#[test]
fn every_reader_gives_the_same_answer_to_the_same_bytes() {
    let folder = Folder::new("[tenants.acme.transforms.t]\nupload = true\n");
    folder.write("h.js", HANDLER);
    let relay = Relay::start(&folder);
    for (number, (body, expected)) in table().into_iter().enumerate() {
        let shown: String = String::from_utf8_lossy(&body).chars().take(60).collect();
        std::fs::create_dir_all(folder.path().join("fixtures/events")).expect("a folder");
        std::fs::write(folder.path().join("fixtures/events/event.json"), &body).expect("a file");
        let _ = std::fs::remove_dir_all(folder.path().join("fixtures/expected"));
        let published = publish(&relay, &format!("evt_{number}"), &body);
        match (&published, expected) {
            (Ok(found), Ok("*")) => assert!(!found.is_empty(), "{shown}"),
            (Ok(found), Ok(wanted)) => assert_eq!(found, wanted, "{shown}"),
            (Err(found), Err(wanted)) => assert!(found.contains(wanted), "{shown}: {found}"),
            _ => panic!("{shown}: {published:?}, not {expected:?}"),
        }
        assert_eq!(run(&folder), published, "run: {shown}");
        assert_eq!(test(&folder), published, "test: {shown}");
        let sampled = published.map(|_| ());
        assert_eq!(sample(&relay, &body), sampled, "sample: {shown}");
    }
}

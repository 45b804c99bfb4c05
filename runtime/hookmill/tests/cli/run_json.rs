//! `hookmill run --json`: the one object that programs read.

use super::Workspace;
use serde_json::{Value, json};

const EVENT: &str = "{\"type\":\"payment.succeeded\",\n \"data\":{\"total\":9007199254740993}}\n";

/// Runs a handler and gives the exit code, the text and the object.
fn run(handler: &str, event: &str, flags: &[&str]) -> (Option<i32>, String, Value) {
    let workspace = Workspace::new();
    workspace.write("t.js", handler);
    let arguments = ["run", "t.js", "--event", "-", "--json"];
    let called = workspace.call_with(arguments.iter().chain(flags), event);
    let object = serde_json::from_str(&called.stdout)
        .unwrap_or_else(|error| panic!("{error}: {} {}", called.stdout, called.stderr));
    (called.code, called.stdout, object)
}

#[test]
fn a_payload_that_is_left_alone_keeps_its_bytes() {
    let (code, text, _) = run("function handler(w) { return w }", EVENT, &[]);
    assert_eq!(code, Some(0));
    assert!(text.contains(EVENT.trim_end()), "{text}");
}

#[test]
fn a_lone_surrogate_in_an_event_does_no_harm() {
    let workspace = Workspace::new();
    workspace.write("t.js", "function handler(w) { return w }");
    let event = r#"{"type":"a","note":"\ud800"}"#;
    let called = workspace.call_with(["run", "t.js", "--event", "-", "--json"], event);
    let called = called.expect_code(0);
    assert!(called.stdout.contains(event), "{}", called.stdout);
}

#[test]
fn the_object_has_every_key_and_no_other() {
    let handler = "function handler(w) {
        console.warn('two\\nlines');
        w.headers = { 'X-A': '1' };
        w.payload = { t: w.transformationsParams.t };
        return w;
    }";
    let flags = ["--params", r#"{"t":[1]}"#, "--event-type", "other.type"];
    let (code, _, mut object) = run(handler, EVENT, &flags);
    assert_eq!(code, Some(0));
    for usage in ["fuel", "memory"] {
        let used = object[usage].take();
        assert!(
            used.as_u64().is_some_and(|used| used > 0),
            "{usage}: {used}"
        );
    }
    let limits = object["limits"].take();
    let limits = limits.as_object().expect("an object");
    let names: Vec<_> = limits.keys().collect();
    assert_eq!(names, ["fuel", "log", "memory", "output"]);
    for (name, share) in limits {
        let number = |key: &str| share[key].as_f64().expect("a number");
        let exact = number("used") * 100.0 / number("max");
        assert!(
            (number("percent") - exact).abs() <= 0.005,
            "{name}: {share}"
        );
        assert!(number("used") > 0.0, "{name}: {share}");
    }
    // "warn: two", a line break, and "lines" behind four spaces.
    assert_eq!(limits["log"]["used"], 20);
    assert_eq!(
        object,
        json!({
            "outcome": "webhook",
            "webhook": {
                "eventType": "other.type",
                "url": "https://relay.invalid/default",
                "method": "POST",
                "headers": { "X-A": "1" },
                "payload": { "t": [1] },
                "cancel": false,
            },
            "sent": {
                "url": "https://relay.invalid/default",
                "method": "POST",
                "headers": {
                    "accept": "*/*",
                    "accept-encoding": "gzip, deflate, br",
                    "content-type": "application/json",
                    "user-agent": "Hookmill/0.1.0",
                    "x-a": "1",
                },
            },
            "needs": [],
            "fault": null,
            "logs": [{ "level": "warn", "message": "two\nlines" }],
            "warnings": [],
            "fuel": null,
            "memory": null,
            "limits": null,
        })
    );
}

#[test]
fn a_cancel_shows_the_webhook_that_is_not_sent() {
    let (code, _, object) = run(
        "export default (w) => { w.cancel = true; return w }",
        EVENT,
        &[],
    );
    assert_eq!(code, Some(0));
    assert_eq!(object["outcome"], "canceled");
    assert_eq!(object["webhook"]["cancel"], true);
}

#[test]
fn faults_have_the_codes_of_the_domain() {
    let table: [(&str, &[&str], &str); 6] = [
        (
            "function handler(w) {\n  throw new Error('x') }",
            &[],
            "thrown",
        ),
        ("function handler() { return 1 }", &[], "invalid_result"),
        (
            "function handler() { for (;;); }",
            &["--fuel-max", "1000000"],
            "out_of_fuel",
        ),
        (
            "function handler(w) { w.payload = 'x'.repeat(5000); return w }",
            &["--output-bytes-max", "4000"],
            "output_too_large",
        ),
        (
            "function handler(w) { return Promise.resolve(w) }",
            &[],
            "invalid_result",
        ),
        ("async function handler(w) { return w }", &[], "load_failed"),
    ];
    for (handler, flags, expected) in table {
        let (code, text, object) = run(handler, EVENT, flags);
        assert_eq!(code, Some(1), "{text}");
        assert_eq!(object["outcome"], "fault", "{text}");
        assert_eq!(object["webhook"], Value::Null, "{text}");
        assert_eq!(object["fault"]["code"], expected, "{text}");
        let message = object["fault"]["message"].as_str();
        assert!(message.is_some_and(|message| !message.is_empty()), "{text}");
    }
}

#[test]
fn the_place_of_a_thrown_error_is_given() {
    let handler = "function handler(w) {\n  throw new Error('x') }";
    let (_, text, object) = run(handler, EVENT, &[]);
    assert_eq!(object["fault"]["position"]["line"], 2, "{text}");
    let stack = object["fault"]["stack"].as_str();
    assert!(stack.is_some_and(|it| it.contains("handler")), "{text}");
}

#[test]
fn what_cannot_be_loaded_is_a_fault_with_its_place() {
    let (code, text, object) = run("function handler(w) {\n  return w +;\n}", EVENT, &[]);
    assert_eq!(code, Some(1), "{text}");
    assert_eq!(object["fault"]["code"], "load_failed", "{text}");
    assert_eq!(object["fault"]["position"]["line"], 2, "{text}");
    let (code, text, object) = run("function handle(w) { return w }", EVENT, &[]);
    assert_eq!(code, Some(1), "{text}");
    assert_eq!(object["fault"]["code"], "load_failed", "{text}");
}

#[test]
fn the_same_instant_gives_the_same_output() {
    let handler = "function handler(w) { w.payload = [Date.now(), Math.random()]; return w }";
    let flags = ["--now", "2026-01-15T12:34:56.789Z"];
    let (_, first, object) = run(handler, EVENT, &flags);
    let (_, second, _) = run(handler, EVENT, &flags);
    assert_eq!(first, second);
    assert_eq!(object["webhook"]["payload"][0], 1_768_480_496_789_u64);
}

#[test]
fn an_event_without_a_type_has_an_empty_one() {
    let handler = "function handler(w) { w.payload = { t: w.eventType }; return w }";
    let (_, text, object) = run(handler, "{}", &[]);
    assert_eq!(object["webhook"]["payload"]["t"], "", "{text}");
}

//! `hookmill test --json`: the one object that programs read.

use super::Workspace;
use serde_json::{Value, json};

fn test(workspace: &Workspace, code: i32) -> Value {
    let called = workspace.call(["test", "--json"]).expect_code(code);
    serde_json::from_str(&called.stdout).expect("JSON")
}

#[test]
fn every_event_has_its_result_its_differences_and_its_usage() {
    let workspace = Workspace::new();
    workspace
        .write(
            "handler.js",
            "function handler(w) { if (w.payload.n > 1) throw new Error('x'); return w }",
        )
        .write("events/a.json", r#"{"n": 0}"#)
        .write("events/b.json", r#"{"n": 1}"#)
        .write("events/c.json", r#"{"n": 2}"#)
        .write(
            "expected/a.json",
            r#"{"eventType": "", "url": "https://relay.invalid/default", "method": "POST",
            "headers": {}, "payload": {"n": 5, "m": 1}, "cancel": false}"#,
        )
        .write("expected/d.json", "{}");
    let object = test(&workspace, 1);
    assert_eq!(object["program"], "./handler.js");
    assert_eq!(object["pass"], false);
    assert_eq!(object["fault"], Value::Null);
    assert_eq!(object["withoutEvent"], json!(["d"]));
    let counts = json!({"pass": 0, "fail": 1, "noExpectation": 2, "updated": 0});
    assert_eq!(object["counts"], counts);
    let [a, b, c] = object["cases"].as_array().expect("a list").as_slice() else {
        panic!("{object}");
    };
    assert_eq!([&a["name"], &a["result"]], ["a", "fail"]);
    let differences = json!([
        {"path": "payload.n", "expected": 5, "actual": 0},
        {"path": "payload.m", "expected": 1},
    ]);
    assert_eq!(a["differences"], differences);
    assert!(a["limits"]["fuel"]["percent"].is_number(), "{a}");
    assert!(a["fuel"].as_u64() > Some(0), "{a}");
    assert_eq!(b["result"], "no_expectation");
    assert_eq!(c["fault"]["code"], "thrown");
}

#[test]
fn a_program_that_cannot_be_loaded_is_the_outer_fault() {
    let workspace = Workspace::new();
    workspace
        .write("handler.js", "function handler( {")
        .write("events/a.json", "{}");
    let object = test(&workspace, 1);
    assert_eq!(object["pass"], false);
    assert_eq!(object["cases"], json!([]));
    assert_eq!(object["fault"]["code"], "load_failed");
    assert_eq!(object["fault"]["position"]["line"], 1);
}

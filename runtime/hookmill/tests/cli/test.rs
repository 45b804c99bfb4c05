//! `hookmill test` for people: what passes, what differs, what is written, and
//! mistakes in its usage.

use super::Workspace;
use std::fs;

const HANDLER: &str = r#"
function handler(webhook) {
    const { payload, env } = webhook;
    if (payload.type === "bad") throw new Error("no such shop");
    if (payload.type === "endless") for (;;);
    console.log("seen", payload.type);
    webhook.url += "/" + env.SHOP;
    webhook.payload = {
        at: new Date().toISOString(),
        total: payload.total,
        params: webhook.transformationsParams,
    };
    return webhook;
}
"#;

const EXPECTED: &str = r#"{
  "cancel": false,
  "eventType": "sale",
  "url": "https://relay.invalid/default/north",
  "method": "POST",
  "headers": {},
  "payload": { "at": "2026-01-15T12:34:56.789Z", "total": [1, 2], "params": {} }
}"#;

/// A folder with one event, `sale`, and what is expected of it.
fn shop() -> Workspace {
    let workspace = Workspace::new();
    workspace
        .write("handler.js", HANDLER)
        .write("env.json", r#"{"SHOP": "north"}"#)
        .write("events/sale.json", r#"{"type": "sale", "total": [1, 2]}"#)
        .write("expected/sale.json", EXPECTED);
    workspace
}

fn test(workspace: &Workspace, flags: &[&str], code: i32) -> String {
    let called = workspace
        .call(["test"].iter().chain(flags))
        .expect_code(code);
    assert_eq!(called.stderr, "");
    called.stdout
}

#[test]
fn an_equal_request_passes_whatever_the_order_of_its_keys() {
    let workspace = shop();
    let text = test(&workspace, &[], 0);
    assert!(text.contains("\npass            sale "), "{text}");
    assert!(text.ends_with("\n1 passed\n"), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours in a pipe: {text}");
}

#[test]
fn a_difference_is_named_with_its_path_and_the_log() {
    let workspace = shop();
    workspace.write(
        "events/sale.json",
        r#"{"type": "sale", "total": [1, 3], "x": 0}"#,
    );
    let text = test(&workspace, &[], 1);
    let expected =
        "    payload.total[1]\n      expected  2\n      actual    3\n    log  info   seen sale\n";
    assert!(text.contains("\nFAIL            sale "), "{text}");
    assert!(text.contains(expected), "{text}");
    assert!(text.ends_with("\n0 passed, 1 failed\n"), "{text}");
}

#[test]
fn without_an_expectation_nothing_passes() {
    let workspace = shop();
    fs::remove_dir_all(workspace.path("expected")).expect("a folder");
    let text = test(&workspace, &[], 1);
    assert!(text.contains("\nno expectation  sale "), "{text}");
    assert!(
        text.contains("\n0 passed, 1 without an expectation\n"),
        "{text}"
    );
    assert!(text.contains("hookmill test --update"), "{text}");
}

#[test]
fn an_expectation_without_an_event_does_not_pass() {
    let workspace = shop();
    workspace.write("expected/gone.json", EXPECTED);
    let text = test(&workspace, &[], 1);
    assert!(text.contains("no event        gone: "), "{text}");
    assert!(
        text.ends_with("\n1 passed, 1 expected without an event\n"),
        "{text}"
    );
    test(&workspace, &["--filter", "sal"], 0);
}

#[test]
fn update_writes_what_is_missing_and_what_differs() {
    let workspace = shop();
    workspace
        .write(
            "events/new.json",
            r#"{"type": "new", "total": 9007199254740992}"#,
        )
        .write("events/bad.json", r#"{"type": "bad"}"#)
        .write("expected/sale.json", EXPECTED.replace("POST", "PUT"));
    test(&workspace, &[], 1);
    let text = test(&workspace, &["--update"], 0);
    assert!(
        text.contains("\n0 passed, 3 updated: read the files"),
        "{text}"
    );
    let written = |name| fs::read_to_string(workspace.path(name)).expect("a file");
    assert!(written("expected/new.json").starts_with("{\n  \"eventType\": \"new\",\n"));
    assert!(written("expected/new.json").contains("9007199254740992"));
    let fault = "{\n  \"code\": \"thrown\",\n  \"error\": \"Error: no such shop\"\n}\n";
    assert_eq!(written("expected/bad.json"), fault);
    let text = test(&workspace, &[], 0);
    assert!(text.ends_with("\n3 passed\n"), "{text}");
}

#[test]
fn a_mistake_of_the_transform_is_never_taken_for_what_is_wanted() {
    let workspace = shop();
    workspace.write("events/endless.json", r#"{"type": "endless"}"#);
    let text = test(&workspace, &["--update", "--fuel-max", "2000000"], 1);
    assert!(text.contains("fault: out_of_fuel"), "{text}");
    assert!(!workspace.path("expected/endless.json").exists());
}

#[test]
fn an_expected_error_is_compared_with_its_code_where_it_has_one() {
    let workspace = shop();
    let cases = [
        (r#"{"error": "Error: no such shop"}"#, 0),
        (r#"{"error": "Error: no such shop", "code": "thrown"}"#, 0),
        (r#"{"error": "Error: no such shop", "code": "rejected"}"#, 1),
        (r#"{"error": "Error: other"}"#, 1),
        (EXPECTED, 1),
    ];
    workspace.write("events/bad.json", r#"{"type": "bad"}"#);
    for (expected, code) in cases {
        workspace.write("expected/bad.json", expected);
        let text = test(&workspace, &["-f", "bad"], code);
        assert_eq!(text.contains("fault: thrown"), code == 1, "{text}");
    }
    workspace.write("expected/sale.json", cases[0].0);
    let text = test(&workspace, &["-f", "sale"], 1);
    assert!(
        text.contains("    error\n      expected  \"Error: no such shop\"\n"),
        "{text}"
    );
}

#[test]
fn options_give_one_event_what_it_needs_besides() {
    let workspace = shop();
    let options = r#"{"eventType": "other", "url": "https://a.example/b", "params": {"t": 1},
        "now": "2020-02-03T04:05:06Z", "env": {"SHOP": "south"}}"#;
    let expected = r#"{"eventType": "other", "url": "https://a.example/b/south", "method": "POST",
        "headers": {}, "cancel": false,
        "payload": {"at": "2020-02-03T04:05:06.000Z", "total": [1, 2], "params": {"t": 1}}}"#;
    workspace
        .write("options/sale.json", options)
        .write("expected/sale.json", expected);
    test(&workspace, &[], 0);
    let wrong = [
        (r#"{"clock": 1}"#, "unknown field `clock`"),
        (r#"{"now": "yesterday"}"#, "options/sale.json: `now`"),
        (
            r#"{"now": "1960-01-01T00:00:00Z"}"#,
            "must not be before 1970",
        ),
        (
            r#"{"url": "/x"}"#,
            "options/sale.json: `url`: `url` is not absolute",
        ),
    ];
    for (options, expected) in wrong {
        workspace.write("options/sale.json", options);
        let called = workspace.call(["test"]).expect_code(2);
        assert!(called.stderr.contains(expected), "{}", called.stderr);
    }
}

#[test]
fn the_program_and_the_samples_may_be_in_other_places() {
    let workspace = shop();
    fs::rename(workspace.path("handler.js"), workspace.path("other.mjs")).expect("a file");
    test(&workspace, &[".", "--program", "other.mjs"], 0);
    test(&workspace, &["other.mjs", "--fixtures", "."], 0);
    let text = test(&workspace, &["."], 1);
    assert!(text.contains("fault: load_failed"), "{text}");
    workspace.write("other.mjs", "function handler( {");
    let text = test(&workspace, &["other.mjs", "--fixtures", "."], 1);
    assert!(text.contains("other.mjs:1:"), "{text}");
}

#[test]
fn what_cannot_be_read_is_one_line_and_exit_code_2() {
    let workspace = shop();
    workspace
        .write("empty/events/readme.txt", "")
        .write("list/events/a.json", "[]")
        .write("broken/events/a.json", "{}")
        .write("broken/expected/a.json", "{")
        .write("env/events/a.json", "{}")
        .write("env/env.json", r#"{"A": 1}"#)
        .write("bare/handler.js", HANDLER);
    let table: [(&[&str], &str); 9] = [
        (&["gone"], "gone is not there"),
        (&["handler.js"], "handler.js is a file: say with --fixtures"),
        (
            &["bare"],
            "bare has no sample events: put some into bare/events",
        ),
        (&["empty"], "empty/events has no sample events"),
        (
            &["list"],
            "list/events/a.json: the body must be one JSON object in UTF-8",
        ),
        (&["broken"], "broken/expected/a.json can't be understood"),
        (
            &["env"],
            "env/env.json can't be understood: invalid type: integer `1`, expected a variable's value",
        ),
        (
            &["-f", "zzz"],
            "no event in ./events has \"zzz\" in its name",
        ),
        (&["--program", "gone.js"], "gone.js can't be read"),
    ];
    for (arguments, expected) in table {
        let called = workspace
            .call(["test"].iter().chain(arguments))
            .expect_code(2);
        let expected = format!("hookmill: {expected}");
        assert!(called.stderr.starts_with(&expected), "{}", called.stderr);
        assert_eq!(called.stderr.lines().count(), 1, "{}", called.stderr);
        assert_eq!(called.stdout, "");
    }
}

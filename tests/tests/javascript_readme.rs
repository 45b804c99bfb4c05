//! `guest-sdk/js/README.md`, word for word: its examples run, its tables are
//! what the engine answers, its limits are those that are met.

use hookmill_tests::binary::{self, root};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn readme() -> String {
    fs::read_to_string(root().join("guest-sdk/js/README.md")).expect("the README")
}

/// The code block whose first line is a comment with this file's name.
fn block(file: &str) -> String {
    let text = readme();
    let start = format!("\n// {file}\n");
    let (_, rest) = text.split_once(&start).expect("the block");
    let (code, _) = rest.split_once("\n```").expect("its end");
    format!("{code}\n")
}

/// The rows of the section's tables, cells without their back ticks.
fn rows(section: &str) -> Vec<Vec<String>> {
    let text = readme();
    let (_, rest) = text
        .split_once(&format!("\n## {section}\n"))
        .expect("the section");
    let section = rest.split("\n## ").next().expect("its text");
    let rows = section
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("|--"));
    rows.skip(1)
        .map(|row| {
            let cells = row.trim_matches('|').split(" | ");
            cells
                .map(|cell| cell.trim().trim_matches('`').to_owned())
                .collect()
        })
        .collect()
}

fn run(folder: &Path, file: &str, text: &str, event: &str, flags: &[&str]) -> Value {
    fs::write(folder.join(file), text).expect("it can be written");
    fs::write(folder.join("event.json"), event).expect("it can be written");
    let output = Command::new(binary::hookmill())
        .current_dir(folder)
        .args(["run", file, "--event", "event.json", "--json"])
        .args(flags)
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
        .output()
        .expect("the binary starts");
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"))
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

const PAYMENT: &str =
    r#"{"type":"payment.succeeded","data":{"payment_id":"pay_1","total_amount":4999}}"#;

#[test]
fn the_first_example_makes_the_request_that_it_says() {
    let folder = folder();
    let flags = ["--env", "SHOP=main", "--url", "https://sales.example/"];
    let printed = run(
        folder.path(),
        "handler.mjs",
        &block("handler.mjs"),
        PAYMENT,
        &flags,
    );
    let webhook = &printed["webhook"];
    assert_eq!(
        webhook["url"], "https://sales.example/main/orders",
        "{printed}"
    );
    assert_eq!(
        webhook["payload"].to_string(),
        r#"{"order":"pay_1","total":49.99}"#
    );
    let other = r#"{"type":"payment.failed","data":{}}"#;
    let printed = run(
        folder.path(),
        "handler.mjs",
        &block("handler.mjs"),
        other,
        &flags,
    );
    assert_eq!(printed["outcome"], "canceled", "{printed}");
}

#[test]
fn the_form_is_sent_as_one() {
    let folder = folder();
    let event = r#"{"type":"t","data":{"customer":{"phone":"+49 1"},"total_amount":1250}}"#;
    let printed = run(folder.path(), "sms.js", &block("sms.js"), event, &[]);
    let webhook = &printed["webhook"];
    assert_eq!(
        webhook["payloadText"], "To=%2B49+1&Body=Paid%3A+12.5",
        "{printed}"
    );
    let form = "application/x-www-form-urlencoded;charset=UTF-8";
    assert_eq!(webhook["headers"]["content-type"], form, "{printed}");
}

#[test]
fn the_typescript_example_makes_the_same() {
    let folder = folder();
    let printed = run(
        folder.path(),
        "handler.ts",
        &block("handler.ts"),
        PAYMENT,
        &[],
    );
    let payload = printed["webhook"]["payload"].to_string();
    assert_eq!(payload, r#"{"order":"pay_1","total":49.99}"#, "{printed}");
}

#[test]
fn every_example_in_the_tables_gives_what_stands_beside_it() {
    let folder = folder();
    let mut checked = 0;
    let globals = rows("What there is")
        .into_iter()
        .map(|row| row[2..].to_vec());
    for row in globals.chain(rows("Dates and numbers in words")) {
        let [example, expected] = &row[..] else {
            panic!("{row:?}")
        };
        // What has no JSON shows in an array as null.
        let expected = if expected == "undefined" {
            "null"
        } else {
            expected
        };
        let text = format!("export default (w) => ({{ payload: [{example}] }})");
        let printed = run(folder.path(), "row.mjs", &text, "{}", &[]);
        let payload = printed["webhook"]["payload"].to_string();
        assert_eq!(payload, format!("[{expected}]"), "{example}: {printed}");
        checked += 1;
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn every_global_has_a_row() {
    let typings = root().join("guest-sdk/js/globals.d.ts");
    let typings = fs::read_to_string(typings).expect("the typings");
    let rows = rows("What there is");
    for line in typings.lines() {
        let Some(rest) = line.strip_prefix("declare ") else {
            continue;
        };
        let name = rest.split([' ', ':', '(', '<']).nth(1).expect("a name");
        assert!(rows.iter().any(|row| row[0] == name), "{name}");
    }
}

#[test]
fn every_limit_gives_the_fault_that_stands_beside_it() {
    let folder = folder();
    let breaches = [
        ("fuel_max", "for (;;);", "--deadline-ms=30000"),
        ("deadline_ms", "for (;;);", "--fuel-max=10000000000"),
        (
            "memory_bytes_max",
            "const a = []; for (;;) a.push(new Uint8Array(1 << 20));",
            "",
        ),
        (
            "output_bytes_max",
            "w.payload = 'x'.repeat(1 << 20); return w",
            "",
        ),
        ("nothing", "const f = () => f() + 1; f()", ""),
    ];
    let rows = rows("Limits");
    for (key, body, flag) in breaches {
        let row = rows
            .iter()
            .find(|row| row[2] == key && row[3] != "refused when it is loaded");
        let row = row.unwrap_or_else(|| panic!("{key}: {rows:?}"));
        let text = format!("function handler(w) {{ {body} }}");
        let flags = if flag.is_empty() { vec![] } else { vec![flag] };
        let printed = run(folder.path(), "limit.js", &text, "{}", &flags);
        assert_eq!(printed["fault"]["code"], *row[3], "{key}: {printed}");
        let message = printed["fault"]["message"].as_str().expect("a message");
        if key == "nothing" {
            assert!(message.contains("can't be raised"), "{message}");
            continue;
        }
        assert!(message.contains(key), "{key}: {message}");
        let number = row[1].split(' ').next().expect("a number");
        assert!(message.contains(number), "{key}: {message}");
    }
    let log = "function handler(w) { console.log('x'.repeat(20000)); return w }";
    let printed = run(folder.path(), "log.js", log, "{}", &[]);
    assert_eq!(printed["outcome"], "webhook");
    let logs = printed["logs"].to_string();
    assert!(
        logs.contains("cut at 16384 bytes"),
        "{}",
        &logs[logs.len() - 200..]
    );
    let large = format!(
        "function handler(w) {{ return w }}//{}",
        "x".repeat(1 << 20)
    );
    fs::write(folder.path().join("large.js"), large).expect("it can be written");
    let output = Command::new(binary::hookmill())
        .current_dir(folder.path())
        .args(["run", "large.js", "--event", "event.json"])
        .output()
        .expect("the binary starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("1048576 bytes"), "{said}");
}

#[test]
fn recursion_goes_about_as_deep_as_it_says() {
    let folder = folder();
    let text = "function handler(w) { let n = 0; const f = () => { n++; f() }; try { f() } catch {} w.payload = n; return w }";
    let printed = run(folder.path(), "deep.js", text, "{}", &[]);
    let depth = printed["webhook"]["payload"].as_u64().expect("a number");
    assert!((800..2_500).contains(&depth), "{depth}");
}

#[test]
fn the_unit_tests_run_in_node() {
    let folder = folder();
    for file in ["handler.mjs", "handler.test.mjs", "script.test.mjs"] {
        fs::write(folder.path().join(file), block(file)).expect("it can be written");
    }
    let script = "function handler(webhook) { webhook.cancel = true; return webhook; }";
    fs::write(folder.path().join("script.js"), script).expect("it can be written");
    let output = Command::new("node")
        .current_dir(folder.path())
        .args(["--test", "handler.test.mjs", "script.test.mjs"])
        .output();
    let Ok(Output { status, stdout, .. }) = output else {
        hookmill_peer::missing("there is no node here");
        return;
    };
    let said = String::from_utf8_lossy(&stdout);
    assert!(status.success(), "{said}");
    assert!(
        said.contains("# pass 3") || said.contains("pass 3"),
        "{said}"
    );
}

#[test]
fn what_is_not_there_is_not_there_and_says_so() {
    let folder = folder();
    let text = "export default (w) => ({ payload: [typeof fetch, typeof XMLHttpRequest, typeof setTimeout, typeof setInterval, typeof require, typeof process, typeof Deno, typeof Buffer, typeof window, typeof document, typeof crypto.subtle] })";
    let printed = run(folder.path(), "absent.mjs", text, "{}", &[]);
    let payload = printed["webhook"]["payload"].as_array().expect("a list");
    assert!(payload.iter().all(|kind| kind == "undefined"), "{printed}");
    let mut named = 0;
    for row in rows("What is not there") {
        for name in row[0].split("`, `") {
            // The rest are not names of globals by themselves.
            let is_name = name.chars().all(char::is_alphanumeric);
            if !is_name || name == "async" || name == "require" {
                continue;
            }
            let text = format!("function handler(w) {{ {name}.x; return w }}");
            let printed = run(folder.path(), "absent.js", &text, "{}", &[]);
            let message = printed["fault"]["message"].as_str().expect("a message");
            let expected = format!("ReferenceError: {name} is not defined (");
            assert!(message.starts_with(&expected), "{name}: {message}");
            named += 1;
        }
    }
    assert_eq!(named, 9);
}

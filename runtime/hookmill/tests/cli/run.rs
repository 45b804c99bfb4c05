//! `hookmill run` for people: output, exit codes, mistakes in its usage.

use super::Workspace;

const EVENT: &str = r#"{"type":"payment.succeeded","data":{"total":9007199254740993}}"#;

const HANDLER: &str = r#"
function handler(webhook) {
    console.log("seen", webhook.eventType);
    webhook.url = "https://api.example.com/" + webhook.env.LIST;
    webhook.method = "PUT";
    webhook.headers = { "x-list": webhook.env.LIST };
    webhook.payload = { kind: webhook.payload.type, at: new Date().toISOString() };
    return webhook;
}
"#;

#[test]
fn the_request_the_log_and_the_usage_are_shown() {
    let workspace = Workspace::new();
    workspace.write("t.js", HANDLER).write("e.json", EVENT);
    let arguments = [
        "run",
        "t.js",
        "--event",
        "e.json",
        "--env",
        "LIST=a=b",
        "--now",
        "2026-01-15T12:34:56.789Z",
    ];
    let called = workspace.call(arguments).expect_code(0);
    let (request, rest) = called.stdout.split_once("\nlog\n").expect("a log");
    assert_eq!(
        request,
        "PUT https://api.example.com/a=b\naccept: */*\naccept-encoding: gzip, deflate, br\ncontent-type: application/json\nuser-agent: Hookmill/0.1.0\nx-list: a=b\n\n{\n  \"kind\": \"payment.succeeded\",\n  \"at\": \"2026-01-15T12:34:56.789Z\"\n}\n"
    );
    assert!(
        rest.starts_with("  info   seen payment.succeeded\n"),
        "{rest}"
    );
    for expected in [
        "note: an endpoint with another host in its `url` needs `hosts = [\"api.example.com\"]`\n",
        "fuel ",
        "time ",
        "memory ",
        "output ",
        "log ",
        "500,000,000",
        " %",
    ] {
        assert!(rest.contains(expected), "{expected}: {rest}");
    }
    assert_eq!(called.stderr, "");
}

#[test]
fn a_folder_is_its_handler_and_its_variables() {
    let workspace = Workspace::new();
    workspace
        .write("shop/handler.js", HANDLER)
        .write("shop/env.json", r#"{"LIST": "north"}"#)
        .write("e.json", EVENT);
    let called = workspace
        .call(["run", "shop", "--event", "e.json"])
        .expect_code(0);
    assert!(
        called
            .stdout
            .starts_with("PUT https://api.example.com/north\n"),
        "{}",
        called.stdout
    );
    let arguments = ["run", "shop", "--event", "e.json", "--env", "LIST=south"];
    let called = workspace.call(arguments).expect_code(0);
    assert!(
        called
            .stdout
            .starts_with("PUT https://api.example.com/south\n"),
        "{}",
        called.stdout
    );
}

#[test]
fn a_cancel_is_no_failure() {
    let workspace = Workspace::new();
    workspace.write("t.js", "const handler = (w) => ({ ...w, cancel: true });");
    let called = workspace.call_with(["run", "t.js", "--event", "-"], EVENT);
    let called = called.expect_code(0);
    assert!(called.stdout.starts_with("canceled: "), "{}", called.stdout);
}

#[test]
fn a_fault_is_shown_with_its_code_and_place() {
    let workspace = Workspace::new();
    workspace.write(
        "t.js",
        "function handler(webhook) {\n  throw new Error('no list');\n}",
    );
    let called = workspace.call_with(["run", "t.js", "--event", "-"], EVENT);
    let called = called.expect_code(1);
    assert!(
        called.stdout.starts_with("fault: thrown\n"),
        "{}",
        called.stdout
    );
    assert!(called.stdout.contains("no list"), "{}", called.stdout);
}

#[test]
fn a_run_needs_one_event_and_takes_no_folder_of_them() {
    let workspace = Workspace::new();
    workspace.write("t.js", HANDLER);
    let without = workspace.call(["run", "t.js"]).expect_code(2).stderr;
    assert!(without.contains("--event <FILE>"), "{without}");
    let folder = workspace.call(["run", "t.js", "--fixtures", "."]);
    let said = folder.expect_code(2).stderr;
    assert!(said.contains("unexpected argument '--fixtures'"), "{said}");
}

#[test]
fn every_mistake_in_the_usage_is_one_line_and_exit_code_2() {
    let workspace = Workspace::new();
    workspace
        .write("t.js", HANDLER)
        .write("e.json", EVENT)
        .write("list.json", "[]")
        .write("typed.json", r#"{"type": 1}"#);
    let table: [(&[&str], &str); 9] = [
        (
            &["gone.js", "--event", "e.json"],
            "gone.js can't be read: No such file",
        ),
        (
            &["t.txt", "--event", "e.json"],
            "t.txt: a transform's file ends in .js or .mjs",
        ),
        (
            &["t.js", "--event", "gone.json"],
            "gone.json can't be read: No such file",
        ),
        (
            &["t.js", "--event", "list.json"],
            "list.json: the body must be one JSON object in UTF-8",
        ),
        (
            &["t.js", "--event", "typed.json"],
            "typed.json: the body's `type` must be a text",
        ),
        (
            &["t.js", "--event", "e.json", "--url", "/x"],
            "--url: `url` is not absolute",
        ),
        (
            &["t.js", "--event", "e.json", "--params", "[]"],
            "--params must be a JSON object",
        ),
        (
            &["t.js", "--event", "e.json", "--now", "1969-01-01T00:00:00Z"],
            "--now must not be before 1970",
        ),
        (
            &["t.js", "--event", "e.json", "--env", "A=1", "--env", "A=2"],
            "--env A is given twice",
        ),
    ];
    for (arguments, expected) in table {
        let called = workspace
            .call(["run"].iter().chain(arguments))
            .expect_code(2);
        let expected = format!("hookmill: {expected}");
        assert!(called.stderr.starts_with(&expected), "{}", called.stderr);
        assert_eq!(called.stderr.lines().count(), 1, "{}", called.stderr);
        assert_eq!(called.stdout, "");
    }
}

#[test]
fn flags_out_of_range_are_refused_by_name() {
    let workspace = Workspace::new();
    workspace.write("t.js", HANDLER).write("e.json", EVENT);
    let table = [
        ("--fuel-max", "10000000001"),
        ("--deadline-ms", "0"),
        ("--memory-bytes-max", "x"),
        ("--now", "yesterday"),
        ("--env", "=x"),
    ];
    for (flag, value) in table {
        let called = workspace.call(["run", "t.js", "--event", "e.json", flag, value]);
        let called = called.expect_code(2);
        assert!(called.stderr.contains(flag), "{}", called.stderr);
    }
}

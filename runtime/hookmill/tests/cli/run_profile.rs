//! `hookmill run --profile`: where a component's fuel goes, in each form.

use super::Desk;
use serde_json::Value;
use std::fs;

const EVENT: &str = r#"{"type":"sale"}"#;

/// A component without a toolchain: a handler and the engine in one.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("t.js", "function handler(w) { return w }")
        .write("e.json", EVENT);
    desk.call(["build", "t.js"]).expect_code(0);
    desk
}

fn profile(desk: &Desk, file: &str) -> String {
    let arguments = ["run", "t.wasm", "--event", "e.json", "--profile", file];
    let called = desk.call(arguments).expect_code(0);
    assert!(called.stdout.contains("fuel "), "{}", called.stdout);
    fs::read_to_string(desk.path(file)).expect("a file")
}

#[test]
fn all_forms_add_up_to_the_fuel_of_the_run() {
    let desk = desk();
    let text = desk.call(["run", "t.wasm", "--event", "e.json", "--json"]);
    let report: Value = serde_json::from_str(&text.stdout).expect("JSON");
    let fuel = report["fuel"].as_u64();

    let folded = profile(&desk, "p.folded");
    let of_line = |line: &str| {
        line.rsplit_once(' ')
            .and_then(|it| it.1.parse::<u64>().ok())
    };
    assert_eq!(folded.lines().map(of_line).sum::<Option<u64>>(), fuel);

    let speedscope: Value = serde_json::from_str(&profile(&desk, "p.json")).expect("JSON");
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

    let svg = profile(&desk, "p.svg");
    assert!(
        svg.contains("<svg ") && svg.contains("Fuel of t.wasm"),
        "{svg}"
    );
    assert_eq!(
        svg,
        profile(&desk, "again.svg"),
        "the same run, the same file"
    );
}

#[test]
fn what_has_no_profile_is_refused_and_leaves_no_file() {
    let desk = desk();
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
        let called = desk.call(arguments).expect_code(2);
        assert!(called.stderr.contains(expected), "{}", called.stderr);
        assert!(!desk.path(file).exists());
    }
}

//! The handlers of the published integration guides, unchanged, over all
//! sample events: the shared engine and a standalone component give what the
//! guides' own runs gave.
//!
//! They are not part of the repository. Without them (in `../shared`, or where
//! `HOOKMILL_SHARED` says) this test says so and does nothing.

mod common;

use bytes::Bytes;
use common::{Fixture, fixture, invocation};
use hookmill_domain::UnixMs;
use hookmill_domain::caps::SandboxCaps;
use hookmill_sandbox::{Invocation, Run, Source, build};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// 2026-01-15T12:34:56.789Z, where the expected files' clock stands.
const NOW: UnixMs = UnixMs(1_768_480_496_789);

#[test]
fn every_guide_handler_gives_what_its_guide_expects() {
    let Some(shared) = shared() else { return };
    let fixture = fixture();
    let mut count = 0;
    for handler in handlers(&shared) {
        let text = fs::read_to_string(&handler).expect("a readable handler");
        let program = fixture
            .sandbox
            .load(Source::JavaScript {
                name: "handler.js",
                text: &text,
            })
            .unwrap_or_else(|error| panic!("{}: {error}", handler.display()));
        for event in files(&shared.join("events"), "json") {
            let expected = expected(&shared, &handler, &event);
            let run = fixture.run_with(&program, event_of(&event));
            let found = shown(&event, &run);
            // A throw is worded by each engine in its own way.
            if expected.get("error").is_some() {
                assert!(
                    run.outcome.is_err(),
                    "{} {}",
                    handler.display(),
                    event.display()
                );
            } else {
                assert_eq!(found, expected, "{} {}", handler.display(), event.display());
            }
            count += 1;
        }
    }
    assert!(count > 700, "only {count} combinations were found");
}

#[test]
fn a_standalone_component_gives_what_the_shared_engine_gives() {
    let fixture = fixture();
    let text = "
        let calls = 0;
        const handler = (webhook) => {
          console.log('call', ++calls, webhook.env.REGION);
          webhook.url += '?at=' + Date.now();
          if (webhook.payload.amount > 1) webhook.payload = { amount: webhook.payload.amount, r: Math.random() };
          return webhook;
        };";
    check_standalone(&fixture, "const.js", text, &[invocation()]);
    let Some(shared) = shared() else { return };
    let events: Vec<_> = files(&shared.join("events"), "json")
        .iter()
        .take(20)
        .map(|path| event_of(path))
        .collect();
    let handler = &handlers(&shared)[0];
    let text = fs::read_to_string(handler).expect("a readable handler");
    check_standalone(&fixture, "guide.js", &text, &events);
}

fn check_standalone(fixture: &Fixture, name: &str, text: &str, events: &[Invocation]) {
    let wasm = build::standalone_from_javascript(name, text).unwrap_or_else(|e| panic!("{e}"));
    let standalone = fixture.component(&wasm.component);
    let shared = fixture
        .sandbox
        .load(Source::JavaScript { name, text })
        .unwrap_or_else(|error| panic!("{error}"));
    for event in events {
        let (one, other) = (
            fixture.run_with(&standalone, event.clone()),
            fixture.run_with(&shared, event.clone()),
        );
        assert_eq!(one.outcome, other.outcome);
        assert_eq!(one.logs, other.logs);
    }
}

#[test]
fn a_standalone_component_is_not_built_without_a_handler() {
    let error =
        build::standalone_from_javascript("x.js", "function handler( {").expect_err("syntax");
    assert!(error.to_string().starts_with("x.js:1:"), "{error}");
}

fn event_of(path: &Path) -> Invocation {
    let payload = fs::read(path).expect("a readable event");
    let parsed: Value = serde_json::from_slice(&payload).expect("JSON");
    Invocation {
        event_type: parsed["type"].as_str().expect("a type").to_owned(),
        url: "https://relay.invalid/default".into(),
        payload: Bytes::from(payload),
        received_at: NOW,
        caps: SandboxCaps {
            deadline_ms: 20_000,
            ..SandboxCaps::default()
        },
        ..invocation()
    }
}

/// A run in the shape of the expected files.
fn shown(event: &Path, run: &Run) -> Value {
    let Ok(webhook) = &run.outcome else {
        return json!({ "error": "" });
    };
    let request = webhook.request();
    let headers: serde_json::Map<_, _> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    json!({
        "eventType": event_of(event).event_type,
        "url": request.url().as_str(),
        "method": request.method().as_str(),
        "payload": serde_json::from_slice::<Value>(request.body()).expect("JSON"),
        "headers": headers,
        "cancel": webhook.is_canceled(),
    })
}

fn expected(shared: &Path, handler: &Path, event: &Path) -> Value {
    let system = handler
        .parent()
        .and_then(Path::file_name)
        .expect("a system");
    let path = shared
        .join("guide-handlers/expected")
        .join(system)
        .join(handler.file_stem().expect("a name"))
        .join(event.file_name().expect("a name"));
    serde_json::from_slice(&fs::read(&path).expect("an expected file")).expect("JSON")
}

fn handlers(shared: &Path) -> Vec<PathBuf> {
    ["customerio", "mailerlite", "segment"]
        .iter()
        .flat_map(|system| files(&shared.join("guide-handlers").join(system), "js"))
        .collect()
}

fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(dir)
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    files.sort();
    files
}

fn shared() -> Option<PathBuf> {
    let shared = std::env::var_os("HOOKMILL_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    if shared.join("guide-handlers").is_dir() {
        return Some(shared);
    }
    eprintln!("skipped: no guide handlers in {}", shared.display());
    None
}

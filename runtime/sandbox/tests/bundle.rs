//! Bundling beside Node.js 20: programs of several files, each run as one.

mod common;

use common::{Fixture, fixture, invocation, node};
use hookmill_sandbox::Source;
use hookmill_sandbox::bundle::bundle;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Programs by their names: files by their paths, the first is `handler.js`.
const MODULES: &str = include_str!("bundle/modules.json");
/// What Node.js makes of them; `bundle/answers.mjs` writes it.
const ANSWERS: &str = include_str!("bundle/answers.json");

/// What differs, and is said in the page for authors.
const DIFFER: [&str; 16] = [
    "anon default arrow",
    "anon default class",
    "anon default fn",
    "assign import",
    "comma ns call",
    "cycle tdz",
    "delete ns",
    "live default",
    "live ns value",
    "missing of namespace",
    "ns of barrel value",
    "ns self",
    "same class names",
    "stars in a circle",
    "string export name",
    "toplevel await",
];

#[test]
fn programs_of_several_files_do_what_they_do_in_node() {
    let fixture = fixture();
    let modules: BTreeMap<String, BTreeMap<String, String>> =
        serde_json::from_str(MODULES).expect("the programs are JSON");
    let answers: BTreeMap<String, Value> =
        serde_json::from_str(ANSWERS).expect("the answers are JSON");
    let mut wrong = BTreeMap::new();
    for (name, files) in &modules {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (file, text) in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        let found = answer(
            &fixture,
            &folder.path().join("handler.js"),
            &files["handler.js"],
        );
        if found != answers[name] {
            wrong.insert(
                name.as_str(),
                format!("{name}\n  Node: {}\n  here: {found}", answers[name]),
            );
        }
    }
    for name in DIFFER {
        assert!(wrong.remove(name).is_some(), "{name} no longer differs");
    }
    let shown: Vec<_> = wrong.into_values().collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

/// The payload that a program makes, or the kind of error.
fn answer(fixture: &Fixture, entry: &Path, text: &str) -> Value {
    let refused = json!({"error": "SyntaxError"});
    let text = match bundle(entry) {
        Ok(Some(bundle)) => bundle.text,
        Ok(None) => text.to_owned(),
        Err(_) => return refused,
    };
    let source = Source::JavaScript {
        name: "handler.js",
        text: &text,
    };
    let Ok(program) = fixture.sandbox.load(source) else {
        return refused;
    };
    let run = fixture.run_with(&program, invocation());
    match run.outcome {
        Ok(webhook) => {
            let payload = webhook.request().body();
            json!({"payload": serde_json::from_slice::<Value>(payload).expect("JSON")})
        }
        Err(fault) => {
            let kind = fault.message.split(':').next();
            json!({ "error": kind })
        }
    }
}

#[test]
fn the_table_is_what_node_says() {
    node::assert_writes("bundle", "answers.mjs", "answers.json");
}

//! Tests of a transform against a folder of events and expected requests.
//!
//! The folder is laid out as every integration's is: `events/*.json`, as their
//! source sends them; `expected/*.json` of the same names, the resulting
//! requests, or `{error}` with a failure's reason, and its `code` where that
//! matters; `env.json`, the variables. Compiled for the host only; panics, as
//! tests do, and never writes.

#![allow(
    clippy::missing_panics_doc,
    reason = "an assertion's purpose is to panic"
)]

use crate::{Context, Failure, Webhook};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Asserts that a transform turns every event of a folder into the expected
/// request, equal as JSON. The context is [`Context::sample`] with the
/// variables of `env.json`.
///
/// Panics with all differences, when there are no events, and when a file is
/// missing or unreadable.
pub fn assert_expected(
    folder: impl AsRef<Path>,
    handler: fn(Webhook, &Context) -> Result<Webhook, Failure>,
) {
    let folder = folder.as_ref();
    let mut context = Context::sample();
    let env: BTreeMap<String, String> = read(&folder.join("env.json"));
    context.variables = env.into_iter().collect();
    let events = json_files(&folder.join("events"));
    assert!(!events.is_empty(), "{} has no events", folder.display());
    let mut differences = String::new();
    for event in &events {
        let name = event.file_name().expect("a listed file has a name");
        let expected: Value = read(&folder.join("expected").join(name));
        let mut actual = run(event, &context, handler);
        // What is expected of a failure may leave its code out.
        if expected.get("code").is_none()
            && let Some(fields) = actual.as_object_mut()
        {
            fields.remove("code");
        }
        if actual != expected {
            let name = name.display();
            differences.push_str(&format!(
                "\n{name}\nexpected {expected:#}\nactual {actual:#}\n"
            ));
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

/// The request that a webhook stands for, as the expected files write it.
#[must_use]
pub fn request(webhook: &Webhook) -> Value {
    let headers = webhook.headers.iter();
    let payload: Value =
        serde_json::from_str(&webhook.payload).expect("a transform's payload is JSON");
    json!({
        "eventType": webhook.event_type,
        "url": webhook.url,
        "method": webhook.method.as_str(),
        "headers": headers.cloned().collect::<BTreeMap<_, _>>(),
        "payload": payload,
        "cancel": webhook.cancel,
    })
}

fn run(
    event: &Path,
    context: &Context,
    handler: fn(Webhook, &Context) -> Result<Webhook, Failure>,
) -> Value {
    let text = fs::read_to_string(event)
        .unwrap_or_else(|error| panic!("{} can't be read: {error}", event.display()));
    let parsed: Value = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{} is no JSON: {error}", event.display()));
    let event_type = parsed["type"].as_str().unwrap_or_default();
    match handler(Webhook::sample(event_type, text), context) {
        Ok(webhook) => request(&webhook),
        Err(failure) => {
            let code = match &failure {
                Failure::Reject(_) => "rejected",
                Failure::Retry(_) => "retry_requested",
            };
            json!({ "code": code, "error": failure.reason() })
        }
    }
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{} can't be read: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder lists its entries").path())
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    files.sort();
    files
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text =
        fs::read(path).unwrap_or_else(|error| panic!("{} can't be read: {error}", path.display()));
    serde_json::from_slice(&text)
        .unwrap_or_else(|error| panic!("{} can't be understood: {error}", path.display()))
}

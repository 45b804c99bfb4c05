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
    let mut request = json!({
        "eventType": webhook.event_type,
        "url": webhook.url,
        "method": webhook.method.as_str(),
        "headers": headers.cloned().collect::<BTreeMap<_, _>>(),
        "cancel": webhook.cancel,
    });
    let (name, payload) = payload(webhook);
    request[name] = payload;
    request
}

/// The body, and its name in the files: by its content type, JSON or not.
fn payload(webhook: &Webhook) -> (&'static str, Value) {
    let mut headers = webhook.headers.iter().rev();
    let content_type = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if content_type.is_none_or(|(_, value)| is_json(value)) {
        let json = serde_json::from_slice(&webhook.payload);
        return ("payload", json.expect("a transform's payload is JSON"));
    }
    match std::str::from_utf8(&webhook.payload) {
        Ok(text) => ("payloadText", text.into()),
        Err(_) => ("payloadBase64", base64(&webhook.payload).into()),
    }
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let value = bits >> (18 - 6 * digit) & 63;
            let is_there = digit <= chunk.len();
            text.push(if is_there {
                DIGITS[value as usize].into()
            } else {
                '='
            });
        }
    }
    text
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_is_not_json_stands_under_a_name_of_its_own() {
        let mut webhook = Webhook::sample("test", "{}");
        assert_eq!(request(&webhook)["payload"], json!({}));
        webhook.set_text("1");
        assert_eq!(request(&webhook)["payloadText"], "1");
        for (bytes, text) in [
            (&[0xff][..], "/w=="),
            (&[0xff, 0], "/wA="),
            (&[0xff, 0, 1], "/wAB"),
        ] {
            webhook.set_body("image/png", bytes);
            assert_eq!(request(&webhook)["payloadBase64"], text);
        }
        webhook.set_body("application/ld+JSON; x=y", "[1]");
        assert_eq!(request(&webhook)["payload"], json!([1]));
    }
}

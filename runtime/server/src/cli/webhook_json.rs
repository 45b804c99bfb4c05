//! A webhook as JSON: the shape of `hookmill run --json` and of the files under
//! `expected/`.
//!
//! The payload's bytes are those that would be sent: no number is rounded.

use hookmill_relay::workbench::Webhook;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// `{eventType, url, method, headers, payload, cancel}`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WebhookJson<'r> {
    event_type: &'r str,
    url: &'r str,
    method: &'static str,
    headers: BTreeMap<&'r str, String>,
    payload: Payload<'r>,
    cancel: bool,
}

/// JSON as it is; what is not JSON, as a text.
#[derive(Serialize)]
#[serde(untagged)]
enum Payload<'r> {
    Json(&'r RawValue),
    Text(String),
}

impl<'r> WebhookJson<'r> {
    /// What a transform made of an event of this type.
    pub(super) fn new(event_type: &'r str, webhook: &'r Webhook) -> Self {
        let request = &webhook.request;
        let mut headers: BTreeMap<&str, String> = BTreeMap::new();
        for (name, value) in request.headers() {
            // RFC 9110, section 5.3: repeated fields are one list.
            headers
                .entry(name)
                .and_modify(|list| {
                    list.push_str(", ");
                    list.push_str(value);
                })
                .or_insert_with(|| value.clone());
        }
        let payload = serde_json::from_slice(request.body()).map_or_else(
            |_| Payload::Text(String::from_utf8_lossy(request.body()).into_owned()),
            Payload::Json,
        );
        Self {
            event_type,
            url: request.url().as_str(),
            method: request.method().as_str(),
            headers,
            payload,
            cancel: webhook.cancel,
        }
    }
}

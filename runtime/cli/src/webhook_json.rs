//! A webhook as JSON: the shape of `hookmill run --json` and of the files under
//! `expected/`.
//!
//! The payload's bytes are those that would be sent: no number is rounded. A
//! body that is not JSON, by its content type, has another name, so that the
//! text `1` and the number 1 are never taken for each other.
//!
//! Not the webhook of the HTTP API's sample runs, which holds the body as a
//! text and the header fields as a list: this one is for people to read, and
//! for `hookmill test` to compare path by path.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookmill_domain::request::Request;
use hookmill_domain::webhook::Webhook;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// `{eventType, url, method, headers, payload, cancel}`, or in the payload's
/// place `payloadText` or `payloadBase64`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WebhookJson<'r> {
    event_type: &'r str,
    url: &'r str,
    method: &'static str,
    headers: BTreeMap<&'r str, String>,
    #[serde(flatten)]
    payload: Payload<'r>,
    cancel: bool,
}

/// A request's body as people and files see it.
#[derive(Serialize)]
pub(super) enum Payload<'r> {
    /// JSON, as it is.
    #[serde(rename = "payload")]
    Json(&'r RawValue),
    /// Any other text.
    #[serde(rename = "payloadText")]
    Text(&'r str),
    /// What is not UTF-8.
    #[serde(rename = "payloadBase64")]
    Base64(String),
}

impl<'r> Payload<'r> {
    /// The body of a request.
    pub(super) fn of(request: &'r Request) -> Self {
        let body: &[u8] = request.body();
        if request.is_json()
            && let Ok(json) = serde_json::from_slice(body)
        {
            return Self::Json(json);
        }
        match std::str::from_utf8(body) {
            Ok(text) => Self::Text(text),
            Err(_) => Self::Base64(STANDARD.encode(body)),
        }
    }
}

impl<'r> WebhookJson<'r> {
    /// What a transform made of an event of this type.
    pub(super) fn new(event_type: &'r str, webhook: &'r Webhook) -> Self {
        let request = webhook.request();
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
        Self {
            event_type,
            url: request.url().as_str(),
            method: request.method().as_str(),
            headers,
            payload: Payload::of(request),
            cancel: webhook.is_canceled(),
        }
    }
}

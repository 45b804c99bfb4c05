//! The output of `hookmill run --json`: one object, for programs.
//!
//! ```json
//! {"outcome": "webhook",
//!  "webhook": {"eventType": "...", "url": "...", "method": "POST",
//!              "headers": {}, "payload": {}, "cancel": false},
//!  "fault": null, "logs": [{"level": "info", "message": "..."}],
//!  "fuel": 1, "memory": 1}
//! ```
//!
//! `outcome` is `webhook`, `canceled` or `fault`. With a fault, `webhook` is
//! null and `fault` is `{code, message, position?: {line, column}}`. The
//! payload's bytes are those that would be sent: no number is rounded.
//! `fuel` is in units, `memory` in bytes.

use super::report::{Failure, LogLine, Report};
use hookmill_relay::workbench::Webhook;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::io::{self, Write as _};

#[derive(Serialize)]
struct Output<'r> {
    outcome: &'static str,
    webhook: Option<WebhookOutput<'r>>,
    fault: Option<FaultOutput<'r>>,
    logs: &'r [LogLine],
    fuel: u64,
    memory: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WebhookOutput<'r> {
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

#[derive(Serialize)]
struct FaultOutput<'r> {
    code: &'static str,
    message: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<PositionOutput>,
}

#[derive(Serialize)]
struct PositionOutput {
    line: u32,
    column: u32,
}

/// Prints the report.
///
/// # Errors
/// Standard output can't be written to.
pub(super) fn write(report: &Report) -> io::Result<()> {
    let output = Output {
        outcome: match &report.outcome {
            Ok(webhook) if webhook.cancel => "canceled",
            Ok(_) => "webhook",
            Err(_) => "fault",
        },
        webhook: report.outcome.as_ref().ok().map(|it| webhook(report, it)),
        fault: report.outcome.as_ref().err().map(fault),
        logs: &report.logs,
        fuel: report.usage.fuel,
        memory: report.usage.memory_bytes,
    };
    let mut stdout = io::stdout().lock();
    serde_json::to_writer(&mut stdout, &output)?;
    stdout.write_all(b"\n")?;
    stdout.flush()
}

fn webhook<'r>(report: &'r Report, webhook: &'r Webhook) -> WebhookOutput<'r> {
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
    WebhookOutput {
        event_type: &report.event_type,
        url: request.url().as_str(),
        method: request.method().as_str(),
        headers,
        payload,
        cancel: webhook.cancel,
    }
}

fn fault(failure: &Failure) -> FaultOutput<'_> {
    FaultOutput {
        code: failure.code,
        message: &failure.message,
        position: failure.position.map(|it| PositionOutput {
            line: it.line,
            column: it.column,
        }),
    }
}

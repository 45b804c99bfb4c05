//! The output of `hookmill run --json`: one object, for programs.
//!
//! ```json
//! {"outcome": "webhook",
//!  "webhook": {"eventType": "...", "url": "...", "method": "POST",
//!              "headers": {}, "payload": {}, "cancel": false},
//!  "sent": {"url": "...", "method": "POST", "headers": {}}, "needs": [],
//!  "fault": null, "logs": [{"level": "info", "message": "..."}],
//!  "warnings": [],
//!  "fuel": 1, "memory": 1,
//!  "limits": {"fuel": {"used": 1, "max": 100, "percent": 1.0},
//!             "memory": {}, "output": {}, "log": {}}}
//! ```
//!
//! `outcome` is `webhook`, `canceled` or `fault`. With a fault, `webhook` is
//! null and `fault` is `{code, message, position?: {file?, line, column}}`,
//! with `file` where the program is a bundle. The
//! payload's bytes are those that would be sent: no number is rounded. A body
//! that is not JSON stands as `payloadText`, or as `payloadBase64` where it is
//! not a text, instead of `payload`. A warning is a sentence about what is sent
//! all the same.
//! `webhook` is what the transform made; `sent` is what would be sent: with the
//! endpoint's headers and the defaults, the credential masked and the signature
//! indicated. `needs` says what an endpoint would have to allow.
//! `fuel` is in units, everything else in bytes. The limits are those of this
//! run; a log that was cut has used all of its limit. No time is given: the
//! same input must give the same output.

use super::report::{Failure, LogLine, Report};
use crate::webhook_json::WebhookJson;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write as _};

#[derive(Serialize)]
struct Output<'r> {
    outcome: &'static str,
    webhook: Option<WebhookJson<'r>>,
    sent: Option<Sent<'r>>,
    needs: &'r [String],
    fault: Option<FaultOutput<'r>>,
    logs: &'r [LogLine],
    warnings: &'r [String],
    fuel: u64,
    memory: u64,
    limits: Limits,
}

/// The request as it would be sent, but for its body, which is the webhook's.
#[derive(Serialize)]
struct Sent<'r> {
    url: &'r str,
    method: &'static str,
    headers: BTreeMap<&'r str, &'r str>,
}

#[derive(Serialize)]
pub(crate) struct LimitOutput {
    used: u64,
    max: u64,
    percent: f64,
}

/// How much of each limit was used, by its name.
pub(crate) type Limits = BTreeMap<&'static str, LimitOutput>;

#[derive(Serialize)]
pub(crate) struct FaultOutput<'r> {
    code: &'static str,
    message: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<PositionOutput<'r>>,
}

#[derive(Serialize)]
struct PositionOutput<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'r str>,
    line: u32,
    column: u32,
}

/// Prints the report.
///
/// # Errors
/// Standard output can't be written to.
pub(super) fn write(report: &Report) -> io::Result<()> {
    let output = Output {
        outcome: outcome(report),
        webhook: report
            .outcome
            .as_ref()
            .ok()
            .map(|it| WebhookJson::new(&report.event_type, it)),
        sent: report.outcome.as_ref().ok().map(|webhook| Sent {
            url: webhook.request().url().as_str(),
            method: webhook.request().method().as_str(),
            headers: {
                let fields = report.sent_headers.iter();
                fields.map(|(name, value)| (&**name, &**value)).collect()
            },
        }),
        needs: &report.needs,
        fault: report.outcome.as_ref().err().map(fault),
        logs: &report.logs,
        warnings: &report.warnings,
        fuel: report.usage.fuel,
        memory: report.usage.memory_bytes,
        limits: limits(report),
    };
    let mut stdout = io::stdout().lock();
    serde_json::to_writer(&mut stdout, &output)?;
    stdout.write_all(b"\n")?;
    stdout.flush()
}

/// What a run came to, in a word.
pub(crate) fn outcome(report: &Report) -> &'static str {
    match &report.outcome {
        Ok(webhook) if webhook.is_canceled() => "canceled",
        Ok(_) => "webhook",
        Err(_) => "fault",
    }
}

/// How much of each limit a run used.
pub(crate) fn limits(report: &Report) -> Limits {
    let shares = report.shares().into_iter();
    shares
        .filter(|share| share.name != "time")
        .map(|share| {
            let output = LimitOutput {
                used: share.used,
                max: share.max,
                percent: share.percent(),
            };
            (share.name, output)
        })
        .collect()
}

/// Why there is no request.
pub(crate) fn fault(failure: &Failure) -> FaultOutput<'_> {
    FaultOutput {
        code: failure.code,
        message: &failure.message,
        position: failure.position.map(|it| PositionOutput {
            file: failure.file.as_deref(),
            line: it.line,
            column: it.column,
        }),
    }
}

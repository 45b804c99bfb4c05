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
//! `outcome`, `fault`, `fuel` and `memory` are those of the HTTP API.
//!
//! `outcome` is `webhook`, `canceled` or `fault`. With a fault, `webhook` is
//! null and `fault` is `{code, message, position, stack}`; `position` is null or
//! `{file?, line, column}`, with `file` where the program is a bundle. The
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
use hookmill_api::fault::{Fault, Position};
use hookmill_api::sample_run::Outcome;
use hookmill_api::usage::Usage;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write as _};

#[derive(Serialize)]
struct Output<'r> {
    outcome: Outcome,
    webhook: Option<WebhookJson<'r>>,
    sent: Option<Sent<'r>>,
    needs: &'r [String],
    fault: Option<Fault>,
    logs: &'r [LogLine],
    warnings: &'r [String],
    #[serde(flatten)]
    usage: Usage,
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

/// How much of each limit was used, by its name. Not the `fuelMax` and
/// `memoryMax` of the API's sample runs: an author asks how close a program is
/// to each limit, of which there are more here.
pub(crate) type Limits = BTreeMap<&'static str, LimitOutput>;

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
        usage: usage(report),
        limits: limits(report),
    };
    let mut stdout = io::stdout().lock();
    serde_json::to_writer(&mut stdout, &output)?;
    stdout.write_all(b"\n")?;
    stdout.flush()
}

/// What a run came to, in a word.
pub(crate) fn outcome(report: &Report) -> Outcome {
    match &report.outcome {
        Ok(webhook) if webhook.is_canceled() => Outcome::Canceled,
        Ok(_) => Outcome::Webhook,
        Err(_) => Outcome::Fault,
    }
}

/// What a run used, but for its time: the same input must give the same output.
pub(crate) fn usage(report: &Report) -> Usage {
    Usage {
        fuel: report.usage.fuel,
        sandbox_us: None,
        memory: report.usage.memory_bytes,
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
pub(crate) fn fault(failure: &Failure) -> Fault {
    Fault {
        code: failure.code.to_owned(),
        message: failure.message.clone(),
        position: failure.position.map(|it| Position {
            file: failure.file.clone(),
            line: it.line,
            column: it.column,
        }),
        stack: failure.stack.clone(),
    }
}

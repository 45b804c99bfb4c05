//! One event: run, compared with what is expected, and with `--update` written
//! down.

use super::Args;
use super::compare::{Difference, differences};
use crate::cli::fixtures::Case;
use crate::cli::run::report::{Failure, Report};
use crate::cli::run::run_once;
use crate::cli::run::text::indented;
use crate::cli::webhook_json::WebhookJson;
use anyhow::Context as _;
use hookmill_relay::workbench::{Program, Webhook, Workbench};
use serde_json::{Value, json};
use std::fs;

/// Codes of faults that a transform gives on purpose. The others are mistakes
/// in it, which `--update` never takes for what is wanted.
const CHOSEN: [&str; 3] = ["thrown", "rejected", "retry_requested"];

/// One event, run and compared.
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) verdict: Verdict,
    pub(super) report: Report,
}

/// What the comparison came to.
pub(super) enum Verdict {
    /// As expected.
    Pass,
    /// A request or a fault, but another one.
    Differs(Vec<Difference>),
    /// A fault where a request is expected.
    Faulted,
    /// Nothing to compare it with.
    NoExpectation,
    /// The expectation has been written.
    Updated,
}

/// Runs and compares one event.
pub(super) fn check(
    workbench: &Workbench,
    program: &Program,
    case: Case,
    args: &Args,
) -> anyhow::Result<Checked> {
    let invocation = case.given.invocation(args.limits.caps());
    let report = run_once(workbench, program, invocation)?;
    let mut verdict = compare(&report, case.expected);
    if args.update
        && !matches!(verdict, Verdict::Pass)
        && let Some(text) = expectation(&report)?
    {
        let file = &case.expected_file;
        let write = || {
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(file, text)
        };
        write().with_context(|| format!("{} can't be written", file.display()))?;
        verdict = Verdict::Updated;
    }
    Ok(Checked {
        name: case.name,
        verdict,
        report,
    })
}

fn compare(report: &Report, expected: Option<Value>) -> Verdict {
    let Some(expected) = expected else {
        return Verdict::NoExpectation;
    };
    let expects_fault = expected.get("error").is_some();
    let actual = match &report.outcome {
        Ok(webhook) => value(&report.event_type, webhook),
        Err(_) if !expects_fault => return Verdict::Faulted,
        Err(failure) => {
            let mut actual = fault(failure);
            if expected.get("code").is_none()
                && let Some(fields) = actual.as_object_mut()
            {
                fields.remove("code");
            }
            actual
        }
    };
    let differences = differences(&expected, &actual);
    if differences.is_empty() {
        Verdict::Pass
    } else {
        Verdict::Differs(differences)
    }
}

fn value(event_type: &str, webhook: &Webhook) -> Value {
    let shown = WebhookJson::new(event_type, webhook);
    // JSON whose texts hold half a surrogate pair has no value.
    serde_json::to_value(shown).unwrap_or_else(|error| json!({ "payload": error.to_string() }))
}

fn fault(failure: &Failure) -> Value {
    json!({ "code": failure.code, "error": failure.message })
}

/// The text of an expected file; none for a fault that nobody can want.
fn expectation(report: &Report) -> anyhow::Result<Option<String>> {
    let compact = match &report.outcome {
        Ok(webhook) => serde_json::to_string(&WebhookJson::new(&report.event_type, webhook))
            .context("the request can't be written as JSON")?,
        Err(failure) if CHOSEN.contains(&failure.code) => fault(failure).to_string(),
        Err(_) => return Ok(None),
    };
    Ok(Some(format!("{}\n", indented(&compact))))
}

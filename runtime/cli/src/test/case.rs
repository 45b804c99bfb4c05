//! One event: run, compared with what is expected, and with `--update` written
//! down.

use super::compare::{Difference, differences, object};
use crate::author_sandbox::AuthorSandbox;
use crate::fixtures::Case;
use crate::run::dry_run::dry_run;
use crate::run::input::TransformFile;
use crate::run::report::{Failure, Report};
use crate::run::text::indented;
use crate::webhook_json::WebhookJson;
use anyhow::Context as _;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::json;
use hookmill_sandbox::Program;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use std::fs;

/// Codes of faults that a transform gives on purpose. The others are mistakes
/// in it, which `--update` never takes for what is wanted.
const CHOSEN: [&str; 3] = ["thrown", "rejected", "retry_requested"];

/// One event, run and compared.
pub(super) struct CaseResult {
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
    sandbox: &AuthorSandbox,
    transform: &TransformFile,
    program: &Program,
    case: &Case,
    caps: SandboxCaps,
) -> anyhow::Result<CaseResult> {
    let report = dry_run(sandbox, transform, program, &case.input, caps)?;
    Ok(CaseResult {
        name: case.name.clone(),
        verdict: compare(&report, case.expected.as_deref())?,
        report,
    })
}

/// Writes down what an event came to, unless it is expected already or nobody
/// can want it.
pub(super) fn update(case: &Case, result: &mut CaseResult) -> anyhow::Result<()> {
    if matches!(result.verdict, Verdict::Pass) {
        return Ok(());
    }
    let Some(text) = expectation(&result.report)? else {
        return Ok(());
    };
    let file = &case.expected_file;
    let write = || {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, text)
    };
    write().with_context(|| format!("{} can't be written", file.display()))?;
    result.verdict = Verdict::Updated;
    Ok(())
}

fn compare(report: &Report, expected: Option<&RawValue>) -> anyhow::Result<Verdict> {
    let Some(expected) = expected else {
        return Ok(Verdict::NoExpectation);
    };
    let members = object(expected).unwrap_or_default();
    let has = |key: &str| members.iter().any(|(name, _)| name == key);
    let actual = match &report.outcome {
        Ok(webhook) => to_raw_value(&WebhookJson::new(&report.event_type, webhook)),
        Err(_) if !has("error") => return Ok(Verdict::Faulted),
        Err(failure) if has("code") => to_raw_value(&fault(failure)),
        Err(failure) => to_raw_value(&json!({ "error": failure.message })),
    };
    let actual = actual.context("the request can't be written as JSON")?;
    let differences = differences(expected, &actual);
    Ok(if differences.is_empty() {
        Verdict::Pass
    } else {
        Verdict::Differs(differences)
    })
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
    // Whatever is written can be read again, by the reader of expectations.
    json::check(compact.as_bytes()).context("the request can't be kept as an expectation")?;
    Ok(Some(format!("{}\n", indented(&compact))))
}

//! The output of `hookmill check --json`: one object, for programs.
//!
//! ```json
//! {"fit": true, "programs": [
//!   {"path": "a.wasm", "fit": true, "kind": "component", "language": "Rust",
//!    "producers": [{"name": "rustc", "version": "1.96.0"}], "imports": [],
//!    "needs": {"coreInstances": 3, "memories": 1, "memoryBytes": 131072,
//!              "tables": 1, "tableElements": 7},
//!    "sizeBytes": 1, "sha256": "...", "compileUs": 1, "codeBytes": 1,
//!    "fault": null,
//!    "events": [{"file": "e.json", "outcome": "webhook", "fault": null,
//!                "warnings": [], "needs": [], "fuel": 1, "memory": 1,
//!                "limits": {}}],
//!    "builtIn": {"tried": 47, "failed": [{"sample": "...", "fault": {}}]}}]}
//! ```
//!
//! What can't be built has neither kind nor size: both are null. `outcome`,
//! `fault`, `fuel`, `memory` and `limits` are those of `hookmill run --json`.

use super::Checked;
use crate::run::json::{Limits, fault, limits, outcome, usage};
use crate::run::report::Report;
use hookmill_api::fault::Fault;
use hookmill_api::sample_run::Outcome;
use hookmill_api::usage::Usage;
use hookmill_sandbox::about::About;
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{self, Write as _};
use std::path::Path;

/// A run over one event.
#[derive(Serialize)]
struct EventOutput<'r> {
    file: String,
    outcome: Outcome,
    fault: Option<Fault>,
    warnings: &'r [String],
    needs: &'r [String],
    #[serde(flatten)]
    usage: Usage,
    limits: Limits,
}

/// Prints the result.
///
/// # Errors
/// Standard output can't be written to.
pub(super) fn write(all: &[Checked]) -> io::Result<()> {
    let programs: Vec<Value> = all.iter().map(program).collect();
    let output = json!({
        "fit": all.iter().all(Checked::is_fit),
        "programs": programs,
    });
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{output}")?;
    stdout.flush()
}

fn program(checked: &Checked) -> Value {
    let about = checked.about.as_ref();
    let compiled = checked.loaded.as_ref().ok();
    let events = checked.runs.iter();
    let events = events.map(|(file, report)| event(file, report));
    json!({
        "path": checked.path.display().to_string(),
        "fit": checked.is_fit(),
        "kind": about.map(|it| it.kind.as_str()),
        "language": about.and_then(|it| it.language.clone()),
        "producers": about.map(producers),
        "imports": about.map(|it| it.imports.clone()),
        "needs": about.map(needs),
        "sizeBytes": about.map(|it| it.size_bytes),
        "sha256": checked.digest.map(|it| it.to_string()),
        "compileUs": compiled.map(|it| u64::try_from(it.time.as_micros()).unwrap_or(u64::MAX)),
        "codeBytes": compiled.and_then(|it| it.code_bytes),
        "fault": checked.loaded.as_ref().err().map(fault),
        "events": events.collect::<Vec<_>>(),
        "builtIn": {
            "tried": checked.built_in.len(),
            "failed": checked
                .built_in_failed()
                .map(|(name, failure)| json!({ "sample": name, "fault": fault(failure) }))
                .collect::<Vec<_>>(),
        },
    })
}

fn event<'r>(file: &Path, report: &'r Report) -> EventOutput<'r> {
    EventOutput {
        file: file.display().to_string(),
        outcome: outcome(report),
        fault: report.outcome.as_ref().err().map(fault),
        warnings: &report.warnings,
        needs: &report.needs,
        usage: usage(report),
        limits: limits(report),
    }
}

fn producers(about: &About) -> Vec<Value> {
    let all = about.producers.iter();
    all.map(|(name, version)| json!({ "name": name, "version": version }))
        .collect()
}

fn needs(about: &About) -> Value {
    let needs = &about.needs;
    json!({
        "coreInstances": needs.core_instances,
        "memories": needs.memories,
        "memoryBytes": needs.memory_bytes,
        "tables": needs.tables,
        "tableElements": needs.table_elements,
    })
}

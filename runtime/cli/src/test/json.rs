//! The output of `hookmill test --json`: one object, for programs.
//!
//! ```json
//! {"program": "handler.js", "pass": false,
//!  "counts": {"pass": 1, "fail": 1, "noExpectation": 0, "updated": 0},
//!  "cases": [{"name": "payment.succeeded", "result": "fail",
//!             "differences": [{"path": "payload.a", "expected": 1, "actual": 2}],
//!             "fault": null, "logs": [], "warnings": [], "fuel": 1, "memory": 1, "limits": {}}],
//!  "withoutEvent": [], "needs": [], "fault": null}
//! ```
//!
//! `result` is `pass`, `fail`, `no_expectation` or `updated`. A difference
//! without `expected` or `actual` has nothing there. A case's `fault`,
//! `fuel`, `memory` and `limits` are those of `hookmill run --json`, and so is
//! `needs`, of all events together; the outer `fault` says why the program can't
//! be loaded.

use super::case::{CaseResult, Verdict};
use super::compare::Difference;
use super::{Tested, text};
use crate::run::json::{Limits, fault, limits, usage};
use crate::run::report::LogLine;
use hookmill_api::fault::Fault;
use hookmill_api::usage::Usage;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write as _};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Output<'t> {
    program: &'t str,
    pass: bool,
    counts: Counts,
    cases: Vec<CaseOutput<'t>>,
    without_event: &'t [String],
    needs: BTreeSet<&'t str>,
    fault: Option<Fault>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    pass: usize,
    fail: usize,
    no_expectation: usize,
    updated: usize,
}

#[derive(Serialize)]
struct CaseOutput<'t> {
    name: &'t str,
    result: &'static str,
    differences: &'t [Difference],
    fault: Option<Fault>,
    logs: &'t [LogLine],
    warnings: &'t [String],
    #[serde(flatten)]
    usage: Usage,
    limits: Limits,
}

/// Prints the result.
///
/// # Errors
/// Standard output can't be written to.
pub(super) fn write(tested: &Tested) -> io::Result<()> {
    let counts = text::Counts::of(tested);
    let output = Output {
        program: &tested.program,
        pass: tested.is_pass(),
        counts: Counts {
            pass: counts.pass,
            fail: counts.fail,
            no_expectation: counts.no_expectation,
            updated: counts.updated,
        },
        cases: tested.cases.iter().map(case).collect(),
        without_event: &tested.without_event,
        needs: tested.needs(),
        fault: tested.failure.as_ref().map(fault),
    };
    let mut stdout = io::stdout().lock();
    serde_json::to_writer(&mut stdout, &output)?;
    stdout.write_all(b"\n")?;
    stdout.flush()
}

fn case(case: &CaseResult) -> CaseOutput<'_> {
    let report = &case.report;
    CaseOutput {
        name: &case.name,
        result: match case.verdict {
            Verdict::Pass => "pass",
            Verdict::Differs(_) | Verdict::Faulted => "fail",
            Verdict::NoExpectation => "no_expectation",
            Verdict::Updated => "updated",
        },
        differences: match &case.verdict {
            Verdict::Differs(differences) => differences,
            _ => &[],
        },
        fault: report.outcome.as_ref().err().map(fault),
        logs: &report.logs,
        warnings: &report.warnings,
        usage: usage(report),
        limits: limits(report),
    }
}

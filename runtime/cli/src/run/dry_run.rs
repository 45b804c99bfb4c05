//! A dry run: a program runs over one event, and the endpoint says what it
//! makes of the result. Nothing is sent.

use super::input::{RunInput, TransformFile};
use super::report::{Failure, Report};
use crate::author_sandbox::AuthorSandbox;
use anyhow::Context as _;
use hookmill_domain::caps::SandboxCaps;
use hookmill_sandbox::{LoadError, Program};

/// Loads a program; what is wrong with it is a failure of its own.
pub(crate) fn load(
    sandbox: &AuthorSandbox,
    transform: &TransformFile,
) -> anyhow::Result<Result<Program, Failure>> {
    match sandbox.load(&transform.name, transform.kind, &transform.bytes) {
        Ok(program) => Ok(Ok(program)),
        Err(LoadError::Unavailable { name, source }) => {
            Err(source).context(format!("{name} could not be checked"))
        }
        Err(error) => Ok(Err(Failure::of_load(error).restored(transform))),
    }
}

/// Runs a program over one event, and asks the endpoint what it makes of it.
pub(crate) fn dry_run(
    sandbox: &AuthorSandbox,
    transform: &TransformFile,
    program: &Program,
    input: &RunInput,
    caps: SandboxCaps,
) -> anyhow::Result<Report> {
    let mut run = sandbox.run(program, input.invocation(caps))?;
    run.outcome = run
        .outcome
        .and_then(|webhook| input.endpoint.permitted(webhook));
    let mut report = Report::of_run(input.event_type.clone(), run);
    report.outcome = report
        .outcome
        .map_err(|failure| failure.restored(transform));
    if let Ok(webhook) = &report.outcome {
        report.sent_headers = input.endpoint.headers(webhook.request())?;
        report.needs = input.endpoint.needs(webhook);
    }
    Ok(report)
}

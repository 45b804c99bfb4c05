//! `hookmill run`: one transform over one event, in the same sandbox as
//! `serve`, and what came out: the request, or why there is none; or over a
//! folder of events, which `hookmill test` does.
//!
//! Sends nothing. Exit code 0 for a request and for a cancel, 1 for a fault of
//! the transform (one that can't be loaded included), 2 for everything else.

pub(super) mod input;
pub(super) mod json;
mod profile;
pub(super) mod report;
pub(super) mod text;

use super::cache_dir::cache_dir;
use super::limits::Limits;
use super::program::{self, Missing};
use super::target::TargetFlags;
use super::{exit_code, test, variables};
use crate::workbench::Workbench;
use anyhow::Context as _;
use hookmill_domain::caps::SandboxCaps;
use hookmill_sandbox::{LoadError, Program};
use input::{Given, TransformFile};
use report::{Failure, Report};
use std::path::PathBuf;
use std::process::ExitCode;

/// The arguments of `hookmill run`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code: 0 a request or a cancel, 1 a fault of the transform (with --fixtures: \
    anything that is not as expected), 2 bad usage."
)]
pub struct Args {
    /// The transform: a .js, .mjs, .ts or .mts handler, a .wasm component, or a
    /// folder that holds or builds one; the env.json beside it counts, unless
    /// there is an --endpoint
    transform: PathBuf,
    /// The event's body, a JSON object; - reads standard input
    #[arg(long, value_name = "FILE", required_unless_present = "fixtures")]
    event: Option<PathBuf>,
    /// Run every event of this folder instead, and compare the requests with
    /// those expected, as `hookmill test` does
    #[arg(
        long,
        value_name = "FOLDER",
        conflicts_with_all = ["event", "event_type", "url", "now", "env", "profile"]
    )]
    fixtures: Option<PathBuf>,
    /// The event's type, instead of the body's `type`
    #[arg(long, value_name = "TYPE")]
    event_type: Option<String>,
    /// The endpoint's URL [default: that of --endpoint, or
    /// <https://relay.invalid/default>]
    #[arg(long)]
    url: Option<String>,
    /// The instant that the transform sees (RFC 3339), instead of now
    #[arg(long, value_name = "TIME")]
    now: Option<jiff::Timestamp>,
    /// A variable that the transform sees; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = variables::parse)]
    env: Vec<(String, String)>,
    /// The event's parameters, a JSON object
    #[arg(long, value_name = "JSON", default_value = "{}")]
    params: String,
    /// Print one JSON object and nothing else: outcome, webhook, fault, logs,
    /// fuel, memory, limits
    #[arg(long)]
    json: bool,
    /// Write where a component's fuel goes, function by function: a flame graph
    /// (.svg), a profile for speedscope (.json), or folded stacks (.folded).
    /// Functions have the names of the component's name section, else numbers;
    /// a handler in JavaScript is interpreted and has no profile
    #[arg(long, value_name = "FILE", value_parser = profile::parse_file)]
    profile: Option<profile::File>,
    #[command(flatten)]
    target: TargetFlags,
    #[command(flatten)]
    limits: Limits,
}

/// Runs the transform and prints what came out.
pub(super) fn execute(args: Args) -> ExitCode {
    if let Some(fixtures) = args.fixtures {
        return test::execute(&test::Args::new(
            args.transform,
            fixtures,
            args.json,
            args.target,
            args.limits,
        ));
    }
    let done = run(&args).and_then(|report| {
        let written = if args.json {
            json::write(&report)
        } else {
            text::write(&report)
        };
        written.context("the result can't be written")?;
        Ok(report.outcome.is_ok())
    });
    exit_code(done)
}

fn run(args: &Args) -> anyhow::Result<Report> {
    let given = input::given(args)?;
    let caps = args.limits.over(given.target.caps());
    let failed = |event_type, failure| Report {
        event_type,
        caps,
        outcome: Err(failure),
        ..Report::default()
    };
    let transform = match program::find(&args.transform) {
        Ok(transform) => transform,
        Err(Missing::NotBuilt(error)) => return Err(error),
        Err(missing) => return Ok(failed(given.event_type, missing.into_failure()?)),
    };
    let workbench = Workbench::open(&cache_dir()).context("the sandbox can't start")?;
    match load(&workbench, &transform)? {
        Ok(program) => {
            if let Some(file) = &args.profile {
                profile::write(file, &workbench, &program, given.invocation(caps))?;
            }
            run_once(&workbench, &transform, &program, &given, caps)
        }
        Err(failure) => Ok(failed(given.event_type, failure)),
    }
}

/// Loads a program; what is wrong with it is a failure of its own.
pub(super) fn load(
    workbench: &Workbench,
    transform: &TransformFile,
) -> anyhow::Result<Result<Program, Failure>> {
    match workbench.load(&transform.name, transform.kind, &transform.bytes) {
        Ok(program) => Ok(Ok(program)),
        Err(LoadError::Unavailable { name, source }) => {
            Err(source).context(format!("{name} could not be checked"))
        }
        Err(error) => Ok(Err(Failure::of_load(error).restored(transform))),
    }
}

/// Runs a program over one event, and asks the endpoint what it makes of it.
pub(super) fn run_once(
    workbench: &Workbench,
    transform: &TransformFile,
    program: &Program,
    given: &Given,
    caps: SandboxCaps,
) -> anyhow::Result<Report> {
    let mut run = workbench.run(program, given.invocation(caps))?;
    run.outcome = run
        .outcome
        .and_then(|webhook| given.target.permitted(webhook));
    let mut report = Report::of_run(given.event_type.clone(), run);
    report.outcome = report
        .outcome
        .map_err(|failure| failure.restored(transform));
    if let Ok(webhook) = &report.outcome {
        report.sent_headers = given.target.headers(webhook.request())?;
        report.needs = given.target.needs(webhook);
    }
    Ok(report)
}

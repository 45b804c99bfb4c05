//! `hookmill run`: one transform over one event, in the same sandbox as
//! `serve`, and what came out: the request, or why there is none.
//!
//! Sends nothing. Exit code 0 for a request and for a cancel, 1 for a fault of
//! the transform (one that can't be loaded included), 2 for everything else.

pub(super) mod dry_run;
pub(super) mod input;
pub(super) mod json;
mod profile;
pub(super) mod report;
pub(super) mod text;

use super::author_sandbox::AuthorSandbox;
use super::cache_dir::cache_dir;
use super::endpoint::EndpointFlags;
use super::exit::exit_code;
use super::limits::Limits;
use super::program::{self, Missing};
use super::variables;
use anyhow::Context as _;
use dry_run::{dry_run, load};
use hookmill_domain::UnixMs;
use hookmill_domain::event::check_event_type;
use input::{RunInput, check_object, folder_of, instant_ms, read_event};
use report::Report;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// The arguments of `hookmill run`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code: 0 a request or a cancel, 1 a fault of the transform, 2 bad usage."
)]
pub struct Args {
    /// The transform: a .js, .mjs, .ts or .mts handler, a .wasm component, or a
    /// folder that holds or builds one; the env.json beside it counts, unless
    /// there is an --endpoint
    transform: PathBuf,
    /// The event's body, a JSON object; - reads standard input
    #[arg(long, value_name = "FILE")]
    event: PathBuf,
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
    endpoint: EndpointFlags,
    #[command(flatten)]
    limits: Limits,
}

/// Runs the transform and prints what came out.
pub(super) fn execute(args: &Args) -> ExitCode {
    let done = run(args).and_then(|report| {
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
    let input = input(args)?;
    let caps = args.limits.over(input.endpoint.caps());
    let failed = |event_type, failure| Report {
        event_type,
        caps,
        outcome: Err(failure),
        ..Report::default()
    };
    let transform = match program::find(&args.transform) {
        Ok(transform) => transform,
        Err(Missing::NotBuilt(error)) => return Err(error),
        Err(missing) => return Ok(failed(input.event_type, missing.into_failure()?)),
    };
    let sandbox = AuthorSandbox::open(&cache_dir()).context("the sandbox can't start")?;
    match load(&sandbox, &transform)? {
        Ok(program) => {
            if let Some(file) = &args.profile {
                profile::write(file, &sandbox, &program, input.invocation(caps))?;
            }
            dry_run(&sandbox, &transform, &program, &input, caps)
        }
        Err(failure) => Ok(failed(input.event_type, failure)),
    }
}

/// The input that the arguments describe.
fn input(args: &Args) -> anyhow::Result<RunInput> {
    let mut endpoint = args.endpoint.load()?;
    if let Some(url) = &args.url {
        endpoint = endpoint.at(url).context("--url")?;
    }
    let mut env = endpoint.variables(folder_of(&args.transform))?;
    let event = read_event(&args.event)?;
    let params = check_object(&args.params).context("--params must be a JSON object")?;
    let (mut event_type, payload) = event.into_parts();
    if let Some(chosen) = &args.event_type {
        check_event_type(chosen).context("--event-type")?;
        event_type.clone_from(chosen);
    }
    let now = match args.now {
        None => now(),
        Some(instant) => instant_ms(instant).context("--now must not be before 1970")?,
    };
    variables::add(&mut env, &args.env)?;
    Ok(RunInput {
        event_type,
        payload,
        endpoint,
        now,
        env,
        params: params.to_owned(),
    })
}

fn now() -> UnixMs {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    UnixMs(since_epoch.map_or(0, |elapsed| elapsed.as_millis() as u64))
}

//! `hookmill check`: everything that an upload would check, without a server:
//! what the file is, what it imports and exports, whether it fits an instance,
//! compiles, can be instantiated, has a `handler`, and runs over sample events.
//!
//! Sends nothing and keeps nothing.

mod checked;
mod json;
mod text;

use super::author_sandbox::AuthorSandbox;
use super::cache_dir::cache_dir;
use super::endpoint::{DryRunEndpoint, EndpointFlags};
use super::exit::exit_code;
use super::limits::Limits;
use super::run::dry_run::{dry_run, load};
use super::run::input::{RunInput, folder_of, read_event};
use super::{fixtures, program, variables};
use anyhow::{Context as _, bail};
use checked::{Checked, Compiled};
use hookmill_domain::event::EventBody;
use hookmill_domain::program::{ProgramDigest, ProgramKind};
use hookmill_domain::trial;
use hookmill_samples as samples;
use hookmill_sandbox::about::about;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The arguments of `hookmill check`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code: 0 every transform is fit, 1 one is not, 2 bad usage or unreadable files."
)]
pub struct Args {
    /// Handlers, components, or folders that hold or build one; the env.json
    /// beside each counts, unless there is an --endpoint
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Run each over this event, a JSON object; may be repeated. Without one each
    /// is tried on a built-in sample of each event type, as an upload would be
    #[arg(long, value_name = "FILE")]
    event: Vec<PathBuf>,
    /// A variable that the transforms see; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = variables::parse)]
    env: Vec<(String, String)>,
    /// Print one JSON object and nothing else
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    endpoint: EndpointFlags,
    #[command(flatten)]
    limits: Limits,
}

/// Checks every path and prints what was found.
pub(super) fn execute(args: &Args) -> ExitCode {
    let done = check_all(args).and_then(|all| {
        let written = if args.json {
            json::write(&all)
        } else {
            text::write(&all)
        };
        written.context("the result can't be written")?;
        Ok(all.iter().all(Checked::is_fit))
    });
    exit_code(done)
}

fn check_all(args: &Args) -> anyhow::Result<Vec<Checked>> {
    // Mistakes in the usage come before any work.
    args.endpoint.load()?;
    for event in &args.event {
        if event == Path::new("-") {
            bail!("--event must be a file: every transform reads it anew");
        }
        read_event(event)?;
    }
    args.paths.iter().map(|path| check(path, args)).collect()
}

fn check(path: &Path, args: &Args) -> anyhow::Result<Checked> {
    let mut checked = Checked {
        path: path.to_owned(),
        about: None,
        digest: None,
        loaded: Ok(Compiled {
            time: Duration::ZERO,
            code_bytes: None,
        }),
        runs: Vec::new(),
        built_in: Vec::new(),
    };
    let transform = match program::find(path) {
        Ok(transform) => transform,
        Err(missing) => {
            checked.loaded = Err(missing.into_failure()?);
            return Ok(checked);
        }
    };
    checked.digest = Some(ProgramDigest::of(&transform.bytes));
    checked.about = Some(about(&transform.bytes, transform.kind));
    // An empty cache, so that compiling is seen; the engine that interprets
    // handlers is compiled once for all.
    let empty = tempfile::tempdir().context("no folder for temporary files")?;
    let is_component = transform.kind == ProgramKind::Component;
    let cache = if is_component {
        empty.path().to_owned()
    } else {
        cache_dir()
    };
    let sandbox = AuthorSandbox::open(&cache).context("the sandbox can't start")?;
    sandbox.warm_up_for(transform.kind)?;
    let begun = Instant::now();
    let program = match load(&sandbox, &transform)? {
        Ok(program) => program,
        Err(failure) => {
            checked.loaded = Err(failure);
            return Ok(checked);
        }
    };
    checked.loaded = Ok(Compiled {
        time: begun.elapsed(),
        code_bytes: is_component.then(|| bytes_in(&cache)),
    });
    let endpoint = args.endpoint.load()?;
    let caps = args.limits.over(endpoint.caps());
    for event in &args.event {
        let input = run_input(path, read_event(event)?, &endpoint, args)?;
        let report = dry_run(&sandbox, &transform, &program, &input, caps)?;
        checked.runs.push((event.clone(), report));
    }
    if args.event.is_empty() {
        let caps = args.limits.over(trial::caps(endpoint.caps()));
        for sample in samples::plain().filter(|it| endpoint.wants(&it.event_type)) {
            if trial::is_enough(&checked.built_in_codes()) {
                break;
            }
            let input = run_input(path, sample.event()?, &endpoint, args)?;
            let report = dry_run(&sandbox, &transform, &program, &input, caps)?;
            checked.built_in.push((sample.name, report));
        }
    }
    Ok(checked)
}

/// What a dry run is run with. The clock stands still, as in tests.
fn run_input(
    path: &Path,
    event: EventBody,
    endpoint: &DryRunEndpoint,
    args: &Args,
) -> anyhow::Result<RunInput> {
    let mut env = endpoint.variables(folder_of(path))?;
    variables::add(&mut env, &args.env)?;
    let (event_type, payload) = event.into_parts();
    Ok(RunInput {
        event_type,
        payload,
        endpoint: endpoint.clone(),
        now: fixtures::NOW,
        env,
        params: "{}".to_owned(),
    })
}

/// Bytes of the files in a folder.
fn bytes_in(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => bytes_in(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

//! `hookmill check`: everything that an upload would check, without a server:
//! what the file is, what it imports and exports, whether it fits an instance,
//! compiles, can be instantiated, has a `handler`, and runs over sample events.
//!
//! Sends nothing and keeps nothing.

mod json;
mod text;

use super::cache_dir::cache_dir;
use super::limits::Limits;
use super::program;
use super::run::input::{Given, folder_of, read_event};
use super::run::report::{Failure, Report};
use super::target::{Target, TargetFlags};
use super::{exit_code, fixtures, run, variables};
use crate::workbench::Workbench;
use anyhow::{Context as _, bail};
use hookmill_domain::event::EventBody;
use hookmill_domain::fault::FaultCode;
use hookmill_domain::program::{ProgramDigest, ProgramKind};
use hookmill_domain::trial;
use hookmill_samples as samples;
use hookmill_sandbox::about::{About, about};
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
    target: TargetFlags,
    #[command(flatten)]
    limits: Limits,
}

/// What became of one path.
struct Checked {
    path: PathBuf,
    /// What the program says of itself; none when it can't be built.
    about: Option<About>,
    /// Of its bytes.
    digest: Option<ProgramDigest>,
    /// How it compiled, or why it is refused.
    loaded: Result<Compiled, Failure>,
    /// The dry runs, one for each event.
    runs: Vec<(PathBuf, Report)>,
    /// Those over the samples in the binary, where no event was given.
    built_in: Vec<(&'static str, Report)>,
}

/// How a program compiled.
struct Compiled {
    time: Duration,
    /// Bytes of machine code; none for what is interpreted.
    code_bytes: Option<u64>,
}

impl Checked {
    fn is_fit(&self) -> bool {
        self.loaded.is_ok()
            && self.runs.iter().all(|(_, report)| report.outcome.is_ok())
            && !trial::never_works(&self.built_in_codes())
    }

    fn built_in_codes(&self) -> Vec<Option<FaultCode>> {
        let code = |report: &Report| report.outcome.as_ref().err()?.fault_code();
        self.built_in.iter().map(|(_, it)| code(it)).collect()
    }

    /// The samples in the binary that ended in a fault.
    fn built_in_failed(&self) -> impl Iterator<Item = (&'static str, &Failure)> {
        let all = self.built_in.iter();
        all.filter_map(|(name, report)| Some((*name, report.outcome.as_ref().err()?)))
    }
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
    args.target.target()?;
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
    let workbench = Workbench::open(&cache).context("the sandbox can't start")?;
    workbench.warm_up_for(transform.kind)?;
    let begun = Instant::now();
    let program = match run::load(&workbench, &transform)? {
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
    let target = args.target.target()?;
    let caps = args.limits.over(target.caps());
    for event in &args.event {
        let given = given(path, read_event(event)?, &target, args)?;
        let report = run::run_once(&workbench, &transform, &program, &given, caps)?;
        checked.runs.push((event.clone(), report));
    }
    if args.event.is_empty() {
        let caps = args.limits.over(trial::caps(target.caps()));
        for sample in samples::plain().filter(|it| target.wants(&it.event_type)) {
            if trial::is_enough(&checked.built_in_codes()) {
                break;
            }
            let given = given(path, sample.event()?, &target, args)?;
            let report = run::run_once(&workbench, &transform, &program, &given, caps)?;
            checked.built_in.push((sample.name, report));
        }
    }
    Ok(checked)
}

/// What a dry run is given. The clock stands still, as in tests.
fn given(path: &Path, event: EventBody, target: &Target, args: &Args) -> anyhow::Result<Given> {
    let mut env = target.variables(folder_of(path))?;
    variables::add(&mut env, &args.env)?;
    let (event_type, payload) = event.into_parts();
    Ok(Given {
        event_type,
        payload,
        target: target.clone(),
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

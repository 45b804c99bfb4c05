//! `hookmill check`: everything that an upload would check, without a server:
//! what the file is, what it imports and exports, whether it fits an instance,
//! compiles, can be instantiated, has a `handler`, and runs over sample events.
//!
//! Sends nothing and keeps nothing.

mod json;
mod text;

use super::cache_dir::cache_dir;
use super::limits::Limits;
use super::program::{self, Missing};
use super::run::input::{Given, read_event};
use super::run::report::{Failure, Report};
use super::{exit_code, fixtures, run, variables};
use anyhow::{Context as _, bail};
use hookmill_relay::declared::TransformKind;
use hookmill_relay::workbench::{About, Workbench, about};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The arguments of `hookmill check`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code: 0 every transform is fit, 1 one is not, 2 bad usage or unreadable files."
)]
pub(super) struct Args {
    /// Handlers, components, or folders that hold or build one
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Run each over this event, a JSON object; may be repeated
    #[arg(long, value_name = "FILE")]
    event: Vec<PathBuf>,
    /// A variable that the transforms see; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = variables::parse)]
    env: Vec<(String, String)>,
    /// Print one JSON object and nothing else
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: Limits,
}

/// What became of one path.
struct Checked {
    path: PathBuf,
    /// What the program says of itself; none when it can't be built.
    about: Option<About>,
    /// How it compiled, or why it is refused.
    loaded: Result<Compiled, Failure>,
    /// The dry runs, one for each event.
    runs: Vec<(PathBuf, Report)>,
}

/// How a program compiled.
struct Compiled {
    time: Duration,
    /// Bytes of machine code; none for what is interpreted.
    code_bytes: Option<u64>,
}

impl Checked {
    fn is_fit(&self) -> bool {
        self.loaded.is_ok() && self.runs.iter().all(|(_, report)| report.outcome.is_ok())
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
        loaded: Ok(Compiled {
            time: Duration::ZERO,
            code_bytes: None,
        }),
        runs: Vec::new(),
    };
    let transform = match program::find(path) {
        Ok(transform) => transform,
        Err(Missing::Unreadable(error)) => return Err(error),
        Err(Missing::NotBuilt(error)) => {
            checked.loaded = Err(Failure::of_build(&error));
            return Ok(checked);
        }
    };
    checked.about = Some(about(&transform.bytes, transform.kind.into()));
    // An empty cache, so that compiling is seen; the engine that interprets
    // handlers is compiled once for all.
    let empty = tempfile::tempdir().context("no folder for temporary files")?;
    let is_component = transform.kind == TransformKind::Component;
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
    for event in &args.event {
        let invocation = given(path, event, args)?.invocation(args.limits.caps());
        let report = run::run_once(&workbench, &program, invocation)?;
        checked.runs.push((event.clone(), report));
    }
    Ok(checked)
}

/// What a dry run is given. The clock stands still, as in tests.
fn given(path: &Path, event: &Path, args: &Args) -> anyhow::Result<Given> {
    let mut env = BTreeMap::new();
    if path.is_dir() {
        env = fixtures::env(path)?;
    }
    variables::add(&mut env, &args.env)?;
    let (event_type, payload) = read_event(event)?.into_parts();
    Ok(Given {
        event_type,
        payload,
        url: fixtures::URL.to_owned(),
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

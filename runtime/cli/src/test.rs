//! `hookmill test`: a transform over a folder of sample events, and whether
//! each request is the expected one.
//!
//! The folder is laid out like those of the shipped integrations, and compared
//! in the same way: as JSON. Sends nothing; writes only with `--update`.

mod case;
mod compare;
mod json;
mod tested;
mod text;
mod watch;

use super::author_sandbox::AuthorSandbox;
use super::cache_dir::cache_dir;
use super::endpoint::EndpointFlags;
use super::exit::exit_code;
use super::fixtures::{self, Case, Fixtures};
use super::limits::Limits;
use super::program;
use super::run::dry_run::load;
use anyhow::{Context as _, bail};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tested::Tested;

const AFTER_HELP: &str = "\
The folder of samples:
  events/NAME.json    an event, as its source sends it
  expected/NAME.json  the request that it should become:
                      {eventType, url, method, headers, payload, cancel},
                      with payloadText or payloadBase64 instead of payload
                      where the content type is not JSON,
                      or {error} with the text of a fault; its {code} as well
                      where that matters
  env.json            the endpoint's variables: {\"NAME\": \"value\"}
  options/NAME.json   what one event needs besides, each optional:
                      {eventType, url, now, params, env}

The clock stands at 2026-01-15T12:34:56.789Z and the endpoint's URL is
https://relay.invalid/default, where the options say nothing else. With
--endpoint its URL holds, its variables instead of env.json, and its hosts,
methods and limits: what it does not allow is a fault.

Exit code: 0 every event gave what is expected, 1 something differs, faults or
has no expectation, 2 bad usage or unreadable files.";

/// The arguments of `hookmill test`.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// A folder with a transform and its samples; or a transform's file, with
    /// --fixtures
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The folder of samples, when it is not PATH itself
    #[arg(long, value_name = "FOLDER")]
    fixtures: Option<PathBuf>,
    /// The transform, when it is not PATH's own: a handler or a component
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Only events with this text in their name
    #[arg(
        short,
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    filter: String,
    /// Write the missing and the differing expectations, to be read and kept:
    /// requests, and errors that the transform chose to give
    #[arg(long)]
    update: bool,
    /// Run again whenever the transform, its samples or the configuration
    /// change, until it is interrupted
    #[arg(long, conflicts_with_all = ["update", "json"])]
    watch: bool,
    /// Print one JSON object and nothing else
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    endpoint: EndpointFlags,
    #[command(flatten)]
    limits: Limits,
}

/// Runs every event and prints what differs.
pub(super) fn execute(args: &Args) -> ExitCode {
    if args.watch {
        let watched = folder(args).and_then(|folder| {
            // The way a run ended is told; the next change may mend it.
            watch::watch(watched(args, folder), || once(args).1)
        });
        return exit_code(watched.map(|()| true));
    }
    once(args).0
}

/// What the result depends on, but for files that the program imports.
fn watched(args: &Args, fixtures: &Path) -> Vec<PathBuf> {
    let program = args.program.as_deref().unwrap_or(&args.path);
    let mut paths = vec![program.to_owned()];
    let others = [Some(fixtures), args.endpoint.config()];
    for path in others.into_iter().flatten() {
        if !paths.iter().any(|known| path.starts_with(known)) {
            paths.push(path.to_owned());
        }
    }
    paths
}

/// Runs every event. Gives the files besides that the program is made of.
fn once(args: &Args) -> (ExitCode, Vec<PathBuf>) {
    let mut files = Vec::new();
    let done = test(args).and_then(|mut tested| {
        files = std::mem::take(&mut tested.files);
        let written = if args.json {
            json::write(&tested)
        } else {
            text::write(&tested)
        };
        written.context("the result can't be written")?;
        Ok(tested.is_pass())
    });
    (exit_code(done), files)
}

fn test(args: &Args) -> anyhow::Result<Tested> {
    let endpoint = args.endpoint.load()?;
    let fixtures = fixtures::read(folder(args)?, &args.filter, &endpoint)?;
    let path = args.program.as_deref().unwrap_or(&args.path);
    let transform = match program::find(path) {
        Ok(transform) => transform,
        Err(missing) => {
            let files = missing.file().map(Path::to_owned).into_iter().collect();
            return Ok(Tested::not_loaded(path, files, missing.into_failure()?));
        }
    };
    let origins = transform.origins.as_ref();
    let files = origins.map_or_else(Vec::new, |it| it.files().to_vec());
    let sandbox = AuthorSandbox::open(&cache_dir()).context("the sandbox can't start")?;
    let program = match load(&sandbox, &transform)? {
        Ok(program) => program,
        Err(failure) => return Ok(Tested::not_loaded(path, files, failure)),
    };
    let Fixtures {
        cases,
        without_event,
    } = fixtures;
    let run = |case: Case| {
        let caps = args.limits.over(case.input.endpoint.caps());
        let mut result = case::check(&sandbox, &transform, &program, &case, caps)?;
        if args.update {
            case::update(&case, &mut result)?;
        }
        Ok(result)
    };
    Ok(Tested {
        program: transform.name.clone(),
        files,
        cases: cases.into_iter().map(run).collect::<anyhow::Result<_>>()?,
        without_event,
        failure: None,
    })
}

fn folder(args: &Args) -> anyhow::Result<&Path> {
    if let Some(folder) = &args.fixtures {
        return Ok(folder);
    }
    if !args.path.exists() {
        bail!("{} is not there", args.path.display());
    }
    if !args.path.is_dir() {
        bail!(
            "{} is a file: say with --fixtures where its events are",
            args.path.display()
        );
    }
    Ok(&args.path)
}

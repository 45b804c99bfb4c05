//! `hookmill push`: uploads a program to a running relay, as the next version
//! of a transform, or only has it checked there.
//!
//! Exit code 0 when the relay took it, 1 when it refused, 2 when there is
//! nothing to send or no relay to send it to.

mod answer;

use super::exit::exit_code;
use super::program;
use super::run::input::TransformFile;
use crate::remote::RemoteRelay;
use anyhow::{Context as _, anyhow, bail};
use hookmill_domain::program::ProgramKind;
use hookmill_domain::secret::{Secret, SecretUse};
use reqwest::multipart::{Form, Part};
use std::env::VarError;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The variable that holds the operator's key: a flag would be seen by others
/// on the machine.
const KEY: &str = "HOOKMILL_OPERATOR_KEY";

/// The arguments of `hookmill push`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The operator's key is read from HOOKMILL_OPERATOR_KEY.\nExit code: 0 the relay took it, 1 it refused, 2 nothing could be sent."
)]
pub struct Args {
    /// The program: a component, a handler, or a project's folder, which is
    /// built first
    program: PathBuf,
    /// The application (tenant) that it is for
    #[arg(long, value_name = "NAME")]
    app: String,
    /// The transform, declared with `upload = true`
    #[arg(long, value_name = "NAME")]
    transform: String,
    /// The relay's address, also HOOKMILL_URL
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// An event that the program has to run over without a fault; may be
    /// repeated
    #[arg(long = "event", value_name = "FILE")]
    events: Vec<PathBuf>,
    /// The endpoint whose variables, limits and hosts hold for the events;
    /// otherwise the first that uses the transform
    #[arg(long, value_name = "NAME")]
    endpoint: Option<String>,
    /// Keep the version without running it
    #[arg(long, conflicts_with = "check")]
    no_activate: bool,
    /// Only check it: nothing is kept
    #[arg(long)]
    check: bool,
    /// Print the relay's answer as it came
    #[arg(long)]
    json: bool,
    /// A file of certificates in PEM that are trusted besides the system's
    #[arg(long, value_name = "FILE")]
    root_certificates: Vec<PathBuf>,
}

/// Where a relay listens unless told otherwise.
const DEFAULT_SERVER: &str = "http://127.0.0.1:8080";

/// Sends the program and shows the answer.
pub(super) fn execute(args: Args) -> ExitCode {
    exit_code(push(args))
}

/// Whether the relay took it.
fn push(args: Args) -> anyhow::Result<bool> {
    let key = key()?;
    let server = args
        .server
        .clone()
        .or_else(|| std::env::var("HOOKMILL_URL").ok())
        .unwrap_or_else(|| DEFAULT_SERVER.to_owned());
    let program = program::find(&args.program).map_err(program::Missing::into_error)?;
    let form = form(&args, &program)?;
    let path = path(&args)?;
    let remote = RemoteRelay::new(&server, key, &args.root_certificates)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the async runtime can't start")?;
    let answer = runtime.block_on(remote.post_form(&path, form))?;
    if args.json {
        answer::print_raw(&answer)?;
    } else if answer.is_success() {
        answer::print_accepted(&args.app, &args.transform, &answer, &program)?;
    } else {
        answer::print_refused(&answer, &program)?;
    }
    Ok(answer.is_success())
}

/// The operator's key, read as the relay reads it.
fn key() -> anyhow::Result<Secret> {
    match std::env::var(KEY) {
        Ok(text) => {
            let key = Secret::read(&text, SecretUse::OperatorKey);
            key.map_err(|problem| anyhow!("environment variable `{KEY}` {problem}"))
        }
        Err(VarError::NotPresent) => {
            bail!("{KEY} is not set: put the relay's operator key there")
        }
        Err(VarError::NotUnicode(_)) => bail!("environment variable `{KEY}` is not Unicode"),
    }
}

/// Names come from the command line, and stand in a URL.
fn path(args: &Args) -> anyhow::Result<String> {
    for name in [&args.app, &args.transform] {
        let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        if name.is_empty() || !name.bytes().all(safe) {
            bail!("`{name}` is not a name: names have letters, digits, `_` and `-`");
        }
    }
    let transform = format!("/api/v1/app/{}/transform/{}", args.app, args.transform);
    Ok(match (args.check, args.no_activate) {
        (true, _) => format!("{transform}/check"),
        (false, true) => format!("{transform}/version?activate=false"),
        (false, false) => format!("{transform}/version"),
    })
}

fn form(args: &Args, program: &TransformFile) -> anyhow::Result<Form> {
    let name = file_name(&args.program, program)?;
    let mut form = Form::new().part(
        "program",
        Part::bytes(program.bytes.clone()).file_name(name),
    );
    for event in &args.events {
        let content =
            fs::read(event).with_context(|| format!("{} can't be read", event.display()))?;
        form = form.part("event", Part::bytes(content).file_name(base_name(event)));
    }
    if let Some(endpoint) = &args.endpoint {
        form = form.text("endpoint", endpoint.clone());
    }
    Ok(form)
}

/// What a folder was built to is named after the folder.
fn file_name(path: &Path, program: &TransformFile) -> anyhow::Result<String> {
    if program.origins.is_some() {
        // A bundle is JavaScript, whatever its parts are.
        let name = Path::new(&program.name).with_extension("mjs");
        return Ok(base_name(&name));
    }
    if !path.is_dir() || program.kind != ProgramKind::Component {
        return Ok(base_name(Path::new(&program.name)));
    }
    let folder = fs::canonicalize(path);
    let folder = folder.with_context(|| format!("{} can't be read", path.display()))?;
    Ok(format!("{}.wasm", base_name(&folder)))
}

fn base_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(OsStr::new("program"));
    name.to_string_lossy().into_owned()
}

//! `hookmill run`: one transform over one event, in the same sandbox as
//! `serve`, and what came out: the request, or why there is none.
//!
//! Sends nothing. Exit code 0 for a request and for a cancel, 1 for a fault of
//! the transform (one that can't be loaded included), 2 for everything else.

mod input;
mod json;
mod report;
mod text;

use super::cache_dir::cache_dir;
use super::show_error;
use anyhow::Context as _;
use clap::builder::RangedU64ValueParser;
use hookmill_domain::caps::SandboxCaps;
use hookmill_relay::workbench::{LoadError, Workbench};
use report::{Failure, Report};
use std::path::PathBuf;
use std::process::ExitCode;

/// The arguments of `hookmill run`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code: 0 a request or a cancel, 1 a fault of the transform, 2 bad usage."
)]
pub(super) struct Args {
    /// The transform: a .js, .mjs, .ts or .mts handler, or a .wasm component
    transform: PathBuf,
    /// The event's body, a JSON object; - reads standard input
    #[arg(long, value_name = "FILE")]
    event: PathBuf,
    /// The event's type, instead of the body's `type`
    #[arg(long, value_name = "TYPE")]
    event_type: Option<String>,
    /// The endpoint's URL
    #[arg(long, default_value = "https://relay.invalid/default")]
    url: String,
    /// The instant that the transform sees (RFC 3339), instead of now
    #[arg(long, value_name = "TIME")]
    now: Option<jiff::Timestamp>,
    /// A variable that the transform sees; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = input::parse_variable)]
    env: Vec<(String, String)>,
    /// The event's parameters, a JSON object
    #[arg(long, value_name = "JSON", default_value = "{}")]
    params: String,
    /// Print one JSON object and nothing else: outcome, webhook, fault, logs,
    /// fuel, memory
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: Limits,
}

/// What the run may use; the defaults are those of `serve`.
#[derive(Debug, clap::Args)]
struct Limits {
    /// Fuel, about one unit an instruction
    #[arg(
        long,
        value_name = "N",
        default_value_t = SandboxCaps::default().fuel_max,
        value_parser = up_to(SandboxCaps::CEILING.fuel_max),
    )]
    fuel_max: u64,
    /// Milliseconds of wall time
    #[arg(
        long,
        value_name = "N",
        default_value_t = SandboxCaps::default().deadline_ms,
        value_parser = up_to(SandboxCaps::CEILING.deadline_ms),
    )]
    deadline_ms: u64,
    /// Bytes of linear memory
    #[arg(
        long,
        value_name = "N",
        default_value_t = SandboxCaps::default().memory_bytes_max as u64,
        value_parser = up_to(SandboxCaps::CEILING.memory_bytes_max as u64),
    )]
    memory_bytes_max: u64,
    /// Bytes of the resulting URL, headers and payload
    #[arg(
        long,
        value_name = "N",
        default_value_t = SandboxCaps::default().output_bytes_max as u64,
        value_parser = up_to(SandboxCaps::CEILING.output_bytes_max as u64),
    )]
    output_bytes_max: u64,
    /// Bytes of log
    #[arg(
        long,
        value_name = "N",
        default_value_t = SandboxCaps::default().log_bytes_max as u64,
        value_parser = up_to(SandboxCaps::CEILING.log_bytes_max as u64),
    )]
    log_bytes_max: u64,
}

fn up_to(max: u64) -> RangedU64ValueParser {
    RangedU64ValueParser::new().range(1..=max)
}

impl Limits {
    fn caps(&self) -> SandboxCaps {
        // The parser keeps sizes below ceilings that are sizes themselves.
        SandboxCaps {
            fuel_max: self.fuel_max,
            deadline_ms: self.deadline_ms,
            memory_bytes_max: self.memory_bytes_max as usize,
            output_bytes_max: self.output_bytes_max as usize,
            log_bytes_max: self.log_bytes_max as usize,
        }
    }
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
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            show_error(&error);
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> anyhow::Result<Report> {
    let transform = input::read_transform(&args.transform)?;
    let invocation = input::invocation(args)?;
    let mut report = Report {
        event_type: invocation.event_type.clone(),
        caps: invocation.caps,
        ..Report::default()
    };
    let workbench = Workbench::open(&cache_dir()).context("the sandbox can't start")?;
    let loaded = workbench.load(&transform.name, transform.kind, &transform.bytes);
    let program = match loaded {
        Ok(program) => program,
        Err(LoadError::Unavailable { name, source }) => {
            return Err(source).context(format!("{name} could not be checked"));
        }
        Err(error) => {
            report.outcome = Err(Failure::of_load(error));
            return Ok(report);
        }
    };
    let run = workbench.run(&program, invocation)?;
    report.outcome = run.outcome.map_err(Failure::of_run);
    report.usage = run.usage;
    report.logs = report::parse_logs(&run.logs);
    Ok(report)
}

//! `hookmill sample`: the sample events in the binary, listed, or one of them
//! printed byte for byte, so that it can be piped to `hookmill run --event -`
//! or kept in a file.

use super::exit::exit_code;
use anyhow::{Context as _, bail};
use hookmill_config::nearest;
use hookmill_samples::{Sample, all, named};
use serde_json::{Value, json};
use std::io::{self, Write as _};
use std::process::ExitCode;

/// The arguments of `hookmill sample`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "For example: hookmill sample payment.succeeded | hookmill run . --event -\n\nExit code: 0 printed, 2 no such sample."
)]
pub struct Args {
    /// An event type, or one of its variants as the list has them; a type that
    /// ends in .* lists those below it
    #[arg(value_name = "TYPE")]
    name: Option<String>,
    /// List as a JSON array of {name, type, bytes}; a sample itself is JSON
    /// anyway
    #[arg(long)]
    json: bool,
}

/// Prints the list or the sample.
pub(super) fn execute(args: &Args) -> ExitCode {
    exit_code(print(args).map(|()| true))
}

fn print(args: &Args) -> anyhow::Result<()> {
    let text = match args.name.as_deref() {
        None => list(args, all().iter().collect()),
        Some(pattern) if pattern.ends_with('*') => list(args, below(pattern)?),
        Some(name) => named(name).with_context(|| unknown(name))?.body.to_owned(),
    };
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        // The reader has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("the sample can't be written"),
    }
}

fn below(pattern: &str) -> anyhow::Result<Vec<&'static Sample>> {
    let prefix = pattern.trim_end_matches('*');
    let chosen = |sample: &&Sample| sample.name.starts_with(prefix);
    let found: Vec<_> = all().iter().filter(chosen).collect();
    if found.is_empty() {
        bail!("{}", unknown(pattern));
    }
    Ok(found)
}

/// One line a type, its variants behind it.
fn list(args: &Args, samples: Vec<&Sample>) -> String {
    if args.json {
        let list: Vec<Value> = samples
            .iter()
            .map(|it| json!({"name": it.name, "type": it.event_type, "bytes": it.body.len()}))
            .collect();
        return format!("{}\n", Value::from(list));
    }
    samples.iter().map(|it| format!("{}\n", it.name)).collect()
}

fn unknown(name: &str) -> String {
    let hint = match nearest(name, all().iter().map(|sample| sample.name)) {
        Some(near) => format!("did you mean `{near}`? "),
        None => String::new(),
    };
    format!("there is no sample `{name}`: {hint}`hookmill sample` lists those there are")
}

//! What a relay answered to an upload, for people.

use crate::remote::Answer;
use crate::run::input::TransformFile;
use anyhow::Context as _;
use hookmill_api::fault::Position;
use hookmill_api::problem::{More, Problem};
use hookmill_api::sample_run::{BuiltInRuns, Outcome, SampleRun, Trial};
use hookmill_api::version::{Checked, Program, Uploaded, Version};
use hookmill_domain::program::ProgramKind;
use serde::Deserialize;
use std::io::{self, Write as _};

/// What a relay says of a program that it took.
#[derive(Deserialize)]
#[serde(untagged)]
enum Accepted {
    /// It is a version now.
    Uploaded(Uploaded),
    /// It was only checked.
    Checked(Checked),
}

/// Prints the body as it came.
pub(super) fn print_raw(answer: &Answer) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(&answer.body)?;
    stdout.write_all(b"\n")
}

/// Prints what became of the program.
pub(super) fn print_accepted(
    app: &str,
    transform: &str,
    answer: &Answer,
    program: &TransformFile,
) -> anyhow::Result<()> {
    let accepted: Accepted =
        serde_json::from_slice(&answer.body).context("the relay's answer can't be read")?;
    let (found, trial) = match &accepted {
        Accepted::Checked(Checked { program, trial }) => {
            let file = &program.file_name;
            println!("{file} would be accepted for {app}/{transform}; nothing was kept");
            (program, trial)
        }
        Accepted::Uploaded(Uploaded { version, trial }) => {
            let (file, number) = (&version.program.file_name, version.version);
            let state = state(version);
            println!("{file} is version {number} of {app}/{transform}: {state}");
            (&version.program, trial)
        }
    };
    print_found(found);
    print_trial(trial, program);
    Ok(())
}

/// What became of a version, in words.
fn state(version: &Version) -> String {
    match (version.active, version.endpoints.as_slice()) {
        (false, _) => "kept, not active".to_owned(),
        (true, []) => "active; no endpoint uses it yet".to_owned(),
        (true, endpoints) => format!("active, run by {}", endpoints.join(", ")),
    }
}

fn print_found(found: &Program) {
    println!("kind     {}", found.kind);
    // A source's kind says it already.
    if found.kind == ProgramKind::Component.as_str() {
        let language = found.language.as_deref().unwrap_or("not said");
        println!("language {language}");
    }
    println!("size     {} bytes", found.size_bytes);
    if !found.imports.is_empty() {
        println!("imports  {}", found.imports.join("\n         "));
    }
    println!("checked  in {:.1} ms", found.compile_time_ms);
    println!("digest   {}", found.digest);
}

fn print_trial(trial: &Trial, program: &TransformFile) {
    print_samples(&trial.samples, program);
    let BuiltInRuns { tried, failed } = &trial.built_in;
    if *tried > 0 {
        let ran = tried.saturating_sub(failed.len());
        println!(
            "tried    on {tried} built-in events: {ran} ran, {} failed",
            failed.len()
        );
    }
    print_samples(failed, program);
}

/// Prints why the relay refused, as the last lines on standard error.
pub(super) fn print_refused(answer: &Answer, program: &TransformFile) -> anyhow::Result<()> {
    let refused: Problem = serde_json::from_slice(&answer.body)
        .with_context(|| format!("the relay answered with status {}", answer.status))?;
    if let Some(More::Samples(samples)) = &refused.more {
        print_samples(samples, program);
    }
    eprintln!("hookmill: {} ({})", refused.detail, refused.title);
    Ok(())
}

/// A place is one of the uploaded program; of a bundle's that of its part is
/// shown.
fn place(position: &Position, program: &TransformFile) -> String {
    let at = hookmill_domain::fault::Position {
        line: position.line,
        column: position.column,
    };
    let origin = program.origins.as_ref().and_then(|it| it.origin(at));
    origin.map_or_else(
        || at.to_string(),
        |it| format!("{}:{}", it.file.display(), it.position),
    )
}

fn print_samples(samples: &[SampleRun], program: &TransformFile) {
    for sample in samples {
        print_sample(sample, program);
    }
}

fn print_sample(sample: &SampleRun, program: &TransformFile) {
    let percent = sample.usage.fuel as f64 * 100.0 / sample.fuel_max.max(1) as f64;
    let outcome = match (&sample.webhook, &sample.fault) {
        _ if sample.outcome == Outcome::Canceled => "canceled".to_owned(),
        (Some(webhook), _) => format!("{} {}", webhook.method, webhook.url),
        (_, Some(fault)) => {
            let at = fault.position.as_ref();
            let at = at.map_or_else(String::new, |it| format!(" ({})", place(it, program)));
            format!("{}: {}{at}", fault.code, fault.message)
        }
        (None, None) => "ended in a way that this version does not know".to_owned(),
    };
    println!(
        "event    {}: {outcome}, {percent:.2} % of the fuel",
        sample.sample
    );
    for warning in &sample.warnings {
        println!("warning  {warning}");
    }
}

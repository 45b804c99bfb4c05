//! What a relay answered to an upload, for people.

use crate::remote::Answer;
use crate::run::input::TransformFile;
use anyhow::Context as _;
use serde::Deserialize;
use std::io::{self, Write as _};

/// A version, or what was found by a check: then it has no number.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    version: Option<u32>,
    #[serde(default)]
    active: bool,
    digest: String,
    file_name: String,
    kind: String,
    language: Option<String>,
    size_bytes: u64,
    imports: Vec<String>,
    compile_time_ms: f64,
    #[serde(default)]
    endpoints: Vec<String>,
    #[serde(default)]
    samples: Vec<Sample>,
    #[serde(default)]
    built_in: BuiltIn,
}

/// What came of the relay's own sample events.
#[derive(Default, Deserialize)]
struct BuiltIn {
    tried: usize,
    failed: Vec<Sample>,
}

/// A problem, as far as it is shown.
#[derive(Deserialize)]
struct Refused {
    title: String,
    detail: String,
    #[serde(default)]
    samples: Vec<Sample>,
}

/// What came of one sample event.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sample {
    sample: String,
    outcome: String,
    webhook: Option<Webhook>,
    fault: Option<Fault>,
    #[serde(default)]
    warnings: Vec<String>,
    fuel: u64,
    fuel_max: u64,
}

#[derive(Deserialize)]
struct Webhook {
    url: String,
    method: String,
}

#[derive(Deserialize)]
struct Fault {
    code: String,
    message: String,
    position: Option<Position>,
}

#[derive(Deserialize)]
struct Position {
    line: u32,
    column: u32,
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
    let file = &accepted.file_name;
    match accepted.version {
        None => println!("{file} would be accepted for {app}/{transform}; nothing was kept"),
        Some(number) => {
            let state = match (accepted.active, accepted.endpoints.as_slice()) {
                (false, _) => "kept, not active".to_owned(),
                (true, []) => "active; no endpoint uses it yet".to_owned(),
                (true, endpoints) => format!("active, run by {}", endpoints.join(", ")),
            };
            println!("{file} is version {number} of {app}/{transform}: {state}");
        }
    }
    println!("kind     {}", accepted.kind);
    // A source's kind says it already.
    if accepted.kind == "component" {
        let language = accepted.language.as_deref().unwrap_or("not said");
        println!("language {language}");
    }
    println!("size     {} bytes", accepted.size_bytes);
    if !accepted.imports.is_empty() {
        println!("imports  {}", accepted.imports.join("\n         "));
    }
    println!("checked  in {:.1} ms", accepted.compile_time_ms);
    println!("digest   {}", accepted.digest);
    let print_sample = |sample| print_sample(sample, program);
    accepted.samples.iter().for_each(print_sample);
    let BuiltIn { tried, failed } = &accepted.built_in;
    if *tried > 0 {
        let ran = tried - failed.len();
        println!(
            "tried    on {tried} built-in events: {ran} ran, {} failed",
            failed.len()
        );
    }
    failed.iter().for_each(print_sample);
    Ok(())
}

/// Prints why the relay refused, as the last lines on standard error.
pub(super) fn print_refused(answer: &Answer, program: &TransformFile) -> anyhow::Result<()> {
    let refused: Refused = serde_json::from_slice(&answer.body)
        .with_context(|| format!("the relay answered with status {}", answer.status))?;
    refused
        .samples
        .iter()
        .for_each(|sample| print_sample(sample, program));
    eprintln!("hookmill: {} ({})", refused.detail, refused.title);
    Ok(())
}

/// A place is one of the uploaded program; of a bundle's that of its part is
/// shown.
fn place(position: &Position, program: &TransformFile) -> String {
    let Position { line, column } = *position;
    let at = hookmill_domain::fault::Position { line, column };
    let origin = program.origins.as_ref().and_then(|it| it.origin(at));
    origin.map_or_else(
        || at.to_string(),
        |it| format!("{}:{}", it.file.display(), it.position),
    )
}

fn print_sample(sample: &Sample, program: &TransformFile) {
    let percent = sample.fuel as f64 * 100.0 / sample.fuel_max.max(1) as f64;
    let outcome = match (&sample.webhook, &sample.fault) {
        (Some(webhook), _) if sample.outcome == "webhook" => {
            format!("{} {}", webhook.method, webhook.url)
        }
        (_, Some(fault)) => {
            let at = fault.position.as_ref();
            let at = at.map_or_else(String::new, |it| format!(" ({})", place(it, program)));
            format!("{}: {}{at}", fault.code, fault.message)
        }
        _ => sample.outcome.clone(),
    };
    println!(
        "event    {}: {outcome}, {percent:.2} % of the fuel",
        sample.sample
    );
    for warning in &sample.warnings {
        println!("warning  {warning}");
    }
}

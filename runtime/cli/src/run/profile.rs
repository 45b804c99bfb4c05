//! `hookmill run --profile`: a component's fuel by call stack, as a flame graph
//! or for other tools.
//!
//! The profile is a run of its own; what it counts is explained where it is
//! made, in the sandbox.

use crate::author_sandbox::AuthorSandbox;
use anyhow::{Context as _, bail};
use hookmill_domain::program::ProgramKind;
use hookmill_sandbox::{Invocation, Profile, Program};
use inferno::flamegraph;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a profile goes, and in which form.
#[derive(Clone, Debug)]
pub(super) struct File {
    path: PathBuf,
    format: Format,
}

#[derive(Clone, Copy, Debug)]
enum Format {
    Svg,
    Speedscope,
    Folded,
}

/// Parses the flag's value: the extension says the form.
pub(super) fn parse_file(text: &str) -> Result<File, String> {
    let path = PathBuf::from(text);
    let format = match path.extension().and_then(|it| it.to_str()) {
        Some("svg") => Format::Svg,
        Some("json") => Format::Speedscope,
        Some("folded") => Format::Folded,
        _ => return Err("the file ends in .svg, .json or .folded".to_owned()),
    };
    Ok(File { path, format })
}

/// Profiles a run and writes the file.
pub(super) fn write(
    file: &File,
    sandbox: &AuthorSandbox,
    program: &Program,
    invocation: Invocation,
) -> anyhow::Result<()> {
    if program.kind() != ProgramKind::Component {
        bail!(
            "--profile is for components: {} is interpreted, and its functions can't be told apart",
            program.name()
        );
    }
    let profile = sandbox.profile(program, invocation)?;
    let bytes = match file.format {
        Format::Svg => svg(&profile, program.name())?,
        Format::Speedscope => speedscope(&profile, program.name()).to_string().into(),
        Format::Folded => folded(&profile).into_iter().collect::<String>().into(),
    };
    save(&file.path, &bytes)
}

fn save(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(path, bytes).with_context(|| format!("{} can't be written", path.display()))
}

/// One line a stack: `outer;inner fuel`.
fn folded(profile: &Profile) -> Vec<String> {
    let plain = |name: &String| name.replace([';', '\n'], ":");
    let lines = profile.stacks.iter().map(|(stack, fuel)| {
        let names: Vec<String> = stack.iter().map(plain).collect();
        format!("{} {fuel}\n", names.join(";"))
    });
    lines.collect()
}

fn svg(profile: &Profile, name: &str) -> anyhow::Result<Vec<u8>> {
    let mut options = flamegraph::Options::default();
    options.title = format!("Fuel of {name}");
    options.count_name = "units of fuel".to_owned();
    // The same profile gives the same file.
    options.deterministic = true;
    let lines = folded(profile);
    let lines = lines.iter().map(|line| line.trim_end());
    let mut svg = Vec::new();
    flamegraph::from_lines(&mut options, lines, &mut svg).context("no flame graph can be drawn")?;
    Ok(svg)
}

/// The file format of <https://www.speedscope.app>.
fn speedscope(profile: &Profile, name: &str) -> Value {
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    let mut frames = Vec::new();
    let (mut samples, mut weights) = (Vec::new(), Vec::new());
    for (stack, fuel) in &profile.stacks {
        let mut sample = Vec::new();
        for function in stack {
            let next = frames.len();
            let at = *index.entry(function).or_insert(next);
            if at == next {
                frames.push(json!({ "name": function }));
            }
            sample.push(at);
        }
        samples.push(sample);
        weights.push(*fuel);
    }
    json!({
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "exporter": concat!("hookmill ", env!("CARGO_PKG_VERSION")),
        "name": name,
        "shared": { "frames": frames },
        "profiles": [{
            "type": "sampled",
            "name": "fuel",
            "unit": "none",
            "startValue": 0,
            "endValue": profile.fuel,
            "samples": samples,
            "weights": weights,
        }],
    })
}

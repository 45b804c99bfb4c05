//! `hookmill new`: a folder for a new transform, with sample events, expected
//! requests and tests, that builds and passes as it is.
//!
//! All or nothing: it is made beside its place and renamed. Never writes into
//! a folder that has something in it. Exit code 2 for whatever is wrong.

mod ask;
mod name;
mod templates;

use super::exit::exit_code;
use anyhow::{Context as _, bail};
use clap::builder::PossibleValuesParser;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use templates::{File, Template};

/// The language that shipped integrations' handlers are written in.
const FROM_LANGUAGE: &str = "js";

/// The arguments of `hookmill new`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to make; its name becomes the transform's
    #[arg(value_name = "NAME")]
    path: PathBuf,
    /// The language; without it a terminal is asked
    #[arg(
        short,
        long,
        value_name = "LANGUAGE",
        value_parser = PossibleValuesParser::new(templates::languages()),
    )]
    lang: Option<String>,
    /// Start from a shipped integration's handler, which is JavaScript
    #[arg(
        long,
        value_name = "INTEGRATION",
        value_parser = PossibleValuesParser::new(templates::integrations()),
    )]
    from: Option<String>,
}

/// Makes the folder and says what to do next.
pub(super) fn execute(args: &Args) -> ExitCode {
    exit_code(make(args).map(|()| true))
}

fn make(args: &Args) -> anyhow::Result<()> {
    let language = language(args)?;
    if args.from.is_some() && language != FROM_LANGUAGE {
        bail!("--from starts from a JavaScript handler: leave --lang {language} out");
    }
    let template = templates::language(language)
        .with_context(|| format!("there is no template for {language}"))?;
    let name = args.path.file_name().and_then(|it| it.to_str());
    let name = name.with_context(|| format!("{} ends in no name", args.path.display()))?;
    name::check(name)?;
    let files = match &args.from {
        None => template.files.iter().collect(),
        Some(integration) => {
            let integration = templates::integration(integration)
                .with_context(|| format!("there is no integration {integration}"))?;
            of_integration(template, integration)
        }
    };
    write(&args.path, name, &files)?;
    let unit_test = args.from.is_none().then_some(template.unit_test);
    print_next(&args.path, &files, unit_test.unwrap_or_default());
    Ok(())
}

/// The language that was given, or that somebody chooses now.
fn language(args: &Args) -> anyhow::Result<&str> {
    if let Some(language) = &args.lang {
        return Ok(language);
    }
    if args.from.is_some() {
        return Ok(FROM_LANGUAGE);
    }
    let languages: Vec<_> = templates::languages().collect();
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        return ask::ask(&languages, io::stdin().lock(), io::stderr());
    }
    bail!(
        "which language? Give one with --lang: {}",
        languages.join(", ")
    );
}

/// The integration's files, and those of the template that are about the
/// language and not about the template's own handler.
fn of_integration(
    template: &'static Template,
    integration: &'static Template,
) -> Vec<&'static File> {
    let own = ["events/", "expected/", "env.json", "handler"];
    let others = template
        .files
        .iter()
        .filter(|file| !own.iter().any(|prefix| file.path.starts_with(prefix)));
    others.chain(integration.files).collect()
}

fn write(folder: &Path, name: &str, files: &[&File]) -> anyhow::Result<()> {
    let shown = folder.display();
    let parent = match folder.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    if folder.symlink_metadata().is_ok() {
        let is_empty = |mut entries: fs::ReadDir| entries.next().is_none();
        match fs::read_dir(folder).map(is_empty) {
            Ok(true) => {}
            Ok(false) => bail!("{shown} is there and not empty: give another name"),
            Err(_) => bail!("{shown} is there and can't be used as a folder: give another name"),
        }
    }
    let unfinished = tempfile::Builder::new()
        .prefix(".hookmill-new-")
        .tempdir_in(parent)
        .with_context(|| format!("{shown} can't be made"))?;
    // Temporary folders are for their owner only; this one is to stay.
    let inner = unfinished.path().join(name);
    let write = || {
        for file in files {
            let path = inner.join(file.path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(path, file.rendered(name))?;
        }
        // Takes the place of an empty folder, and of nothing else.
        fs::rename(&inner, folder)
    };
    write().with_context(|| format!("{shown} can't be made"))
}

fn print_next(folder: &Path, files: &[&File], unit_test: &str) {
    let shown = folder.display();
    let has = |path: &str| files.iter().any(|file| file.path == path);
    let event = files
        .iter()
        .find(|file| file.path.starts_with("events/"))
        .map_or("event.json", |file| file.path);
    println!("made {shown} with {} files. Next:\n", files.len());
    println!("  cd {shown}");
    if !unit_test.is_empty() {
        println!("  {unit_test}");
    }
    println!("  hookmill test");
    println!("  hookmill run . --event {event}");
    let handler = ["handler.js", "handler.mjs", "handler.ts", "handler.mts"];
    match handler.into_iter().find(|path| has(path)) {
        Some(handler) => println!("  hookmill check {handler}"),
        None => println!("  hookmill build . -o transform.wasm\n  hookmill check transform.wasm"),
    }
}

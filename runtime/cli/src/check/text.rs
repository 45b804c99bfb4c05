//! The output of `hookmill check` for people.

use super::checked::{Checked, Compiled};
use crate::caps::FAILED_SHOWN_MAX;
use crate::run::text::{grouped, render_failure};
use anstyle::{AnsiColor, Style};
use hookmill_domain::program::{ProgramDigest, ProgramKind};
use hookmill_sandbox::about::About;
use std::io::{self, Write};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const ODD: Style = AnsiColor::Yellow.on_default();

/// Prints the result.
///
/// # Errors
/// Standard output can't be written to.
pub(super) fn write(all: &[Checked]) -> io::Result<()> {
    // It drops the colours when nobody would see them.
    let mut out = anstream::stdout().lock();
    for (index, checked) in all.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        write_one(&mut out, checked)?;
    }
    out.flush()
}

fn write_one(out: &mut impl Write, checked: &Checked) -> io::Result<()> {
    let (style, word) = if checked.is_fit() {
        (GOOD, "fit")
    } else {
        (BAD, "NOT FIT")
    };
    writeln!(out, "{style}{word:<8}{style:#}  {}", checked.path.display())?;
    if let Some(about) = &checked.about {
        write_about(out, about, checked.digest)?;
    }
    match &checked.loaded {
        Ok(compiled) => write_compiled(out, compiled)?,
        Err(failure) => {
            let mut text = String::new();
            // Writing to a String can't fail.
            let _ = render_failure(&mut text, failure);
            for line in text.lines() {
                writeln!(out, "  {line}")?;
            }
        }
    }
    write_built_in(out, checked)?;
    for (event, report) in &checked.runs {
        let fuel = grouped(report.usage.fuel);
        let event = event.display();
        match &report.outcome {
            Ok(webhook) if webhook.is_canceled() => {
                writeln!(out, "  event     {event}: canceled, {fuel} units of fuel")?;
            }
            Ok(webhook) => {
                let request = webhook.request();
                let (method, url) = (request.method(), request.url());
                writeln!(
                    out,
                    "  event     {event}: {method} {url}, {fuel} units of fuel"
                )?;
            }
            Err(failure) => {
                let (code, message) = (failure.code, &failure.message);
                writeln!(out, "  event     {event}: {BAD}{code}{BAD:#}: {message}")?;
            }
        }
        for warning in &report.warnings {
            writeln!(out, "  {ODD}warning{ODD:#}   {warning}")?;
        }
        for need in &report.needs {
            writeln!(out, "  note      {need}")?;
        }
    }
    Ok(())
}

/// How it did on the samples in the binary, and the first that it failed on.
fn write_built_in(out: &mut impl Write, checked: &Checked) -> io::Result<()> {
    let tried = checked.built_in.len();
    if tried == 0 {
        return Ok(());
    }
    let failed = checked.built_in_failed().count();
    let ran = tried - failed;
    writeln!(
        out,
        "  tried     on {tried} built-in events: {ran} ran, {failed} failed"
    )?;
    for (name, failure) in checked.built_in_failed().take(FAILED_SHOWN_MAX) {
        let (code, message) = (failure.code, &failure.message);
        writeln!(out, "  event     {name}: {BAD}{code}{BAD:#}: {message}")?;
    }
    if failed > FAILED_SHOWN_MAX {
        let more = failed - FAILED_SHOWN_MAX;
        writeln!(out, "            and {more} more; --json has them all")?;
    }
    Ok(())
}

fn write_about(
    out: &mut impl Write,
    about: &About,
    digest: Option<ProgramDigest>,
) -> io::Result<()> {
    writeln!(out, "  kind      {}", about.kind.as_str())?;
    // A source's kind says it already.
    if about.kind == ProgramKind::Component {
        let language = about.language.as_deref().unwrap_or("not said");
        writeln!(out, "  language  {language}")?;
    }
    let tools: Vec<String> = about
        .producers
        .iter()
        .map(|(name, version)| format!("{name} {version}").trim_end().to_owned())
        .collect();
    if !tools.is_empty() {
        writeln!(out, "  made by   {}", tools.join(", "))?;
    }
    writeln!(out, "  size      {} bytes", grouped(about.size_bytes))?;
    if let Some(digest) = digest {
        writeln!(out, "  sha256    {digest}")?;
    }
    if about.kind == ProgramKind::Component {
        let imports = match about.imports.join("\n            ") {
            none if none.is_empty() => "none".to_owned(),
            some => some,
        };
        writeln!(out, "  imports   {imports}")?;
        let needs = &about.needs;
        writeln!(
            out,
            "  needs     core instances {}, memories {} ({} bytes), tables {} ({} elements)",
            needs.core_instances,
            needs.memories,
            grouped(needs.memory_bytes),
            needs.tables,
            grouped(needs.table_elements)
        )?;
    }
    Ok(())
}

fn write_compiled(out: &mut impl Write, compiled: &Compiled) -> io::Result<()> {
    let ms = compiled.time.as_secs_f64() * 1_000.0;
    write!(out, "  compiled  in {ms:.1} ms")?;
    if let Some(bytes) = compiled.code_bytes {
        write!(out, " to {} bytes", grouped(bytes))?;
    }
    writeln!(out)
}

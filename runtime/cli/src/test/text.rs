//! The output of `hookmill test` for people: a line an event, what differs,
//! and a summary. In colour on a terminal, unless `NO_COLOR` is set.

use super::case::{CaseResult, Verdict};
use super::compare::Difference;
use super::tested::Tested;
use crate::run::report::{Failure, LogLine};
use crate::run::text::{grouped, render_failure};
use anstyle::{AnsiColor, Style};
use serde_json::value::RawValue;
use std::io::{self, Write};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const ODD: Style = AnsiColor::Yellow.on_default();

/// How many events came to what.
pub(super) struct Counts {
    pub(super) pass: usize,
    pub(super) fail: usize,
    pub(super) no_expectation: usize,
    pub(super) updated: usize,
}

impl Counts {
    pub(super) fn of(tested: &Tested) -> Self {
        Self {
            pass: tested.count(|it| matches!(it, Verdict::Pass)),
            fail: tested.count(|it| matches!(it, Verdict::Differs(_) | Verdict::Faulted)),
            no_expectation: tested.count(|it| matches!(it, Verdict::NoExpectation)),
            updated: tested.count(|it| matches!(it, Verdict::Updated)),
        }
    }
}

/// Prints the result.
///
/// # Errors
/// Standard output can't be written to.
pub(super) fn write(tested: &Tested) -> io::Result<()> {
    // It drops the colours when nobody would see them.
    let mut out = anstream::stdout().lock();
    if let Some(failure) = &tested.failure {
        writeln!(out, "{BAD}{}{BAD:#}", tested.program)?;
        return write_failure(&mut out, failure);
    }
    let names = tested.cases.iter().map(|case| case.name.chars().count());
    let width = names.max().unwrap_or(0);
    writeln!(
        out,
        "{:<16}{:<width$}  {:>11}  {:>8} {:>8} {:>8} {:>8} {:>8}",
        "", "", "fuel", "fuel %", "time %", "memory %", "output %", "log %"
    )?;
    for case in &tested.cases {
        write_case(&mut out, case, width)?;
    }
    for name in &tested.without_event {
        writeln!(
            out,
            "{ODD}no event{ODD:#}        {name}: there is only an expectation"
        )?;
    }
    for need in tested.needs() {
        writeln!(out, "{ODD}note{ODD:#}            {need}")?;
    }
    write_summary(&mut out, tested)?;
    out.flush()
}

fn write_case(out: &mut impl Write, case: &CaseResult, width: usize) -> io::Result<()> {
    let (style, word) = match case.verdict {
        Verdict::Pass => (GOOD, "pass"),
        Verdict::Differs(_) | Verdict::Faulted => (BAD, "FAIL"),
        Verdict::NoExpectation => (ODD, "no expectation"),
        Verdict::Updated => (ODD, "updated"),
    };
    write!(out, "{style}{word:<16}{style:#}{:<width$}  ", case.name)?;
    write!(out, "{:>11} ", grouped(case.report.usage.fuel))?;
    for share in case.report.shares() {
        write!(out, " {:>8.2}", share.percent())?;
    }
    writeln!(out)?;
    if let Verdict::Differs(differences) = &case.verdict {
        for difference in differences {
            write_difference(out, difference)?;
        }
    }
    if let (Verdict::Faulted | Verdict::Differs(_) | Verdict::NoExpectation, Err(failure)) =
        (&case.verdict, &case.report.outcome)
    {
        write_failure(out, failure)?;
    }
    for warning in &case.report.warnings {
        writeln!(out, "    {ODD}warning{ODD:#}  {warning}")?;
    }
    match case.verdict {
        Verdict::Pass | Verdict::Updated => Ok(()),
        _ => write_log(out, &case.report.logs),
    }
}

fn write_difference(out: &mut impl Write, difference: &Difference) -> io::Result<()> {
    let text =
        |value: &Option<Box<RawValue>>| value.as_ref().map_or("nothing", |it| it.get()).to_owned();
    let path = match difference.path.as_str() {
        "" => "the whole",
        path => path,
    };
    writeln!(out, "    {path}")?;
    let (expected, actual) = (text(&difference.expected), text(&difference.actual));
    writeln!(out, "      {GOOD}expected  {expected}{GOOD:#}")?;
    writeln!(out, "      {BAD}actual    {actual}{BAD:#}")
}

fn write_failure(out: &mut impl Write, failure: &Failure) -> io::Result<()> {
    let mut text = String::new();
    // Writing to a String can't fail.
    let _ = render_failure(&mut text, failure);
    for line in text.lines() {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}

fn write_log(out: &mut impl Write, logs: &[LogLine]) -> io::Result<()> {
    for line in logs {
        let message = line.message.replace('\n', "\n                 ");
        writeln!(out, "    log  {:<5}  {message}", line.level)?;
    }
    Ok(())
}

fn write_summary(out: &mut impl Write, tested: &Tested) -> io::Result<()> {
    let counts = Counts::of(tested);
    let parts = [
        (counts.pass, "passed"),
        (counts.fail, "failed"),
        (counts.no_expectation, "without an expectation"),
        (
            counts.updated,
            "updated: read the files before you keep them",
        ),
        (tested.without_event.len(), "expected without an event"),
    ];
    let shown = |(count, what): &(usize, &str)| {
        (*count > 0 || *what == "passed").then(|| format!("{count} {what}"))
    };
    let summary: Vec<_> = parts.iter().filter_map(shown).collect();
    let style = if tested.is_pass() { GOOD } else { BAD };
    writeln!(out, "\n{style}{}{style:#}", summary.join(", "))?;
    if counts.no_expectation > 0 {
        writeln!(
            out,
            "`hookmill test --update` writes what is missing; read it before you keep it."
        )?;
    }
    Ok(())
}

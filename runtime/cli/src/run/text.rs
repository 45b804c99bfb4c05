//! The output of `hookmill run` for people: the request, the log, and what
//! the run used of its limits.

use super::report::{Failure, Report};
use crate::caps::INDENTED_LEVELS_MAX;
use crate::webhook_json::Payload;
use hookmill_domain::webhook::Webhook;
use std::fmt::Write as _;
use std::io::{self, Write as _};

/// Prints the report.
///
/// # Errors
/// Standard output can't be written to.
pub(super) fn write(report: &Report) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(render(report).as_bytes())?;
    stdout.flush()
}

fn render(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a String can't fail.
    let _ = match &report.outcome {
        Ok(webhook) => render_webhook(&mut text, report, webhook),
        Err(failure) => render_failure(&mut text, failure),
    };
    if !report.logs.is_empty() {
        text.push_str("\nlog\n");
        for line in &report.logs {
            let message = line.message.replace('\n', "\n         ");
            let _ = writeln!(text, "  {:<5}  {message}", line.level);
        }
    }
    if !report.warnings.is_empty() {
        text.push('\n');
    }
    for warning in &report.warnings {
        let _ = writeln!(text, "warning: {warning}");
    }
    if !report.needs.is_empty() {
        text.push('\n');
    }
    for need in &report.needs {
        let _ = writeln!(text, "note: {need}");
    }
    text.push('\n');
    render_usage(&mut text, report);
    text
}

/// The request as it would be sent.
fn render_webhook(text: &mut String, report: &Report, webhook: &Webhook) -> std::fmt::Result {
    let request = webhook.request();
    if webhook.is_canceled() {
        writeln!(text, "canceled: nothing is sent. It would have been:\n")?;
    }
    writeln!(text, "{} {}", request.method(), request.url())?;
    for (name, value) in &report.sent_headers {
        writeln!(text, "{name}: {value}")?;
    }
    match Payload::of(request) {
        Payload::Json(json) => writeln!(text, "\n{}", indented(json.get())),
        Payload::Text(body) => writeln!(text, "\n{body}"),
        Payload::Base64(body) => {
            let bytes = grouped(request.body().len() as u64);
            writeln!(text, "\n{bytes} bytes, in base64:\n{body}")
        }
    }
}

/// A fault, with its place and its stack.
pub(crate) fn render_failure(text: &mut String, failure: &Failure) -> std::fmt::Result {
    writeln!(text, "fault: {}", failure.code)?;
    match failure.position {
        // A load error's text begins with file and position already.
        Some(position) if !failure.message.contains(&format!(":{position}")) => {
            let file = failure
                .file
                .as_ref()
                .map_or_else(String::new, |it| format!("{it}:"));
            writeln!(text, "  {} (at {file}{position})", failure.message)?;
        }
        _ => writeln!(text, "  {}", failure.message)?,
    }
    for frame in failure.stack.lines() {
        writeln!(text, "  {}", frame.trim_end())?;
    }
    Ok(())
}

fn render_usage(text: &mut String, report: &Report) {
    for share in report.shares() {
        let _ = writeln!(
            text,
            "{:<7} {:>13} of {:>13}{:<6} {:>6.2} %",
            share.name,
            grouped(share.used),
            grouped(share.max),
            share.unit,
            share.percent()
        );
    }
}

/// A number with its thousands set apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// JSON with line breaks and indentation, token for token: parsing it would
/// round its numbers.
pub(crate) fn indented(json: &str) -> String {
    let mut text = String::new();
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let mut opened = false;
    for character in json.chars() {
        if in_string {
            text.push(character);
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
            continue;
        }
        if character.is_ascii_whitespace() {
            continue;
        }
        let closes = matches!(character, '}' | ']');
        depth -= usize::from(closes && depth > 0);
        if closes != opened && depth + usize::from(closes) <= INDENTED_LEVELS_MAX {
            // Neither inside of `{}` nor before the first token.
            line_break(&mut text, depth);
        }
        opened = matches!(character, '{' | '[');
        depth += usize::from(opened);
        in_string = character == '"';
        match character {
            ',' if depth <= INDENTED_LEVELS_MAX => {
                text.push(',');
                line_break(&mut text, depth);
            }
            ':' => text.push_str(": "),
            _ => text.push(character),
        }
    }
    text
}

fn line_break(text: &mut String, depth: usize) {
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::{grouped, indented};

    #[test]
    fn json_is_indented_and_not_changed() {
        let json = r#"{"a":[1,2.50,9007199254740993],"b":{},"c":"x: \"{,}\" ","d":[]}"#;
        let expected = "{\n  \"a\": [\n    1,\n    2.50,\n    9007199254740993\n  ],\n  \"b\": {},\n  \"c\": \"x: \\\"{,}\\\" \",\n  \"d\": []\n}";
        assert_eq!(indented(json), expected);
        assert_eq!(indented(expected), expected);
        assert_eq!(indented("null"), "null");
        let deep = format!("{}1,2{}", "[".repeat(10_000), "]".repeat(10_000));
        let shown = indented(&deep);
        assert!(shown.len() < deep.len() + 30_000, "{}", shown.len());
        assert_eq!(shown.replace([' ', '\n'], ""), deep);
        assert_eq!(indented(&shown), shown);
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}

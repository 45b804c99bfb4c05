//! From a thrown JavaScript value to a message, a place and a stack.
//!
//! The engine counts columns in bytes; people and editors count UTF-16 code
//! units, so positions are corrected with the program's [`Columns`]. Reading
//! an error must not throw again, whatever the program made of it.

use crate::bindings::exports::hookmill::js_engine::engine::{Diagnostic, Fault, Position};
use crate::columns::Columns;
use crate::console::inspect;
use crate::heap;
use crate::hint;
use crate::instance::Instance;
use crate::interrupt;
use crate::js::{Js, Name, Value};

/// How the engine words an exhausted stack.
const STACK_OVERFLOW: &str = "Maximum call stack size exceeded";

/// A message without a place.
pub(crate) fn plain(message: &str) -> Diagnostic {
    Diagnostic {
        message: message.to_owned(),
        position: None,
        stack: String::new(),
    }
}

/// Describes the pending exception.
pub(crate) fn thrown(instance: &Instance, file_name: &str, columns: &Columns) -> Diagnostic {
    let js = instance.js;
    let value = js.take_exception();
    describe(instance, value, file_name, columns)
}

/// Describes a thrown value.
pub(crate) fn describe(
    instance: &Instance,
    value: Value,
    file_name: &str,
    columns: &Columns,
) -> Diagnostic {
    let js = instance.js;
    if !js.is_error(value) {
        return Diagnostic {
            message: format!("Uncaught {}", inspect(js, value)),
            position: None,
            stack: String::new(),
        };
    }
    let name = text_of(js, value, instance.names.name).unwrap_or_else(|| "Error".into());
    let mut message = text_of(js, value, instance.names.message).unwrap_or_default();
    if let Some(hint) = hint::of(&name, &message) {
        message = format!("{message} ({hint})");
    }
    let raw_stack = text_of(js, value, instance.names.stack).unwrap_or_default();
    let (stack, position) = correct_stack(&raw_stack, file_name, columns);
    Diagnostic {
        message: match (name.as_str(), message.as_str()) {
            (name, "") => name.to_owned(),
            ("", message) => message.to_owned(),
            (name, message) => format!("{name}: {message}"),
        },
        position,
        stack,
    }
}

/// Classifies the pending exception of a run.
pub(crate) fn fault(instance: &Instance, file_name: &str, columns: &Columns) -> Fault {
    if heap::is_exhausted() {
        return Fault::OutOfMemory;
    }
    let diagnostic = thrown(instance, file_name, columns);
    if interrupt::has_stopped() {
        return Fault::Stopped(diagnostic);
    }
    if diagnostic.message.ends_with(STACK_OVERFLOW) {
        return Fault::StackOverflow;
    }
    if heap::is_exhausted() {
        return Fault::OutOfMemory;
    }
    Fault::Thrown(diagnostic)
}

/// A property as text, if reading it doesn't throw.
fn text_of(js: Js, object: Value, name: Name) -> Option<String> {
    let value = js.get(object, name).ok().filter(|value| value.is_string());
    let text = value.and_then(|value| js.text(value).ok());
    if text.is_none() {
        js.take_exception();
    }
    text
}

/// Corrects the columns of a stack text, and finds the topmost frame in the
/// program itself.
fn correct_stack(raw: &str, file_name: &str, columns: &Columns) -> (String, Option<Position>) {
    let mut stack = String::with_capacity(raw.len());
    let mut top = None;
    for line in raw.lines() {
        let Some((before, position)) = split_frame(line, file_name) else {
            stack.push_str(line);
            stack.push('\n');
            continue;
        };
        let position = columns.correct(position);
        let close = if line.ends_with(')') { ")" } else { "" };
        stack.push_str(&format!(
            "{before}:{}:{}{close}\n",
            position.line, position.column
        ));
        top.get_or_insert(position);
    }
    (stack.trim_end().to_owned(), top)
}

/// Splits `... file:line:column` (and perhaps a closing bracket).
fn split_frame<'a>(line: &'a str, file_name: &str) -> Option<(&'a str, Position)> {
    let inner = line.strip_suffix(')').unwrap_or(line);
    let (rest, column) = inner.rsplit_once(':')?;
    let (before, row) = rest.rsplit_once(':')?;
    let position = Position {
        line: row.parse().ok()?,
        column: column.parse().ok()?,
    };
    before.ends_with(file_name).then_some((before, position))
}

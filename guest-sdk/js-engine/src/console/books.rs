//! Counters and timers. Time stands still while a handler runs, so every timer
//! shows 0 ms.

use core::cell::RefCell;
use std::collections::BTreeMap;

use super::{format, written};
use crate::bindings::hookmill::transform::log::Level;
use crate::js::{Js, Thrown, Value};

/// More labels than this are not told apart.
const LABELS_MAX: usize = 1_000;
const LABEL_UNITS_MAX: usize = 200;

static BOOKS: Books = Books(RefCell::new(Entries {
    counts: BTreeMap::new(),
    timers: BTreeMap::new(),
}));

struct Books(RefCell<Entries>);

// SAFETY: the target has no threads.
unsafe impl Sync for Books {}

struct Entries {
    counts: BTreeMap<String, u32>,
    timers: BTreeMap<String, ()>,
}

/// The label of a counter or timer.
fn label(js: Js, arguments: &[Value]) -> String {
    match arguments.first() {
        Some(label) if !label.is_undefined() => format::plain(js, *label, LABEL_UNITS_MAX),
        _ => "default".to_owned(),
    }
}

fn say(level: Level, message: &str) -> Result<Value, Thrown> {
    if written::has_room() {
        written::line(level, message);
    }
    Ok(Value::UNDEFINED)
}

pub(super) fn count(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let label = label(js, arguments);
    let mut books = BOOKS.0.borrow_mut();
    if books.counts.len() >= LABELS_MAX && !books.counts.contains_key(&label) {
        return Ok(Value::UNDEFINED);
    }
    let count = books.counts.entry(label.clone()).or_insert(0);
    *count += 1;
    say(Level::Info, &format!("{label}: {count}"))
}

pub(super) fn count_reset(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let label = label(js, arguments);
    match BOOKS.0.borrow_mut().counts.remove(&label) {
        Some(_) => Ok(Value::UNDEFINED),
        None => say(
            Level::Warn,
            &format!("Warning: Count for '{label}' does not exist"),
        ),
    }
}

pub(super) fn time(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let label = label(js, arguments);
    let mut books = BOOKS.0.borrow_mut();
    if books.timers.contains_key(&label) {
        let message = format!("Warning: Label '{label}' already exists for console.time()");
        return say(Level::Warn, &message);
    }
    if books.timers.len() < LABELS_MAX {
        books.timers.insert(label, ());
    }
    Ok(Value::UNDEFINED)
}

pub(super) fn time_log(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let label = label(js, arguments);
    if !BOOKS.0.borrow().timers.contains_key(&label) {
        return unknown(&label, "timeLog");
    }
    if !written::has_room() {
        return Ok(Value::UNDEFINED);
    }
    let mut message = format!("{label}: 0ms");
    for value in arguments.get(1..).unwrap_or_default() {
        message.push(' ');
        message.push_str(&format::plain(js, *value, written::room()));
    }
    say(Level::Info, &message)
}

pub(super) fn time_end(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let label = label(js, arguments);
    match BOOKS.0.borrow_mut().timers.remove(&label) {
        Some(()) => say(Level::Info, &format!("{label}: 0ms")),
        None => unknown(&label, "timeEnd"),
    }
}

fn unknown(label: &str, method: &str) -> Result<Value, Thrown> {
    let message = format!("Warning: No such label '{label}' for console.{method}()");
    say(Level::Warn, &message)
}

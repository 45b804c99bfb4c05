//! `console`, and how it shows values.
//!
//! Messages look as Node.js prints them, as far as a log needs. Logging must
//! never change what a handler does: showing a value runs none of the
//! program's code (no getters, no `toString`, no `toJSON`), no method throws,
//! and a call costs at most what the log keeps of it.

use crate::bindings::hookmill::transform::log::Level;
use crate::js::{Js, Native, Thrown, Value};

mod books;
mod collections;
mod format;
mod layout;
mod primitive;
mod show;
mod table;
mod written;

pub(crate) use primitive::primitive;
pub(crate) use show::inspect;
pub(crate) use written::start;

/// The console's methods: name and implementation.
pub(crate) const METHODS: &[(&str, Native)] = &[
    ("log", |js, arguments| write(js, Level::Info, arguments)),
    ("info", |js, arguments| write(js, Level::Info, arguments)),
    ("warn", |js, arguments| write(js, Level::Warn, arguments)),
    ("error", |js, arguments| write(js, Level::Error, arguments)),
    ("debug", |js, arguments| write(js, Level::Debug, arguments)),
    ("trace", |js, arguments| write(js, Level::Trace, arguments)),
    ("dir", dir),
    ("dirxml", |js, arguments| write(js, Level::Info, arguments)),
    ("assert", assert),
    ("table", table),
    ("count", books::count),
    ("countReset", books::count_reset),
    ("time", books::time),
    ("timeLog", books::time_log),
    ("timeEnd", books::time_end),
    ("group", group),
    ("groupCollapsed", group),
    ("groupEnd", |_, _| {
        written::outdent();
        Ok(Value::UNDEFINED)
    }),
    // For tools that are not here.
    ("timeStamp", |_, _| Ok(Value::UNDEFINED)),
    ("profile", |_, _| Ok(Value::UNDEFINED)),
    ("profileEnd", |_, _| Ok(Value::UNDEFINED)),
];

fn write(js: Js, level: Level, arguments: &[Value]) -> Result<Value, Thrown> {
    if written::has_room() {
        written::line(level, &format::message(js, arguments));
    }
    Ok(Value::UNDEFINED)
}

fn dir(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    if written::has_room() {
        let value = arguments.first().copied().unwrap_or(Value::UNDEFINED);
        let depth = arguments.get(1).and_then(|options| depth(js, *options));
        written::line(Level::Info, &show::inspect_to(js, value, depth));
    }
    Ok(Value::UNDEFINED)
}

/// The option `depth`; `null` and `Infinity` ask for as much as there is.
fn depth(js: Js, options: Value) -> Option<usize> {
    if !options.is_object() {
        return None;
    }
    let depth = js.inherited_data(options, js.name("depth"))?;
    match depth {
        depth if depth.is_null() => Some(usize::MAX),
        depth if depth.is_number() => js.number_of(depth).ok().map(|depth| depth as usize),
        _ => None,
    }
}

fn assert(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let (condition, rest) = match arguments.split_first() {
        Some((condition, rest)) => (*condition, rest),
        None => (Value::UNDEFINED, arguments),
    };
    if js.is_truthy(condition) || !written::has_room() {
        return Ok(Value::UNDEFINED);
    }
    let message = match rest {
        [] => "Assertion failed".to_owned(),
        [first, ..] if first.is_string() => {
            format!("Assertion failed: {}", format::message(js, rest))
        }
        _ => format!("Assertion failed {}", format::message(js, rest)),
    };
    written::line(Level::Error, &message);
    Ok(Value::UNDEFINED)
}

fn table(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let data = arguments.first().copied().unwrap_or(Value::UNDEFINED);
    if !data.is_object() || js.is_function(data) {
        return write(js, Level::Info, arguments.get(..1).unwrap_or_default());
    }
    if written::has_room() {
        written::line(Level::Info, &table::of(js, data, arguments.get(1).copied()));
    }
    Ok(Value::UNDEFINED)
}

fn group(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    if !arguments.is_empty() {
        write(js, Level::Info, arguments)?;
    }
    written::indent();
    Ok(Value::UNDEFINED)
}

//! `console`, and how it shows values.
//!
//! Messages look as Node.js prints them, as far as a log needs. Showing a value
//! must not run the program's code: no getters, no `toString`, no `toJSON`.

use crate::bindings::hookmill::transform::log::{self, Level};
use crate::js::{Js, Native, Property, Thrown, Value};

mod format;
mod show;

pub(crate) use show::inspect;

/// The console's methods: name and implementation.
pub(crate) const METHODS: &[(&str, Native)] = &[
    ("log", |js, arguments| write(js, Level::Info, arguments)),
    ("info", |js, arguments| write(js, Level::Info, arguments)),
    ("warn", |js, arguments| write(js, Level::Warn, arguments)),
    ("error", |js, arguments| write(js, Level::Error, arguments)),
    ("debug", |js, arguments| write(js, Level::Debug, arguments)),
    ("trace", |js, arguments| write(js, Level::Trace, arguments)),
    ("dir", |js, arguments| {
        write(js, Level::Info, arguments.get(..1).unwrap_or_default())
    }),
    ("assert", assert),
];

fn write(js: Js, level: Level, arguments: &[Value]) -> Result<Value, Thrown> {
    log::write(level, &format::message(js, arguments));
    Ok(Value::UNDEFINED)
}

fn assert(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let (condition, rest) = match arguments.split_first() {
        Some((condition, rest)) => (*condition, rest),
        None => (Value::UNDEFINED, arguments),
    };
    if js.is_truthy(condition) {
        return Ok(Value::UNDEFINED);
    }
    let message = match rest {
        [] => "Assertion failed".to_owned(),
        _ => format!("Assertion failed: {}", format::message(js, rest)),
    };
    log::write(Level::Error, &message);
    Ok(Value::UNDEFINED)
}

/// An own property's value, unless it is an accessor or reading it throws.
fn data(js: Js, object: Value, name: crate::js::Name) -> Option<Value> {
    match js.own_property(object, name) {
        Ok(Some(Property::Data(value))) => Some(value),
        Ok(_) => None,
        Err(Thrown) => {
            js.take_exception();
            None
        }
    }
}

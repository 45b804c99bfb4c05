//! Complaints about arguments, in Node.js' words.

use crate::console::primitive;
use crate::js::{Error, Js, Thrown, Value};

/// That an argument is of another type than wanted, in Node.js' words.
pub(super) fn throw_argument(js: Js, name: &str, wanted: &str, value: Value) -> Thrown {
    let found = received(js, value);
    let message = format!("The \"{name}\" argument must be {wanted}. Received {found}");
    js.throw_coded(Error::Type, "ERR_INVALID_ARG_TYPE", &message)
}

fn received(js: Js, value: Value) -> String {
    if value.is_undefined() {
        return "undefined".into();
    }
    if value.is_null() {
        return "null".into();
    }
    if js.is_function(value) {
        return "a function".into();
    }
    if value.is_object() {
        return format!("an instance of {}", js.class_name(value));
    }
    let kind = match value {
        _ if value.is_string() => "string",
        _ if value.is_symbol() => "symbol",
        _ if value.is_bigint() => "bigint",
        _ if value.as_bool().is_some() => "boolean",
        _ => "number",
    };
    format!("type {kind} ({})", primitive(js, value))
}

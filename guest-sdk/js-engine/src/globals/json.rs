//! `JSON.parse` and `JSON.stringify`, as the engine's own but faster for what
//! webhooks carry.
//!
//! Handlers copy events by them, so their cost must fit the largest event. What
//! is not ordinary (a reviver, a replacer, an indentation, an error, `toJSON`) is
//! the engine's own functions' work, which alone decide what is right.

use crate::js::{Js, Thrown, Value};
use crate::json;

/// `JSON.parse(text, reviver)`.
pub(super) fn parse(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    if let [text] = arguments
        && text.is_string()
    {
        let parsed = js.with_utf8(*text, |text| json::parse_ordinary(js, text?));
        if let Some(value) = parsed {
            return Ok(value);
        }
    }
    js.call(js.intrinsics().json_parse, Value::UNDEFINED, arguments)
}

/// `JSON.stringify(value, replacer, indentation)`.
pub(super) fn stringify(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    if let [value, options @ ..] = arguments
        && (options.iter().take(2)).all(|option| option.is_undefined() || option.is_null())
        && let Some(text) = json::write_ordinary(js, *value)
    {
        return js.string(&text);
    }
    js.call(js.intrinsics().json_stringify, Value::UNDEFINED, arguments)
}

//! The headers of a result: an object of names and values.
//!
//! What would be dropped in silence is refused with what to write instead:
//! entries without a value, and objects that keep their entries elsewhere.

use super::no_request::{NoRequest, kind, wrong};
use crate::bindings::hookmill::transform::types::Header;
use crate::globals::{params, url};
use crate::instance::Instance;
use crate::js::{Js, Value};

/// Reads the headers. Numbers and booleans are written out.
pub(super) fn read(instance: &Instance, value: Value) -> Result<Vec<Header>, NoRequest> {
    let js = instance.js;
    if js.is_array(value) || js.is_map(value) || params::is(js, value) {
        let what = kind(js, value);
        return Err(NoRequest::Invalid(format!(
            "headers must be an object of names and values, but is {what}; \
             write `Object.fromEntries(webhook.headers)`"
        )));
    }
    if !value.is_object()
        || js.is_function(value)
        || js.plain(value).is_none() && !js.is_proxy(value)
    {
        return Err(wrong(js, "headers", "an object of names and values", value));
    }
    let names = js.own_names(value, false)?;
    if names.is_empty() && !has_plain_prototype(instance, value)? {
        return Err(NoRequest::Invalid(
            "headers must be an object of names and values, but is an object of a class that \
             keeps them elsewhere; write `Object.fromEntries(webhook.headers)`"
                .into(),
        ));
    }
    let mut headers = Vec::with_capacity(names.len());
    for name in names {
        let field = js.get(value, name)?;
        let name = js.name_text(name)?;
        headers.push(Header {
            value: text(instance, &name, field)?,
            name,
        });
    }
    Ok(headers)
}

fn text(instance: &Instance, name: &str, field: Value) -> Result<String, NoRequest> {
    let js = instance.js;
    if field.is_undefined() || field.is_null() {
        let what = kind(js, field);
        return Err(NoRequest::Invalid(format!(
            "headers[{name:?}] is {what}: is a variable missing? Leave the entry out to send none"
        )));
    }
    if let Some(text) = url::href(instance.js, field) {
        return Ok(text);
    }
    if !field.is_string() && !field.is_number() && field.as_bool().is_none() {
        let property = format!("headers[{name:?}]");
        return Err(wrong(js, &property, "a string", field));
    }
    Ok(js.text(field)?)
}

/// Whether an object is one of `{}`, `Object.create(null)` and the like.
fn has_plain_prototype(instance: &Instance, value: Value) -> Result<bool, NoRequest> {
    let js: Js = instance.js;
    if js.is_proxy(value) {
        return Ok(true);
    }
    let prototype = js.prototype(value)?;
    Ok(!prototype.is_object() || prototype == js.intrinsics().object_prototype)
}

//! The object that `handler` receives.
//!
//! Its properties are own, enumerable and in the documented order. It must be
//! built without looking anything up in the program's globals, which the
//! program may have changed.

use crate::bindings::hookmill::transform::types::{Context, Header, Method, Webhook};
use crate::js::{Js, Name, Thrown, Value};
use crate::json;
use crate::names::Names;

/// The input object and the values whose identity tells later whether the
/// handler has replaced them.
pub(crate) struct Input {
    pub(crate) object: Value,
    pub(crate) payload: Value,
    pub(crate) url: Value,
    pub(crate) method: Value,
}

/// Builds the input from a webhook, the text of its payload, and its context.
pub(crate) fn build(
    js: Js,
    names: &Names,
    webhook: &Webhook,
    text: &str,
    context: &Context,
) -> Result<Input, Thrown> {
    let event_type = js.string(&webhook.event_type)?;
    let url = js.string(&webhook.url)?;
    let method = js.string(method_text(webhook.method))?;
    let payload = json::parse(js, text)?;
    let headers = js.object()?;
    for Header { name, value } in &webhook.headers {
        define(js, headers, name, value)?;
    }
    let env = js.object()?;
    for variable in &context.env {
        define(js, env, &variable.name, &variable.value)?;
    }
    let params = match context.params.as_str() {
        "" | "{}" => js.object()?,
        text => json::parse(js, text)?,
    };
    let object = js.object()?;
    let values = [
        event_type,
        url,
        method,
        payload,
        headers,
        Value::bool(webhook.cancel),
        env,
        params,
    ];
    for (name, value) in order(names).into_iter().zip(values) {
        js.define(object, name, value)?;
    }
    Ok(Input {
        object,
        payload,
        url,
        method,
    })
}

/// One object for each prefix of the input's properties.
pub(crate) fn shapes(js: Js, names: &Names) -> Result<Vec<Value>, Thrown> {
    let order = order(names);
    (0..=order.len())
        .map(|length| {
            let object = js.object()?;
            for name in &order[..length] {
                js.define(object, *name, Value::UNDEFINED)?;
            }
            Ok(object)
        })
        .collect()
}

/// The method's name as HTTP spells it.
pub(crate) fn method_text(method: Method) -> &'static str {
    match method {
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
        Method::Get => "GET",
    }
}

fn order(names: &Names) -> [Name; 8] {
    [
        names.event_type,
        names.url,
        names.method,
        names.payload,
        names.headers,
        names.cancel,
        names.env,
        names.params,
    ]
}

fn define(js: Js, object: Value, name: &str, value: &str) -> Result<(), Thrown> {
    let name = js.any_name(name)?;
    js.define(object, name, js.string(value)?)
}

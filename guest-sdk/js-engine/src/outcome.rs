//! From what `handler` returned to the request, or why it is none.
//!
//! Every property may be missing, a getter, or a Proxy's: reading may throw,
//! which is then the program's error. Only shapes are checked; what is a valid
//! URL, method or header name is the host's decision.

use crate::bindings::exports::hookmill::js_engine::engine::Request;
use crate::bindings::hookmill::transform::types::{Header, Webhook};
use crate::input::{self, Input};
use crate::instance::Instance;
use crate::js::{Js, Name, Promise, Thrown, Value};
use crate::json;

/// Why a result gives no request.
pub(crate) enum NoRequest {
    Thrown,
    Invalid(String),
}

impl From<Thrown> for NoRequest {
    fn from(Thrown: Thrown) -> Self {
        Self::Thrown
    }
}

/// Reads the request from the handler's result.
pub(crate) fn read(
    instance: &Instance,
    result: Value,
    input: &Input,
    webhook: Webhook,
) -> Result<Request, NoRequest> {
    let (js, names) = (instance.js, &instance.names);
    check_object(instance, result)?;
    let url = match js.get(result, names.url)? {
        value if value == input.url || value.is_undefined() => webhook.url,
        value => string(js, value, "url")?,
    };
    let method = match js.get(result, names.method)? {
        value if value == input.method || value.is_undefined() => {
            input::method_text(webhook.method).to_owned()
        }
        value => string(js, value, "method")?,
    };
    let headers = match js.get(result, names.headers)? {
        value if value.is_undefined() => webhook.headers,
        value => headers(js, value)?,
    };
    let cancel = match js.get(result, names.cancel)? {
        value if value.is_undefined() || value.is_null() => false,
        value => value
            .as_bool()
            .ok_or_else(|| wrong(js, "cancel", "a boolean", value))?,
    };
    let payload = payload(instance, result, input, &webhook.payload)?;
    Ok(Request {
        url,
        method,
        headers,
        payload,
        cancel,
    })
}

fn check_object(instance: &Instance, result: Value) -> Result<(), NoRequest> {
    let js = instance.js;
    let message = if result.is_undefined() {
        "handler returned undefined; did you forget `return webhook`?".to_owned()
    } else if !result.is_object() || js.is_function(result) {
        format!("handler returned {}, not a webhook", kind(js, result))
    } else if js.is_array(result) {
        "handler returned an array, not a webhook".to_owned()
    } else if js.promise(result) != Promise::Not {
        "handler returned a Promise; transforms are synchronous: remove `async` and `await`"
            .to_owned()
    } else if js.is_generator(result) {
        "handler returned a generator, not a webhook".to_owned()
    } else {
        return Ok(());
    };
    Err(NoRequest::Invalid(message))
}

/// The payload's JSON, or none when it says what the original says.
fn payload(
    instance: &Instance,
    result: Value,
    input: &Input,
    original: &str,
) -> Result<Option<String>, NoRequest> {
    let (js, names) = (instance.js, &instance.names);
    let value = js.get(result, names.payload)?;
    if value.is_undefined() && js.own_property(result, names.payload)?.is_none() {
        return Ok(None);
    }
    if value == input.payload && json::same(js, names, value, original) {
        return Ok(None);
    }
    let text = match json::write(js, names, value) {
        Ok(Some(text)) => text,
        Ok(None) => return Err(no_json(js, value)),
        Err(Thrown) => return Err(unserialisable(instance, value)),
    };
    // A `toJSON` that all objects inherit would make equal texts prove nothing.
    if value != input.payload || !json::plain_prototypes(js, names) {
        return Ok(Some(text));
    }
    // Same object, perhaps an unusual text: what would it become untouched?
    let untouched = json::write(js, names, json::parse(js, original)?)?;
    Ok((untouched.as_ref() != Some(&text)).then_some(text))
}

/// `JSON.stringify` threw: its own complaints about the value are the result's
/// fault, everything else is the program's exception.
fn unserialisable(instance: &Instance, value: Value) -> NoRequest {
    let js = instance.js;
    let exception = js.take_exception();
    let message = match js.get(exception, instance.names.message) {
        Ok(message) if js.is_error(exception) && message.is_string() => js.text(message),
        _ => Ok(String::new()),
    };
    let message = message.unwrap_or_default();
    if message.contains("circular") {
        return NoRequest::Invalid("payload can't become JSON: it contains itself".into());
    }
    if message.contains("BigInt") || value.is_bigint() {
        return NoRequest::Invalid("payload can't become JSON: it contains a BigInt".into());
    }
    js.throw(exception);
    NoRequest::Thrown
}

fn no_json(js: Js, value: Value) -> NoRequest {
    let what = kind(js, value);
    NoRequest::Invalid(format!("payload can't become JSON: it is {what}"))
}

/// Reads a headers object. Numbers and booleans are written out; `null` and
/// `undefined` leave a header out.
fn headers(js: Js, value: Value) -> Result<Vec<Header>, NoRequest> {
    if !value.is_object() || js.is_array(value) || js.is_function(value) {
        return Err(wrong(js, "headers", "an object of names and values", value));
    }
    let names: Vec<Name> = js.own_names(value, false)?;
    let mut headers = Vec::with_capacity(names.len());
    for name in names {
        let field = js.get(value, name)?;
        if field.is_undefined() || field.is_null() {
            continue;
        }
        let name = js.name_text(name)?;
        if !field.is_string() && !field.is_number() && field.as_bool().is_none() {
            let property = format!("headers[{name:?}]");
            return Err(wrong(js, &property, "a string", field));
        }
        headers.push(Header {
            name,
            value: js.text(field)?,
        });
    }
    Ok(headers)
}

fn string(js: Js, value: Value, property: &str) -> Result<String, NoRequest> {
    if value.is_string() {
        return Ok(js.text(value)?);
    }
    Err(wrong(js, property, "a string", value))
}

fn wrong(js: Js, property: &str, expected: &str, value: Value) -> NoRequest {
    let what = kind(js, value);
    NoRequest::Invalid(format!("{property} must be {expected}, but is {what}"))
}

/// What a value is, as a message says it.
fn kind(js: Js, value: Value) -> &'static str {
    match value {
        _ if value.is_undefined() => "undefined",
        _ if value.is_null() => "null",
        _ if value.is_string() => "a string",
        _ if value.is_number() => "a number",
        _ if value.as_bool().is_some() => "a boolean",
        _ if value.is_symbol() => "a symbol",
        _ if value.is_bigint() => "a BigInt",
        _ if js.is_array(value) => "an array",
        _ if js.is_function(value) => "a function",
        _ => "an object",
    }
}

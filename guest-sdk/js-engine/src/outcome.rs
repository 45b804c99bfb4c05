//! From what `handler` returned to the request, or why it is none.
//!
//! Every property may be missing, a getter, or a Proxy's: reading may throw,
//! which is then the program's error. Only shapes are checked; what is a valid
//! URL, method or header name is the host's decision.

use crate::bindings::exports::hookmill::js_engine::engine::{Payload, Request};
use crate::bindings::hookmill::transform::types::Webhook;
use crate::globals::{params, url as urls};
use crate::input::{self, Input};
use crate::instance::Instance;
use crate::js::{Name, Promise, Thrown, Value};
use crate::json::{self, Sameness};

pub(crate) use no_request::NoRequest;
use no_request::{kind, wrong};

mod headers;
mod known;
mod no_request;
mod odd;

/// Reads the request from the handler's result; `original` is the event's text.
pub(crate) fn read(
    instance: &Instance,
    result: Value,
    input: &Input,
    webhook: Webhook,
    original: &str,
) -> Result<Request, NoRequest> {
    let names = &instance.names;
    check_object(instance, result)?;
    known::check(instance, result, input)?;
    let url = match property(instance, result, names.url, "url")? {
        None => left_out(result, input, "url", webhook.url)?,
        Some(value) if value == input.url => webhook.url,
        Some(value) => url(instance, value)?,
    };
    let own_method = || input::method_text(webhook.method).to_owned();
    let method = match property(instance, result, names.method, "method")? {
        None => left_out(result, input, "method", own_method())?,
        Some(value) if value == input.method => own_method(),
        Some(value) => string(instance, value, "method")?,
    };
    let headers = match property(instance, result, names.headers, "headers")? {
        None => webhook.headers,
        Some(value) => headers::read(instance, value)?,
    };
    let cancel = match property(instance, result, names.cancel, "cancel")? {
        None => false,
        Some(value) => value.as_bool().ok_or_else(|| {
            let wrong = wrong(instance.js, "cancel", "a boolean", value);
            wrong.advised("`Boolean(...)` makes one of any value")
        })?,
    };
    let payload = payload(instance, result, input, original)?;
    Ok(Request {
        url,
        method,
        headers,
        payload,
        cancel,
    })
}

/// A property's value; none when the result has no such property. One that is
/// there without a value is refused: it would be taken for one that is not.
fn property(
    instance: &Instance,
    result: Value,
    name: Name,
    text: &str,
) -> Result<Option<Value>, NoRequest> {
    let js = instance.js;
    let value = js.get(result, name)?;
    if value.is_undefined() && !js.has(result, name)? {
        return Ok(None);
    }
    if value.is_undefined() || value.is_null() {
        let what = kind(js, value);
        return Err(NoRequest::Invalid(format!(
            "{text} is {what}: is a variable missing? Leave it out to keep what it was"
        )));
    }
    Ok(Some(value))
}

/// What a result without the property means by it: what it was; but the
/// webhook itself had it.
fn left_out(result: Value, input: &Input, text: &str, own: String) -> Result<String, NoRequest> {
    if result == input.object {
        return Err(deleted(text));
    }
    Ok(own)
}

fn deleted(text: &str) -> NoRequest {
    NoRequest::Invalid(format!(
        "{text} was deleted from the webhook, and there is no request without it"
    ))
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

/// The payload, or none when it says what the original says.
fn payload(
    instance: &Instance,
    result: Value,
    input: &Input,
    original: &str,
) -> Result<Option<Payload>, NoRequest> {
    let (js, names) = (instance.js, &instance.names);
    let value = js.get(result, names.payload)?;
    if value.is_undefined() && !js.has(result, names.payload)? {
        return match result == input.object {
            true => Err(deleted("payload")),
            false => Ok(None),
        };
    }
    if value.is_string() {
        let text = js.with_utf8(value, |text| text.map(str::to_owned));
        if let Some(text) = text {
            return Ok(Some(Payload::Text(text)));
        }
    }
    if let Some(form) = params::form(js, value) {
        return Ok(Some(Payload::Form(form)));
    }
    if let Some(bytes) = js.bytes_of(value)? {
        return Ok(Some(Payload::Bytes(bytes)));
    }
    let sameness = match value == input.payload {
        true => json::same(js, value, original),
        false => Sameness::Different,
    };
    if sameness == Sameness::Same {
        return Ok(None);
    }
    let text = match json::write_ordinary(js, value) {
        Some(text) => text,
        None => write_unusual(instance, value)?,
    };
    if sameness == Sameness::Different {
        return Ok(Some(Payload::Json(text)));
    }
    // Same object, perhaps an unusual text: what would it become untouched?
    let untouched = json::write(js, json::parse(js, original)?)?;
    Ok((untouched.as_ref() != Some(&text)).then_some(Payload::Json(text)))
}

/// The JSON of what is not plain data.
fn write_unusual(instance: &Instance, value: Value) -> Result<String, NoRequest> {
    match json::write_unusual(instance.js, value) {
        Ok(Some(text)) => {
            odd::check(instance, value, &text)?;
            Ok(text)
        }
        Ok(None) => Err(no_json(instance, value)),
        Err(Thrown) => Err(unserialisable(instance, value)),
    }
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

fn no_json(instance: &Instance, value: Value) -> NoRequest {
    let what = kind(instance.js, value);
    NoRequest::Invalid(format!("payload can't become JSON: it is {what}"))
}

/// A text, or a `URL`.
fn url(instance: &Instance, value: Value) -> Result<String, NoRequest> {
    match urls::href(instance.js, value) {
        Some(text) => Ok(text),
        None => string(instance, value, "url"),
    }
}

fn string(instance: &Instance, value: Value, property: &str) -> Result<String, NoRequest> {
    if value.is_string() {
        return Ok(instance.js.text(value)?);
    }
    Err(wrong(instance.js, property, "a string", value))
}

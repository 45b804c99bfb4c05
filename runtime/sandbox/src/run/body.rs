//! The body that is sent for the payload that a guest returned.
//!
//! Components and JavaScript alike; what fits which content type is the
//! domain's decision. It must not look at the URL or the method, but for a
//! request that has no body at all.

use crate::bindings::javascript::exports::hookmill::js_engine::engine as js;
use crate::run::invocation::Invocation;
use bytes::Bytes;
use hookmill_domain::body::{Shape, Writing, must_be_json, writing};
use hookmill_domain::fault::{Fault, FaultCode};
use hookmill_domain::media_type::{self, CONTENT_TYPE, is_json};

/// Header fields, name and value.
pub(crate) type Fields = Vec<(String, String)>;

/// Whether a body will be sent, and so has to fit its content type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    Body,
    /// The webhook is canceled, or goes by GET.
    Nothing,
}

/// The body that a component returned; `None` is the event's own.
pub(crate) fn of_component(
    payload: Option<Vec<u8>>,
    headers: &mut Fields,
    sending: Sending,
    invocation: &Invocation,
) -> Result<Bytes, Fault> {
    let Some(payload) = payload else {
        return Ok(invocation.payload.clone());
    };
    let (own, endpoint) = (media_type::among(headers), endpoint_type(invocation));
    if sending == Sending::Body && must_be_json(own, endpoint) {
        check_json(&payload)?;
    }
    pin(headers, invocation);
    Ok(payload.into())
}

/// The body that a JavaScript handler returned; `None` is the event's own.
pub(crate) fn of_javascript(
    payload: Option<js::Payload>,
    headers: &mut Fields,
    sending: Sending,
    invocation: &Invocation,
) -> Result<Bytes, Fault> {
    let shape = match &payload {
        None => Shape::LeftAlone,
        Some(js::Payload::Json(json)) => Shape::Json(json),
        Some(js::Payload::Text(_)) => Shape::Text,
        Some(js::Payload::Form(_)) => Shape::Form,
        Some(js::Payload::Bytes(_)) => Shape::Bytes,
    };
    let decided = writing(shape, media_type::among(headers), endpoint_type(invocation));
    let writing = match (decided, sending) {
        (Ok(Writing::CheckedJson) | Err(_), Sending::Nothing) => Writing::Plain,
        (decided, _) => decided.map_err(invalid)?,
    };
    let body = match payload {
        None => return Ok(invocation.payload.clone()),
        Some(js::Payload::Text(text)) if writing == Writing::Quoted => quoted(&text)?.into(),
        Some(js::Payload::Json(text) | js::Payload::Text(text) | js::Payload::Form(text)) => {
            Bytes::from(text)
        }
        Some(js::Payload::Bytes(bytes)) => Bytes::from(bytes),
    };
    match writing {
        Writing::CheckedJson => check_json(&body)?,
        Writing::As(content_type) => {
            headers.push((CONTENT_TYPE.to_owned(), content_type.to_owned()));
        }
        Writing::Plain | Writing::Quoted => {}
    }
    pin(headers, invocation);
    Ok(body)
}

fn endpoint_type(invocation: &Invocation) -> Option<&str> {
    invocation.content_type.as_deref()
}

/// Makes a request say itself what its body is, where that is not JSON: the
/// endpoint's header fields may change before it is sent again.
fn pin(headers: &mut Fields, invocation: &Invocation) {
    if let Some(fixed) = &invocation.content_type
        && media_type::among(headers).is_none()
        && !is_json(fixed)
    {
        headers.push((CONTENT_TYPE.to_owned(), fixed.clone()));
    }
}

fn check_json(payload: &[u8]) -> Result<(), Fault> {
    let text = std::str::from_utf8(payload).map_err(|error| error.to_string());
    let checked = text.and_then(|text| {
        serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| error.to_string())
    });
    checked.map(drop).map_err(|why| {
        invalid(format!(
            "`payload` is not JSON: {why}. To send something else, set the header \
             `content-type`, for example to `text/plain`."
        ))
    })
}

/// A text as JSON.
fn quoted(text: &str) -> Result<String, Fault> {
    serde_json::to_string(text).map_err(|error| invalid(format!("`payload`: {error}.")))
}

fn invalid(message: String) -> Fault {
    Fault::new(FaultCode::InvalidResult, message)
}

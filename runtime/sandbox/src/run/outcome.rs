//! From what a guest returned to a request that can be sent, or a fault.
//!
//! The guest's word is not taken for anything: URL, method, headers, payload
//! and size are checked here, for components and JavaScript alike.

use crate::bindings::javascript::exports::hookmill::js_engine::engine as js;
use crate::bindings::transform::hookmill::transform::types;
use crate::caps::METHOD_CHARS_MAX;
use crate::run::body::{self, Fields, Sending};
use crate::run::classify::{memory_exceeded, output_too_large, stack_overflow, stopped};
use crate::run::guest::Stop;
use crate::run::invocation::{Invocation, RunError};
use bytes::Bytes;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::fault::{Fault, FaultCode, Position};
use hookmill_domain::request::{Method, Request};
use hookmill_domain::webhook::Webhook;

/// What a guest's code came to: a webhook or its fault; or our failure.
pub(crate) type Outcome = Result<Result<Webhook, Fault>, RunError>;

/// A component's webhook.
pub(crate) fn from_component(
    webhook: types::Webhook,
    invocation: &Invocation,
) -> Result<Webhook, Fault> {
    let method = match webhook.method {
        types::Method::Post => Method::Post,
        types::Method::Put => Method::Put,
        types::Method::Patch => Method::Patch,
        types::Method::Delete => Method::Delete,
        types::Method::Get => Method::Get,
    };
    let payload = (*webhook.payload != *invocation.payload).then_some(webhook.payload);
    let length = payload.as_ref().map_or(0, Vec::len);
    check_size(&webhook.url, &webhook.headers, length, &invocation.caps)?;
    let mut headers = fields(webhook.headers);
    let sending = sending(webhook.cancel, method);
    let body = body::of_component(payload, &mut headers, sending, invocation)?;
    assemble(&webhook.url, method, headers, body, webhook.cancel)
}

/// What a component returned instead of a webhook.
pub(crate) fn from_failure(failure: types::Failure) -> Fault {
    match failure {
        types::Failure::Reject(message) => Fault::new(FaultCode::Rejected, message),
        types::Failure::Retry(message) => Fault::new(FaultCode::RetryRequested, message),
    }
}

/// A JavaScript handler's request. The JSON in its payload was written by the
/// engine itself.
pub(crate) fn from_javascript(
    request: js::Request,
    invocation: &Invocation,
) -> Result<Webhook, Fault> {
    let length = request.payload.as_ref().map_or(0, |payload| match payload {
        js::Payload::Json(text) | js::Payload::Text(text) | js::Payload::Form(text) => text.len(),
        js::Payload::Bytes(bytes) => bytes.len(),
    });
    check_size(&request.url, &request.headers, length, &invocation.caps)?;
    let method = request.method.to_ascii_uppercase();
    let method = Method::from_name(&method).ok_or_else(|| {
        let name: String = request.method.chars().take(METHOD_CHARS_MAX).collect();
        invalid(format!(
            "`method` is {name:?}; it must be \"POST\", \"PUT\", \"PATCH\", \"DELETE\" or \"GET\"."
        ))
    })?;
    let is_replaced = request.payload.is_some();
    let mut headers = fields(request.headers);
    let sending = sending(request.cancel, method);
    let body = body::of_javascript(request.payload, &mut headers, sending, invocation)?;
    // Quoting a text makes it longer.
    if is_replaced && body.len() > length {
        check_size(&request.url, &[], body.len(), &invocation.caps)?;
    }
    assemble(&request.url, method, headers, body, request.cancel)
}

/// What the JavaScript engine returned instead of a request.
pub(crate) fn from_engine_fault(fault: js::Fault, caps: &SandboxCaps) -> Fault {
    match fault {
        js::Fault::Thrown(diagnostic) => Fault {
            code: FaultCode::Thrown,
            message: diagnostic.message,
            position: diagnostic.position.map(position),
            stack: diagnostic.stack,
        },
        js::Fault::InvalidResult(message) => invalid(message),
        js::Fault::OutOfMemory => memory_exceeded(caps.memory_bytes_max),
        js::Fault::StackOverflow => stack_overflow(),
        js::Fault::Stopped(diagnostic) => located(stopped(Stop::Fuel, caps), &diagnostic),
    }
}

/// The fault, at the position that the engine knows.
pub(crate) fn located(fault: Fault, diagnostic: &js::Diagnostic) -> Fault {
    Fault {
        position: diagnostic.position.map(position),
        stack: diagnostic.stack.clone(),
        ..fault
    }
}

pub(crate) fn position(position: js::Position) -> Position {
    Position {
        line: position.line,
        column: position.column,
    }
}

/// Whether the request has a body.
fn sending(cancel: bool, method: Method) -> Sending {
    if cancel || method == Method::Get {
        Sending::Nothing
    } else {
        Sending::Body
    }
}

fn fields(headers: Vec<types::Header>) -> Fields {
    let fields = headers.into_iter();
    fields.map(|header| (header.name, header.value)).collect()
}

fn assemble(
    url: &str,
    method: Method,
    headers: Fields,
    body: Bytes,
    cancel: bool,
) -> Result<Webhook, Fault> {
    let request = Request::try_new(url, method, headers, body)
        .map_err(|error| invalid(format!("{error}.")))?;
    Ok(if cancel {
        Webhook::Cancel(request)
    } else {
        Webhook::Send(request)
    })
}

/// Only what the transform made counts: a payload that it left alone, whose
/// length is given as 0, was admitted when the event was.
fn check_size(
    url: &str,
    headers: &[types::Header],
    payload_bytes: usize,
    caps: &SandboxCaps,
) -> Result<(), Fault> {
    let headers: usize = headers
        .iter()
        .map(|header| header.name.len() + header.value.len())
        .sum();
    let bytes = url.len() + headers + payload_bytes;
    if bytes > caps.output_bytes_max {
        return Err(output_too_large(bytes, caps));
    }
    Ok(())
}

fn invalid(message: String) -> Fault {
    Fault::new(FaultCode::InvalidResult, message)
}

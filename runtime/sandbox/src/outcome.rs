//! From what a guest returned to a request that can be sent, or a fault.
//!
//! The guest's word is not taken for anything: URL, method, headers, payload
//! and size are checked here, for components and JavaScript alike.

use crate::bindings::javascript::exports::hookmill::js_engine::engine as js;
use crate::bindings::transform::hookmill::transform::types;
use crate::classify::{memory_exceeded, output_too_large, stack_overflow};
use crate::invocation::{Invocation, Webhook};
use bytes::Bytes;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::fault::{Fault, FaultCode, Position};
use hookmill_domain::request::{Method, Request};

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
    let payload = (webhook.payload.as_bytes() != &*invocation.payload).then_some(webhook.payload);
    check_size(
        &webhook.url,
        &webhook.headers,
        payload.as_deref(),
        &invocation.caps,
    )?;
    if let Some(payload) = &payload {
        serde_json::from_str::<serde::de::IgnoredAny>(payload)
            .map_err(|error| invalid(format!("`payload` is not JSON: {error}.")))?;
    }
    assemble(
        &webhook.url,
        method,
        webhook.headers,
        payload,
        webhook.cancel,
        invocation,
    )
}

/// What a component returned instead of a webhook.
pub(crate) fn from_failure(failure: types::Failure) -> Fault {
    match failure {
        types::Failure::Reject(message) => Fault::new(FaultCode::Rejected, message),
        types::Failure::Retry(message) => Fault::new(FaultCode::RetryRequested, message),
    }
}

/// A JavaScript handler's request. Its payload was written by the engine's
/// own `JSON.stringify`.
pub(crate) fn from_javascript(
    request: js::Request,
    invocation: &Invocation,
) -> Result<Webhook, Fault> {
    let payload = request.payload;
    check_size(
        &request.url,
        &request.headers,
        payload.as_deref(),
        &invocation.caps,
    )?;
    let method = Method::from_name(&request.method).ok_or_else(|| {
        let name: String = request.method.chars().take(40).collect();
        invalid(format!(
            "`method` is {name:?}; it must be \"POST\", \"PUT\", \"PATCH\", \"DELETE\" or \"GET\"."
        ))
    })?;
    assemble(
        &request.url,
        method,
        request.headers,
        payload,
        request.cancel,
        invocation,
    )
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
    }
}

pub(crate) fn position(position: js::Position) -> Position {
    Position {
        line: position.line,
        column: position.column,
    }
}

fn assemble(
    url: &str,
    method: Method,
    headers: Vec<types::Header>,
    payload: Option<String>,
    cancel: bool,
    invocation: &Invocation,
) -> Result<Webhook, Fault> {
    // The invocation's own bytes go through untouched and uncopied.
    let body = payload.map_or_else(|| invocation.payload.clone(), Bytes::from);
    let headers = headers
        .into_iter()
        .map(|header| (header.name, header.value))
        .collect();
    let request = Request::try_new(url, method, headers, body)
        .map_err(|error| invalid(format!("{error}.")))?;
    Ok(Webhook { request, cancel })
}

/// Only what the transform made counts: a payload that it left alone was
/// admitted when the event was.
fn check_size(
    url: &str,
    headers: &[types::Header],
    payload: Option<&str>,
    caps: &SandboxCaps,
) -> Result<(), Fault> {
    let headers: usize = headers
        .iter()
        .map(|header| header.name.len() + header.value.len())
        .sum();
    let bytes = url.len() + headers + payload.map_or(0, str::len);
    if bytes > caps.output_bytes_max {
        return Err(output_too_large(bytes, caps));
    }
    Ok(())
}

fn invalid(message: String) -> Fault {
    Fault::new(FaultCode::InvalidResult, message)
}

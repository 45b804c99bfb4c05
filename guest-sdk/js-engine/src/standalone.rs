//! The transform contract's own `handler`, for a component that carries its
//! program inside.
//!
//! The program is put into memory before a second snapshot (see README.md) and
//! runs afresh for each event, as in the shared engine: the same source gives
//! the same result in both. It must need no import but the log and the clock.

use core::slice;

use crate::bindings::exports::hookmill::js_engine::engine::{Diagnostic, Fault, Payload, Request};
use crate::bindings::hookmill::transform::types::{Context, Failure, Header, Method, Webhook};
use crate::body::{Shape, Writing, writing};
use crate::instance::{self, Instance};
use crate::media_type::CONTENT_TYPE;
use crate::{heap, json, program, run};

const LOADED: u32 = 0;
const NOT_A_PROGRAM: u32 = 1;
/// What an event allocates lies behind the program, on clean pages.
const SPARE_BYTES: usize = 128 << 10;

/// Runs the program inside over one webhook.
pub(crate) fn handler(
    instance: &Instance,
    webhook: Webhook,
    context: Context,
) -> Result<Webhook, Failure> {
    let Some(program) = instance.program.get() else {
        return Err(Failure::Reject(
            "this component has no program inside".into(),
        ));
    };
    let event_type = webhook.event_type.clone();
    let original = webhook.payload.clone();
    let mut request = run::run(instance, program, webhook, context).map_err(reject)?;
    let method = method(&request)?;
    let payload = payload(&mut request, method, original)?;
    Ok(Webhook {
        event_type,
        method,
        url: request.url,
        headers: request.headers,
        payload,
        cancel: request.cancel,
    })
}

/// The body, as the relay makes it of the shared engine's answer; but here
/// nobody knows what content type the endpoint has.
fn payload(request: &mut Request, method: Method, original: Vec<u8>) -> Result<Vec<u8>, Failure> {
    let shape = match &request.payload {
        None => Shape::LeftAlone,
        Some(Payload::Json(json)) => Shape::Json(json),
        Some(Payload::Text(_)) => Shape::Text,
        Some(Payload::Form(_)) => Shape::Form,
        Some(Payload::Bytes(_)) => Shape::Bytes,
    };
    let mut fields = request.headers.iter().rev();
    let own = fields.find(|field| field.name.eq_ignore_ascii_case(CONTENT_TYPE));
    let writing = match writing(shape, own.map(|field| field.value.as_str()), None) {
        Err(_) if request.cancel || method == Method::Get => Writing::Plain,
        decided => decided.map_err(|why| reject(Fault::InvalidResult(why)))?,
    };
    if let Writing::As(content_type) = writing {
        request.headers.push(Header {
            name: CONTENT_TYPE.to_owned(),
            value: content_type.to_owned(),
        });
    }
    Ok(match request.payload.take() {
        None => original,
        Some(Payload::Text(text)) if writing == Writing::Quoted => json::quoted(&text).into(),
        Some(Payload::Json(text) | Payload::Text(text) | Payload::Form(text)) => text.into(),
        // Whether they are JSON, where they must be, is the host's to see.
        Some(Payload::Bytes(bytes)) => bytes,
    })
}

/// Takes over a program for [`handler`], before the snapshot of a standalone
/// component. `bytes` is what `compile` returned, in memory that came from
/// `cabi_realloc`; it belongs to the engine from then on.
///
/// # Safety
/// `start` and `length` describe that memory.
#[unsafe(export_name = "hookmill-load")]
unsafe extern "C" fn load(start: *const u8, length: usize) -> u32 {
    // SAFETY: promised by the caller; never freed.
    let bytes: &'static [u8] = unsafe { slice::from_raw_parts(start, length) };
    if program::load(bytes).is_none() {
        return NOT_A_PROGRAM;
    }
    instance::get().program.set(Some(bytes));
    heap::seal(SPARE_BYTES);
    LOADED
}

fn method(request: &Request) -> Result<Method, Failure> {
    Ok(match request.method.to_ascii_uppercase().as_str() {
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        "GET" => Method::Get,
        other => {
            let message = format!("invalid result: {other:?} is no method a request can have");
            return Err(Failure::Reject(message));
        }
    })
}

/// A fault as the text that the transform contract has room for.
fn reject(fault: Fault) -> Failure {
    Failure::Reject(match fault {
        Fault::Thrown(Diagnostic {
            message, position, ..
        }) => match position {
            Some(at) => format!("{message} (line {}, column {})", at.line, at.column),
            None => message,
        },
        Fault::InvalidResult(message) => format!("invalid result: {message}"),
        Fault::OutOfMemory => "out of memory".into(),
        Fault::StackOverflow => "stack overflow".into(),
    })
}

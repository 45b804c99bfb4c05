//! Programs inside the engine's memory: what they find there was made before
//! the event.
//!
//! A program's top level makes the same thing each time, unless it reads the
//! clock, draws random numbers or logs. So it can run once, in an instance that
//! is thrown away ([`start`], [`memory`]); instances that begin with the memory
//! it left have only the handler to call. A standalone component begins with such a
//! memory, or with the program alone, which then runs afresh for each event.
//! Either way the same source gives the same result as in the shared engine.

use core::slice;

use crate::bindings::exports::hookmill::js_engine::engine::{Diagnostic, Fault, Payload, Request};
use crate::bindings::hookmill::transform::types::{Context, Failure, Header, Method, Webhook};
use crate::body::{Shape, Writing, writing};
use crate::instance::{self, Inside, Instance};
use crate::media_type::CONTENT_TYPE;
use crate::{clock, diagnostic, heap, json, program, run};

const LOADED: u32 = 0;
const NOT_A_PROGRAM: u32 = 1;
/// What an event allocates lies behind the program, on clean pages.
const SPARE_BYTES: usize = 128 << 10;

/// Runs a program's top level, checks that it gives a handler, and says whether
/// random numbers were drawn.
///
/// # Errors
/// What the program threw, or what is wrong with what it gives.
pub(crate) fn start(instance: &Instance, program: Vec<u8>) -> Result<bool, Diagnostic> {
    instance.enter();
    let bytes: &'static [u8] = program.leak();
    let program = program::load(bytes).ok_or_else(|| diagnostic::plain(program::NOT_BYTECODE))?;
    let handler = program.checked_handler(instance)?;
    instance.inside.set(Some(Inside::Started(bytes, handler)));
    Ok(clock::has_drawn())
}

/// The memory as [`start`] left it.
pub(crate) fn memory(bytes_max: usize) -> Option<Vec<u8>> {
    heap::seal(SPARE_BYTES);
    heap::image(bytes_max)
}

/// Runs the program inside over one webhook.
///
/// # Errors
/// What the handler threw, or what is wrong with its result.
pub(crate) fn run_frozen(
    instance: &Instance,
    webhook: Webhook,
    context: Context,
) -> Result<Request, Fault> {
    let (bytes, handler) = match instance.inside.get() {
        None => return Err(Fault::InvalidResult(NOTHING_INSIDE.into())),
        Some(Inside::Loaded(bytes)) => return run::run(instance, bytes, webhook, context),
        Some(Inside::Started(bytes, handler)) => (bytes, handler),
    };
    let js = run::begin(instance, &context);
    let Some(program) = program::load(bytes) else {
        return Err(Fault::InvalidResult(program::NOT_BYTECODE.into()));
    };
    run::call(instance, js, &program, handler, webhook, context)
}

const NOTHING_INSIDE: &str = "this component has no program inside";

/// The transform contract's own `handler`.
pub(crate) fn handler(
    instance: &Instance,
    webhook: Webhook,
    context: Context,
) -> Result<Webhook, Failure> {
    let event_type = webhook.event_type.clone();
    let original = webhook.payload.clone();
    let mut request = run_frozen(instance, webhook, context).map_err(reject)?;
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
    instance::get().inside.set(Some(Inside::Loaded(bytes)));
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
        Fault::Stopped(_) => "stopped".into(),
    })
}

//! The transform contract's own `handler`, for a component that carries its
//! program inside.
//!
//! The program is put into memory before a second snapshot (see README.md) and
//! runs afresh for each event, as in the shared engine: the same source gives
//! the same result in both. It must need no import but the log and the clock.

use core::slice;

use crate::bindings::exports::hookmill::js_engine::engine::{Diagnostic, Fault, Request};
use crate::bindings::hookmill::transform::types::{Context, Failure, Method, Webhook};
use crate::instance::{self, Instance};
use crate::{heap, program, run};

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
    let payload = webhook.payload.clone();
    let request = run::run(instance, program, webhook, context).map_err(reject)?;
    Ok(Webhook {
        event_type,
        method: method(&request)?,
        url: request.url,
        headers: request.headers,
        payload: request.payload.unwrap_or(payload),
        cancel: request.cancel,
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

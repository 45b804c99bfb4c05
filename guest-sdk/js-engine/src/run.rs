//! One event: seed, load the program, call the handler, read the result.
//!
//! Runs once in an instance's life. It must not wait for promises: transforms
//! are synchronous.

use core::mem;

use crate::bindings::exports::hookmill::js_engine::engine::{Fault, Request};
use crate::bindings::hookmill::transform::types::{Context, Webhook};
use crate::instance::Instance;
use crate::js::{Js, Value};
use crate::outcome::{self, NoRequest};
use crate::program::{self, NoHandler, Program};
use crate::{clock, diagnostic, input};

/// Runs a program over one webhook, from its top level on.
///
/// # Errors
/// What the program threw, or what is wrong with its result.
pub(crate) fn run(
    instance: &Instance,
    program: &[u8],
    webhook: Webhook,
    context: Context,
) -> Result<Request, Fault> {
    let js = begin(instance, &context);
    let Some(program) = program::load(program) else {
        return Err(Fault::InvalidResult(program::NOT_BYTECODE.into()));
    };
    let thrown = || diagnostic::fault(instance, program.file_name, &program.columns);
    let handler = program.handler(instance).map_err(|why| match why {
        NoHandler::Thrown => thrown(),
        NoHandler::Rejected(reason) => {
            js.throw(reason);
            thrown()
        }
        NoHandler::Because(message) => Fault::InvalidResult(message),
    })?;
    call(instance, js, &program, handler, webhook, context)
}

/// Makes the engine ready for this event.
pub(crate) fn begin(instance: &Instance, context: &Context) -> Js {
    clock::seed_random(&context.delivery_id);
    instance.enter()
}

/// Calls the handler and reads its result.
pub(crate) fn call(
    instance: &Instance,
    js: Js,
    program: &Program,
    handler: Value,
    mut webhook: Webhook,
    context: Context,
) -> Result<Request, Fault> {
    let Ok(payload) = String::from_utf8(mem::take(&mut webhook.payload)) else {
        return Err(Fault::InvalidResult("the event is not UTF-8 text".into()));
    };
    let thrown = || diagnostic::fault(instance, program.file_name, &program.columns);
    let input =
        input::build(js, &instance.names, &webhook, &payload, &context).map_err(|_| thrown())?;
    let result = js
        .call(handler, Value::UNDEFINED, &[input.object])
        .map_err(|_| thrown())?;
    outcome::read(instance, result, &input, webhook, &payload).map_err(|why| match why {
        NoRequest::Thrown => thrown(),
        NoRequest::Invalid(message) => Fault::InvalidResult(message),
    })
}

//! One event: seed, load the program, call the handler, read the result.
//!
//! Runs once in an instance's life. It must not wait for promises: transforms
//! are synchronous.

use core::mem;

use crate::bindings::exports::hookmill::js_engine::engine::{Fault, Request};
use crate::bindings::hookmill::transform::types::{Context, Webhook};
use crate::instance::Instance;
use crate::js::Value;
use crate::outcome::{self, NoRequest};
use crate::program::{self, NoHandler};
use crate::{clock, diagnostic, input};

/// Runs a program over one webhook.
///
/// # Errors
/// What the program threw, or what is wrong with its result.
pub(crate) fn run(
    instance: &Instance,
    program: &[u8],
    mut webhook: Webhook,
    context: Context,
) -> Result<Request, Fault> {
    let js = instance.enter();
    let Ok(payload) = String::from_utf8(mem::take(&mut webhook.payload)) else {
        return Err(Fault::InvalidResult("the event is not UTF-8 text".into()));
    };
    clock::seed_random(&context.delivery_id);
    let Some(program) = program::load(program) else {
        return Err(Fault::InvalidResult(
            "the program is not this engine's bytecode".into(),
        ));
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

//! Hookmill's JavaScript engine: a WebAssembly guest that compiles and runs
//! `handler(webhook)` programs.
//!
//! One module serves two worlds. The relay runs it as the shared engine
//! ([`program::compile`] and [`frozen::start`] at upload, [`run::run`] for each
//! event); a standalone component has a program in its memory beforehand
//! ([`frozen`]) and exports the transform contract's own `handler`. The shipped
//! module is pre-initialised ([`snapshot`]): the JavaScript context and all
//! globals are already in its memory.
//!
//! It must not keep anything from one event to the next (an instance lives for
//! one), and must not import anything but the log and the clock.

mod bindings;
// What a payload's content type means is decided in one place, for the relay
// and for standalone components.
#[allow(dead_code, unreachable_pub, reason = "each of its users needs a part")]
#[path = "../../../runtime/domain/src/body.rs"]
mod body;
mod clock;
mod columns;
mod console;
mod diagnostic;
mod entry;
mod frozen;
mod globals;
mod heap;
mod hint;
mod input;
mod instance;
mod interrupt;
mod js;
mod json;
#[allow(dead_code, unreachable_pub, reason = "each of its users needs a part")]
#[path = "../../../runtime/domain/src/media_type.rs"]
mod media_type;
mod names;
mod outcome;
mod program;
mod run;
mod snapshot;
mod warm;

use bindings::exports::hookmill::js_engine::engine::{Diagnostic, Fault, Request};
use bindings::hookmill::transform::types::{Context, Failure, Webhook};

struct Guest;

impl bindings::exports::hookmill::js_engine::engine::Guest for Guest {
    fn compile(source: String, file_name: String) -> Result<Vec<u8>, Diagnostic> {
        // Loading a program keeps no log.
        console::start(0);
        program::compile(instance::get(), &source, &file_name)
    }

    fn start(program: Vec<u8>) -> Result<bool, Diagnostic> {
        frozen::start(instance::get(), program)
    }

    fn memory(bytes_max: u32) -> Option<Vec<u8>> {
        frozen::memory(bytes_max as usize)
    }

    fn run(
        program: Vec<u8>,
        webhook: Webhook,
        context: Context,
        log_bytes_max: u32,
    ) -> Result<Request, Fault> {
        console::start(log_bytes_max as usize);
        run::run(instance::get(), &program, webhook, context)
    }

    fn run_frozen(
        webhook: Webhook,
        context: Context,
        log_bytes_max: u32,
    ) -> Result<Request, Fault> {
        console::start(log_bytes_max as usize);
        frozen::run_frozen(instance::get(), webhook, context)
    }
}

impl bindings::Guest for Guest {
    fn handler(webhook: Webhook, context: Context) -> Result<Webhook, Failure> {
        frozen::handler(instance::get(), webhook, context)
    }
}

bindings::export!(Guest);

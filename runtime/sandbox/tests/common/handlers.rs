//! Handlers as the tests of the JavaScript engine try them: a text, a payload,
//! what comes of it.

use super::{Fixture, invocation};
use bytes::Bytes;
use hookmill_sandbox::{LoadError, Program, Run, Source};

/// Loads a handler.
pub(crate) fn load(fixture: &Fixture, text: &str) -> Result<Program, LoadError> {
    fixture.sandbox.load(Source::JavaScript {
        name: "handler.js",
        text,
    })
}

/// Runs a handler over a payload.
pub(crate) fn run(fixture: &Fixture, text: &str, payload: &str) -> Run {
    let program = load(fixture, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut invocation = invocation();
    invocation.payload = Bytes::copy_from_slice(payload.as_bytes());
    invocation.caps.deadline_ms = 20_000;
    fixture.run_with(&program, invocation)
}

/// The request's body that a program makes of a payload.
pub(crate) fn body(fixture: &Fixture, text: &str, payload: &str) -> String {
    let webhook = run(fixture, text, payload).outcome;
    let webhook = webhook.unwrap_or_else(|fault| panic!("{fault:?}\n{text}"));
    String::from_utf8_lossy(webhook.request().body()).into_owned()
}

/// What an expression gives, as JSON.
pub(crate) fn value_of(fixture: &Fixture, expression: &str) -> String {
    let text = format!("function handler(w) {{ w.payload = [{expression}]; return w }}");
    let body = body(fixture, &text, "{}");
    body[1..body.len() - 1].to_owned()
}

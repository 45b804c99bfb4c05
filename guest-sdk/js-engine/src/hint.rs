//! What to do instead, for names that exist elsewhere and not here.
//!
//! An error that only says `fetch is not defined` leaves an author to guess
//! why. The hint is added to what is reported, never to the error itself: what
//! a program can see stays what the language says, and so does `typeof fetch`.

const HINTS: &[(&[&str], &str)] = &[
    (
        &[
            "fetch",
            "XMLHttpRequest",
            "Request",
            "Response",
            "Headers",
            "FormData",
            "axios",
        ],
        "a handler sends nothing itself: set `webhook.url`, `method`, `headers` and `payload`, and Hookmill sends it",
    ),
    (
        &["setTimeout", "setInterval", "setImmediate", "clearTimeout"],
        "a handler is synchronous and has no timers; Hookmill repeats what fails",
    ),
    (
        &["require", "module", "exports", "__dirname", "__filename"],
        "a transform is one file: bundle what it needs into it, and `export` the handler",
    ),
    (
        &["process", "Deno", "Bun"],
        "the endpoint's variables are in `webhook.env`",
    ),
    (
        &["Buffer"],
        "use `TextEncoder`, `TextDecoder`, `btoa` and `atob`, or `crypto.createHmac`",
    ),
    (
        &[
            "window",
            "document",
            "self",
            "global",
            "navigator",
            "localStorage",
        ],
        "this is no browser and no Node.js; the global object is `globalThis`",
    ),
];

/// The hint for the message of a `ReferenceError`.
pub(crate) fn of(message: &str) -> Option<&'static str> {
    let name = message.strip_suffix(" is not defined")?;
    let (_, hint) = HINTS.iter().find(|(names, _)| names.contains(&name))?;
    Some(hint)
}

//! What to do instead, where a program expects what is elsewhere and not here.
//!
//! An error that only says `fetch is not defined` leaves an author to guess
//! why. The hint is added to what is reported, never to the error itself: what
//! a program can see stays what the engine says, and so does `typeof fetch`.

/// Hints for names that are not defined.
const NAMES: &[(&[&str], &str)] = &[
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
        &["module", "exports"],
        "this is no CommonJS module: write `function handler(webhook) { ... }` or `export` it, without `module.exports`",
    ),
    (
        &["require", "__dirname", "__filename"],
        "a transform is one file: bundle what it needs into it, and `export` the handler",
    ),
    (
        &["addHandler"],
        "write the function itself, `function handler(webhook) { ... return webhook; }`: a request's `body` is `webhook.payload`, its `headers` are `webhook.headers`",
    ),
    (
        &["addEventListener"],
        "nothing is dispatched here: write `function handler(webhook) { ... return webhook; }`",
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

const SUBTLE: &str = "WebCrypto answers with promises, for which a handler can't wait: use `crypto.createHmac(\"sha256\", key).update(text).digest(\"hex\")` or `crypto.createHash`";
const CRYPTO: &str = "`crypto` has createHash, createHmac, randomUUID and getRandomValues";
const PAYLOAD: &str = "`webhook.payload` is the event's body, already parsed";
const PARSED: &str = "it is an object already: `webhook.payload` is parsed";
const PROPERTIES: &str =
    "a webhook has eventType, url, method, payload, headers, cancel, env and transformationsParams";
const ONE_ARGUMENT: &str =
    "`handler` gets one argument, the webhook; the endpoint's variables are in `webhook.env`";
const SET: &str = "headers are a plain object: `webhook.headers[\"x-name\"] = \"value\"`";
const GET: &str = "headers are a plain object: `webhook.headers[\"x-name\"]`";
const DELETE: &str = "headers are a plain object: `delete webhook.headers[\"x-name\"]`";
const EACH: &str = "headers are a plain object: `Object.entries(webhook.headers)`";
const PLAIN: &str =
    "a webhook's properties are plain objects: `object.name`, `Object.entries(object)`";

/// Names that others give the body of a request.
const BODIES: &[&str] = &[
    "body", "rawBody", "data", "json", "text", "event", "content",
];
/// Names that others give further arguments of a handler.
const ARGUMENTS: &[&str] = &[
    "context", "ctx", "env", "res", "response", "callback", "config",
];

/// The hint for an error's name and message.
pub(crate) fn of(name: &str, message: &str) -> Option<&'static str> {
    match name {
        "ReferenceError" => {
            let missing = message.strip_suffix(" is not defined")?;
            let (_, hint) = NAMES.iter().find(|(names, _)| names.contains(&missing))?;
            Some(hint)
        }
        "TypeError" => match message.strip_suffix(" is not a function") {
            Some(callee) => of_callee(callee),
            None => of_base(operand(message)?),
        },
        "SyntaxError" => {
            let (given, rest) = message
                .strip_prefix('"')?
                .split_once("\" is not valid JSON")?;
            match given {
                "undefined" => operand(rest).and_then(of_base).or(Some(PAYLOAD)),
                _ => Some(PARSED),
            }
        }
        _ => None,
    }
}

/// The expression that ends a message, in brackets.
fn operand(message: &str) -> Option<&str> {
    let (_, operand) = message.strip_suffix(')')?.split_once(" (")?;
    Some(operand)
}

/// For `a.b.c` which was called and is not a function.
fn of_callee(callee: &str) -> Option<&'static str> {
    let (base, method) = callee.rsplit_once('.')?;
    let base = last_name(base);
    if base == "crypto" || base == "subtle" {
        return Some(if base == "subtle" { SUBTLE } else { CRYPTO });
    }
    let is_headers = base.to_ascii_lowercase().ends_with("headers");
    Some(match method {
        "set" | "append" | "setHeader" if is_headers => SET,
        "get" | "has" if is_headers => GET,
        "delete" if is_headers => DELETE,
        "forEach" | "entries" | "keys" | "values" if is_headers => EACH,
        "set" | "append" | "get" | "has" | "delete" | "forEach" | "entries" => PLAIN,
        "json" | "text" | "arrayBuffer" | "formData" | "clone" => PAYLOAD,
        _ => return None,
    })
}

/// For what is undefined, although it was expected to be there.
fn of_base(expression: &str) -> Option<&'static str> {
    let name = last_name(expression);
    if name == "subtle" {
        return Some(SUBTLE);
    }
    match expression.split_once('.') {
        None => ARGUMENTS.contains(&name).then_some(ONE_ARGUMENT),
        Some((_, property)) if BODIES.contains(&property) => Some(PAYLOAD),
        Some(("webhook", property)) if !property.contains(['.', '[']) => Some(PROPERTIES),
        Some(_) => None,
    }
}

fn last_name(expression: &str) -> &str {
    expression
        .rsplit_once('.')
        .map_or(expression, |(_, name)| name)
}

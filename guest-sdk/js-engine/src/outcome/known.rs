//! Which properties a result may have, and what a stranger was meant to be.
//!
//! A property that nobody reads is a mistake that nobody sees: the event would
//! go out as it came. So a name that a webhook has not is refused, with the one
//! that was probably meant. It must not refuse a result for what its class
//! offers besides: only what looks like a mistake counts there.

use super::no_request::NoRequest;
use crate::input::Input;
use crate::instance::Instance;
use crate::js::{Js, Property, Value};

/// What makes an object a webhook: at least one of these.
const SETTABLE: [&str; 5] = ["url", "method", "headers", "payload", "cancel"];

/// What a webhook has besides; a change has no effect.
const GIVEN: [&str; 3] = ["eventType", "env", "transformationsParams"];

/// What other systems, and hurried people, call these.
const ALIASES: [(&str, &[&str]); 8] = [
    (
        "payload",
        &[
            "body",
            "data",
            "json",
            "content",
            "text",
            "message",
            "form",
            "requestbody",
            "rawbody",
            "bytes",
            "value",
            "result",
            "output",
            "fields",
            "blocks",
            "html",
            "xml",
        ],
    ),
    (
        "cancel",
        &[
            "canceled",
            "cancelled",
            "skip",
            "skipped",
            "drop",
            "dropped",
            "abort",
            "aborted",
            "ignore",
            "ignored",
            "discard",
            "stop",
            "cancellation",
        ],
    ),
    ("headers", &["header", "httpheaders", "requestheaders"]),
    (
        "url",
        &[
            "uri",
            "href",
            "endpoint",
            "destination",
            "link",
            "target",
            "address",
            "path",
        ],
    ),
    ("method", &["verb", "httpmethod"]),
    (
        "env",
        &["environment", "variables", "vars", "envs", "variable"],
    ),
    ("eventType", &["event", "eventname", "type"]),
    ("transformationsParams", &["params", "parameters"]),
];

/// Refuses a result that sets what a webhook has not, or that is not a webhook.
pub(super) fn check(instance: &Instance, result: Value, input: &Input) -> Result<(), NoRequest> {
    let js = instance.js;
    let mut strangers = Vec::new();
    let names = js.own_names(result, true)?;
    let is_empty = names.is_empty();
    for name in names {
        let name = js.name_text(name)?;
        if !is_known(&name) {
            strangers.push(name);
        }
    }
    let is_webhook = result == input.object || has_any(instance, result)?;
    if !is_webhook {
        return Err(NoRequest::Invalid(no_webhook(&strangers, is_empty)));
    }
    if strangers.is_empty() {
        strangers.extend(mistake_of_class(instance, result)?);
    }
    match strangers.first() {
        None => Ok(()),
        Some(name) => Err(NoRequest::Invalid(stranger(name))),
    }
}

fn has_any(instance: &Instance, result: Value) -> Result<bool, NoRequest> {
    let names = &instance.names;
    for name in [
        names.payload,
        names.url,
        names.method,
        names.headers,
        names.cancel,
    ] {
        if instance.js.has(result, name)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An accessor of the result's class whose name looks like a mistake.
fn mistake_of_class(instance: &Instance, result: Value) -> Result<Option<String>, NoRequest> {
    let js = instance.js;
    let mut at = result;
    while !js.is_proxy(at) {
        at = js.prototype(at)?;
        if !at.is_object() || at == js.intrinsics().object_prototype {
            break;
        }
        if let Some(name) = accessor(js, at)? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

fn accessor(js: Js, class: Value) -> Result<Option<String>, NoRequest> {
    if js.is_proxy(class) {
        return Ok(None);
    }
    for name in js.own_names(class, true)? {
        let text = js.name_text(name)?;
        if !is_known(&text)
            && meant(&text).is_some()
            && let Some(Property::Accessor) = js.own_property(class, name)?
        {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

fn is_known(name: &str) -> bool {
    SETTABLE.contains(&name) || GIVEN.contains(&name)
}

fn stranger(name: &str) -> String {
    let shown: String = name.chars().take(40).collect();
    match meant(name) {
        Some(meant) => format!(
            "the result has a property {shown:?}, which a webhook has not; did you mean `{meant}`?"
        ),
        None => format!(
            "the result has a property {shown:?}, which a webhook has not: it has `url`, `method`, \
             `headers`, `payload` and `cancel`. What the destination is to get belongs into \
             `payload`; what is only for yourself, into a variable"
        ),
    }
}

fn no_webhook(strangers: &[String], is_empty: bool) -> String {
    let mut message = String::from("handler returned ");
    match strangers.first() {
        None if is_empty => message.push_str("an empty object"),
        None => message.push_str("an object that sets nothing"),
        Some(first) => {
            let shown: String = first.chars().take(40).collect();
            message.push_str(&format!("an object with the property {shown:?}"));
        }
    }
    message.push_str(
        ", which is not a webhook: it has neither `payload` nor `url`, `method`, `headers` or \
         `cancel`. Did you mean to set `webhook.payload` and to return `webhook`?",
    );
    message
}

/// The property that a wrong name was probably meant to be.
fn meant(name: &str) -> Option<&'static str> {
    let plain: String = name
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | ' ' | '$' | '#'))
        .take(40)
        .flat_map(char::to_lowercase)
        .collect();
    let known = || SETTABLE.into_iter().chain(GIVEN);
    let alike = known().find(|known| known.to_lowercase() == plain);
    let alias = || {
        let mut aliases = ALIASES.iter();
        let found = aliases.find(|(_, aliases)| aliases.contains(&plain.as_str()));
        found.map(|(known, _)| *known)
    };
    let near = || {
        let near = |known: &&str| {
            let tolerance = if known.len() > 4 { 2 } else { 1 };
            distance(&plain, &known.to_lowercase()) <= tolerance
        };
        known().find(near)
    };
    alike.or_else(alias).or_else(near)
}

/// How many letters differ: Levenshtein's distance, by rows.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (index, expected) in other.iter().enumerate() {
            let above = row[index + 1];
            let changed = diagonal + usize::from(letter != *expected);
            row[index + 1] = changed.min(above + 1).min(row[index] + 1);
            diagonal = above;
        }
    }
    row[other.len()]
}

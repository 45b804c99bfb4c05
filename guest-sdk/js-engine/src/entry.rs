//! What stands where a program's handler should, and what is wrong with it.
//!
//! Handlers written for other systems have other shapes; a refusal names the
//! shape that was found and says what to write. It must not call anything that
//! the program made.

use crate::console::inspect;
use crate::instance::Instance;
use crate::js::{Js, Name, Property, Thrown, Value, Written};

/// What a program offers as its handler.
pub(crate) struct Offered {
    pub(crate) value: Value,
    pub(crate) place: Place,
}

/// Where it was found.
pub(crate) enum Place {
    /// A script's variable `handler`.
    Script,
    /// A module's export of that name.
    Export,
    /// A module's default export, there being no such name.
    Default {
        /// All exports.
        namespace: Value,
    },
}

/// Why what is a function can't be a handler either; and all of [`refusal`].
pub(crate) fn complaint(instance: &Instance, offered: &Offered) -> Option<String> {
    let js = instance.js;
    if !js.is_function(offered.value) {
        return Some(refusal(instance, offered));
    }
    let subject = subject(offered);
    if js.is_class(offered.value) {
        return Some(format!(
            "{subject} is a class: write a function, `{}`",
            example(offered)
        ));
    }
    let (what, remedy) = match js.written(offered.value)? {
        Written::Plain => return None,
        Written::Generator => ("a generator function", "without the `*`"),
        Written::Async => (
            "an async function",
            "without `async` and `await`: transforms are synchronous, and nothing a handler can \
             call needs waiting for",
        ),
        Written::AsyncGenerator => (
            "an async generator function",
            "without the `*` and without `async`",
        ),
    };
    Some(format!(
        "{subject} is {what}: write `{}`, {remedy}",
        example(offered)
    ))
}

/// What is wrong with something that is not a function.
pub(crate) fn refusal(instance: &Instance, offered: &Offered) -> String {
    let js = instance.js;
    let value = offered.value;
    if value.is_undefined() {
        return missing(instance, offered);
    }
    let subject = subject(offered);
    if js.promise(value) != crate::js::Promise::Not {
        return format!(
            "{subject} is a Promise, not a function: transforms are synchronous; write `{}`",
            example(offered)
        );
    }
    let functions = functions_of(js, value);
    let known = |name: &str| functions.iter().any(|found| found == name);
    let origin = if known("fetch") {
        " (a Cloudflare Worker)"
    } else if known("transform") {
        " (a Svix or Hookdeck transformation)"
    } else {
        ""
    };
    if !functions.is_empty() {
        return format!(
            "{subject} is not a function but an object with {}{origin}: write a function, `{}`",
            listed(&functions),
            example(offered)
        );
    }
    format!(
        "{subject} is not a function but {}: write `{}`",
        inspect(js, value),
        example(offered)
    )
}

fn subject(offered: &Offered) -> &'static str {
    match offered.place {
        Place::Script | Place::Export => "`handler`",
        Place::Default { .. } => "the default export",
    }
}

fn example(offered: &Offered) -> &'static str {
    match offered.place {
        Place::Script => "function handler(webhook) { ... return webhook; }",
        Place::Export | Place::Default { .. } => {
            "export function handler(webhook) { ... return webhook; }"
        }
    }
}

/// There is no handler: what is there instead?
fn missing(instance: &Instance, offered: &Offered) -> String {
    let js = instance.js;
    let (found, verb) = match offered.place {
        Place::Default { namespace } => (functions_of(js, namespace), "exports"),
        // What a program declares is enumerable, what was there is not.
        Place::Script | Place::Export => (functions_of(js, js.global()), "declares"),
    };
    let remedy = match offered.place {
        Place::Script => "declare",
        Place::Export | Place::Default { .. } => "export",
    };
    let example = match offered.place {
        Place::Script => "function handler(webhook) { ... return webhook; }",
        _ => "export function handler(webhook) { ... return webhook; }",
    };
    match found.as_slice() {
        [] => format!("no handler: {remedy} it, as `{example}`"),
        [one] => format!(
            "no handler: {remedy} it, as `{example}`; this program {verb} `{one}`: if that is \
             meant, call it `handler`"
        ),
        several => format!(
            "no handler: {remedy} it, as `{example}`; this program {verb} {}: call one of them \
             `handler`",
            listed(several)
        ),
    }
}

/// The names under which an object's own, enumerable properties are functions.
fn functions_of(js: Js, object: Value) -> Vec<String> {
    if !object.is_object() || js.is_proxy(object) {
        return Vec::new();
    }
    let Ok(names) = js.own_names(object, false) else {
        js.take_exception();
        return Vec::new();
    };
    let is_function = |name: &Name| match js.own_property(object, *name) {
        Ok(Some(Property::Data(value))) => js.is_function(value),
        Ok(_) => false,
        Err(Thrown) => {
            js.take_exception();
            false
        }
    };
    let functions = names.into_iter().filter(is_function);
    functions
        .filter_map(|name| js.name_text(name).ok())
        .collect()
}

/// How many names a message has room for.
const NAMES_MAX: usize = 6;

fn listed(names: &[String]) -> String {
    let mut list: Vec<String> = names
        .iter()
        .take(NAMES_MAX)
        .map(|name| format!("`{name}`"))
        .collect();
    if names.len() > NAMES_MAX {
        list.push("others".into());
    }
    match list.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => list.concat(),
    }
}

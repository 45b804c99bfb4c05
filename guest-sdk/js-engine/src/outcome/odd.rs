//! What JSON writes as `{}` though it holds something: a Map, a Set, a Promise.
//!
//! `JSON.stringify` says nothing about it, and the destination would get an
//! empty object. In a payload it is refused, with what to write instead. Looks
//! only at payloads that are not plain data, once they were written: then they
//! are known not to contain themselves.

use super::no_request::NoRequest;
use crate::globals::params;
use crate::instance::Instance;
use crate::js::{Inside, Member, Promise, Property, Value, inside};

/// Refuses a payload that holds such an object; `text` is its JSON, which
/// bounds how much there is to look at.
pub(super) fn check(instance: &Instance, payload: Value, text: &str) -> Result<(), NoRequest> {
    let mut left = text.len() + 1_000;
    let mut open = vec![(payload, None)];
    while let Some((value, name)) = open.pop() {
        left = left.saturating_sub(1);
        if !value.is_object() || left == 0 {
            continue;
        }
        if let Some((what, instead)) = odd(instance, value)? {
            let name = match name {
                Some(name) => format!(".{}", instance.js.name_text(name)?),
                None => String::new(),
            };
            let name: String = name.chars().take(80).collect();
            return Err(NoRequest::Invalid(format!(
                "payload{name} is {what}, which has no JSON and would be sent as {{}}: write {instead}"
            )));
        }
        look_into(instance, value, name, &mut open)?;
    }
    Ok(())
}

type Found = (Value, Option<crate::js::Name>);

/// Adds what an object or array holds.
fn look_into(
    instance: &Instance,
    value: Value,
    own: Option<crate::js::Name>,
    open: &mut Vec<Found>,
) -> Result<(), NoRequest> {
    let js = instance.js;
    match inside(js, value) {
        Inside::Items(items) => {
            open.extend((0..items.count()).filter_map(|at| Some((items.get(at)?, own))));
        }
        Inside::Members(members) => {
            let members = (0..).map_while(|at| members.get(at));
            open.extend(members.filter_map(|member| match member {
                Member::Data(name, value) => Some((value, Some(name))),
                Member::Hidden | Member::Unusual => None,
            }));
        }
        // An object of the program's own class, or an array with holes.
        Inside::Other if js.plain(value).is_some() && !js.is_proxy(value) => {
            for name in js.own_names(value, false)? {
                if let Some(Property::Data(value)) = js.own_property(value, name)? {
                    open.push((value, Some(name)));
                }
            }
        }
        Inside::Other => {}
    }
    Ok(())
}

/// What an object is, and what to write instead.
fn odd(
    instance: &Instance,
    value: Value,
) -> Result<Option<(&'static str, &'static str)>, NoRequest> {
    let js = instance.js;
    if js.is_proxy(value) {
        return Ok(None);
    }
    let found = if js.is_map(value) {
        ("a Map", "`Object.fromEntries(map)`")
    } else if js.is_set(value) {
        ("a Set", "`[...set]`")
    } else if js.promise(value) != Promise::Not {
        ("a Promise", "the value; a handler is synchronous")
    } else if params::is(js, value) {
        (
            "a URLSearchParams",
            "`Object.fromEntries(params)` or `String(params)`",
        )
    } else if js.is_regexp(value) {
        ("a regular expression", "`String(expression)`")
    } else if js.is_error(value) {
        ("an Error", "`String(error)`")
    } else if js.is_buffer(value) {
        ("an ArrayBuffer", "an array of its bytes or a text")
    } else {
        return Ok(None);
    };
    // With one of its own it is written as the program wants it.
    let has_own_json = js.has(value, js.intrinsics().to_json)?;
    let has_members = !js.own_names(value, false)?.is_empty();
    Ok((!has_own_json && !has_members).then_some(found))
}

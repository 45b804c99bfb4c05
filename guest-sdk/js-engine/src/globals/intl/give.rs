//! Answers as JavaScript values: lists of parts, options that were resolved.

use hookmill_js_intl::number::Resolved;
use hookmill_js_intl::parts::{Part, Parts};

use super::kept::Kept;
use crate::js::{Js, Thrown, Value};

/// What `formatToParts` gives; `unit` is told of everything but literals.
pub(super) fn parts(js: Js, parts: &Parts, unit: Option<&str>) -> Result<Value, Thrown> {
    array(js, parts, |part, object| match unit {
        Some(unit) if part.kind != "literal" => {
            js.define_taking(object, js.name("unit"), js.string(unit)?)
        }
        _ => Ok(()),
    })
}

/// What `formatRangeToParts` gives.
pub(super) fn range(js: Js, parts: &Parts) -> Result<Value, Thrown> {
    array(js, parts, |part, object| {
        js.define_taking(object, js.name("source"), js.string(part.source.name())?)
    })
}

fn array(
    js: Js,
    parts: &Parts,
    add: impl Fn(&Part, Value) -> Result<(), Thrown>,
) -> Result<Value, Thrown> {
    let mut objects = Vec::with_capacity(parts.0.len());
    for part in &parts.0 {
        let object = js.object()?;
        js.define_taking(object, js.name("type"), js.string(part.kind)?)?;
        js.define_taking(object, js.name("value"), js.string(&part.text)?)?;
        add(part, object)?;
        objects.push(object);
    }
    js.array_taking(&objects)
}

/// A list of texts.
pub(super) fn texts(js: Js, texts: &[impl AsRef<str>]) -> Result<Value, Thrown> {
    let texts: Result<Vec<_>, _> = texts.iter().map(|text| js.string(text.as_ref())).collect();
    js.array_taking(&texts?)
}

/// What `resolvedOptions` gives.
pub(super) fn resolved(js: Js, kept: &Kept) -> Result<Value, Thrown> {
    let object = js.object()?;
    js.define_taking(object, js.name("locale"), js.string(&kept.locale)?)?;
    for (name, value) in kept.resolved() {
        let value = match value {
            Resolved::Text(text) => js.string(&text)?,
            Resolved::Number(number) => Value::integer(i32::from(number)),
            Resolved::Flag(flag) => Value::bool(flag),
            Resolved::List(list) => texts(js, &list)?,
        };
        js.define_taking(object, js.name(name), value)?;
    }
    Ok(object)
}

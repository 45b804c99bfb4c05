//! What a program finds beyond the language itself.
//!
//! Everything is installed before the snapshot and costs an event nothing that
//! does not use it. There must be no way out: no network, no files, no timers.

use crate::console;
use crate::js::{Class, Js, Native, Thrown, Value};

mod argument;
mod bytes;
mod clone;
mod digest;
pub(crate) mod intl;
mod json;
pub(crate) mod params;
mod random;
mod text;
pub(crate) mod url;

/// Native functions outside `console`.
const NATIVES: &[(&str, Native)] = &[
    ("random", random::math_random),
    ("structuredClone", clone::clone),
    ("getRandomValues", random::fill),
    ("randomUUID", random::uuid),
    ("createHash", digest::create_hash),
    ("createHmac", digest::create_hmac),
    // Time stands still while a handler runs.
    ("now", |_, _| Ok(Value::integer(0))),
    ("parse", json::parse),
    ("stringify", json::stringify),
];

/// Where each of [`NATIVES`] is found, in their order, and with how many
/// arguments it says it is called.
const PLACES: &[(&str, i32)] = &[
    ("Math", 0),
    ("", 0),
    ("crypto", 1),
    ("crypto", 0),
    ("crypto", 1),
    ("crypto", 2),
    ("performance", 0),
    ("JSON", 2),
    ("JSON", 3),
];

/// Classes of native objects; those with a constructor are globals.
const CLASSES: &[&Class] = &[
    &text::ENCODER,
    &text::DECODER,
    &url::CLASS,
    &params::CLASS,
    &params::ITERATOR,
    &digest::HASH,
    &digest::HMAC,
];

/// What is written in JavaScript, in the order it runs: functions that take
/// [`intl::call`]. Nothing belongs here whose cost grows with an event's data.
const SOURCES: &[(&str, &str)] = &[("hookmill:intl", include_str!("globals/intl.js"))];

/// Compiles what is written in JavaScript. Compiling leaves holes in the heap
/// that would be shipped, so the build does it in an instance of its own and
/// hands the result to [`install`] in another. Each program is preceded by its
/// length, 4 bytes, little endian.
pub(crate) fn compile(js: Js) -> Result<Vec<u8>, Thrown> {
    let mut programs = Vec::new();
    for (file, source) in SOURCES {
        let bytecode = js.compile_stripped(source, file)?;
        programs.extend_from_slice(&(bytecode.len() as u32).to_le_bytes());
        programs.extend_from_slice(&bytecode);
    }
    Ok(programs)
}

/// Adds the globals to a fresh context; `programs` is what [`compile`] gave.
pub(crate) fn install(js: Js, mut programs: &[u8]) -> Result<(), Thrown> {
    let global = js.global();
    let console = js.object()?;
    for (name, method) in console::METHODS {
        let function = js.native(name, 0, *method)?;
        js.define_hidden(console, js.name(name), function)?;
    }
    js.define_hidden(global, js.name("console"), console)?;
    let performance = js.object()?;
    js.define_hidden(performance, js.name("timeOrigin"), Value::integer(0))?;
    js.define_hidden(global, js.name("performance"), performance)?;
    js.define_hidden(global, js.name("crypto"), js.object()?)?;
    for ((name, native), (place, length)) in NATIVES.iter().zip(PLACES) {
        let object = match *place {
            "" => global,
            place => js.get(global, js.name(place))?,
        };
        let function = js.native(name, *length, *native)?;
        js.define_hidden(object, js.name(name), function)?;
    }
    for class in CLASSES {
        let constructor = js.install(class)?;
        if !constructor.is_undefined() {
            js.define_hidden(global, js.name(class.name()), constructor)?;
        }
    }
    params::inherit(js)?;
    let words = js.native("intl", 0, intl::call)?;
    while let Some((length, rest)) = programs.split_first_chunk::<4>() {
        let (bytecode, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
        let program = js.read_bytecode(bytecode)?;
        let function = js.run_script(program)?;
        js.free(program);
        js.call(function, Value::UNDEFINED, &[words])?;
        js.free(function);
        programs = rest;
    }
    Ok(())
}

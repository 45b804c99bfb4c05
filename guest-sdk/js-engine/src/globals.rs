//! What a program finds beyond the language itself.
//!
//! Everything is installed before the snapshot and costs an event nothing that
//! does not use it. There must be no way out: no network, no files, no timers.

use crate::clock;
use crate::console;
use crate::js::{Class, Js, Native, Thrown, Value};

mod bytes;
mod clone;
mod digest;
pub(crate) mod intl;
mod json;
pub(crate) mod params;
mod random;
mod text;
pub(crate) mod url;

/// Native functions outside `console`, by the index that JavaScript holds.
const NATIVES: &[(&str, Native)] = &[
    ("random", clock::math_random),
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
pub(crate) const CLASSES: &[&Class] = &[
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

/// The native function that `Js::native` was given `index` for.
pub(crate) fn native(index: usize) -> Native {
    let console = console::METHODS.len();
    match index.checked_sub(console) {
        None => console::METHODS[index].1,
        Some(index) => NATIVES.get(index).map_or(intl::call, |(_, call)| *call),
    }
}

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
    for (index, (name, _)) in console::METHODS.iter().enumerate() {
        let function = js.native(name, 0, index)?;
        js.define_hidden(console, js.name(name), function)?;
    }
    js.define_hidden(global, js.name("console"), console)?;
    let performance = js.object()?;
    js.define_hidden(performance, js.name("timeOrigin"), Value::integer(0))?;
    js.define_hidden(global, js.name("performance"), performance)?;
    js.define_hidden(global, js.name("crypto"), js.object()?)?;
    for (index, ((name, _), (place, length))) in NATIVES.iter().zip(PLACES).enumerate() {
        let object = match *place {
            "" => global,
            place => js.get(global, js.name(place))?,
        };
        let function = js.native(name, *length, console::METHODS.len() + index)?;
        js.define_hidden(object, js.name(name), function)?;
    }
    for (index, class) in CLASSES.iter().enumerate() {
        let constructor = js.install(class, index)?;
        if !constructor.is_undefined() {
            js.define_hidden(global, js.name(class.name()), constructor)?;
        }
    }
    params::inherit(js)?;
    let words = js.native("intl", 0, console::METHODS.len() + NATIVES.len())?;
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

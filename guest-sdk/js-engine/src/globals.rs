//! What a program finds beyond the language itself.
//!
//! Everything is installed before the snapshot and costs an event nothing that
//! does not use it. There must be no way out: no network, no files, no timers.

use crate::clock;
use crate::console;
use crate::js::{Js, Native, Thrown, Value};

mod digest;
mod json;
mod url;

pub(crate) use json::Originals;

/// Native functions outside `console`, by the index that JavaScript holds.
const NATIVES: &[(&str, Native)] = &[
    ("random", clock::math_random),
    ("parseURL", url::parse),
    ("changeURL", url::change),
    ("sha256", digest::sha256),
    ("parse", json::parse),
    ("stringify", json::stringify),
];

/// What is written in JavaScript, in the order it runs: functions that take
/// the native ones, in the order of their table.
const SOURCES: &[(&str, &str)] = &[
    ("hookmill:locale", include_str!("globals/locale.js")),
    ("hookmill:web", include_str!("globals/web.js")),
];

/// The native function that `Js::native` was given `index` for.
pub(crate) fn native(index: usize) -> Native {
    let console = console::METHODS.len();
    match index.checked_sub(console) {
        None => console::METHODS[index].1,
        Some(index) => NATIVES[index].1,
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
/// Returns the function that describes values to the console, which the last
/// program's function gives, and the functions that were replaced.
pub(crate) fn install(js: Js, mut programs: &[u8]) -> Result<(Value, Originals), Thrown> {
    let global = js.global();
    let console = js.object()?;
    for (index, (name, _)) in console::METHODS.iter().enumerate() {
        let function = js.native(name, 0, index)?;
        js.define_hidden(console, js.name(name), function)?;
    }
    js.define_hidden(global, js.name("console"), console)?;
    let math = js.get(global, js.name("Math"))?;
    let natives: Vec<Value> = NATIVES
        .iter()
        .enumerate()
        .map(|(index, (name, _))| js.native(name, 0, console::METHODS.len() + index))
        .collect::<Result<_, _>>()?;
    // The first of the table.
    js.define_hidden(math, js.name("random"), natives[0])?;
    // The last two.
    let [.., parse, stringify] = natives[..] else {
        return Err(Thrown);
    };
    let originals = json::install(js, parse, stringify)?;
    let mut describe = Value::UNDEFINED;
    while let Some((length, rest)) = programs.split_first_chunk::<4>() {
        let (bytecode, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
        let program = js.read_bytecode(bytecode)?;
        let function = js.run_script(program)?;
        js.free(program);
        describe = js.call(function, Value::UNDEFINED, &natives)?;
        js.free(function);
        programs = rest;
    }
    Ok((describe, originals))
}

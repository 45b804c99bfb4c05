//! What a program finds beyond the language itself.
//!
//! Everything is installed before the snapshot and costs an event nothing that
//! does not use it. There must be no way out: no network, no files, no timers.

use crate::clock;
use crate::console;
use crate::js::{Js, Native, Thrown, Value};

/// Native functions outside `console`, by the index that JavaScript holds.
const NATIVES: &[(&str, Native)] = &[("random", clock::math_random)];

/// The native function that `Js::native` was given `index` for.
pub(crate) fn native(index: usize) -> Native {
    let console = console::METHODS.len();
    match index.checked_sub(console) {
        None => console::METHODS[index].1,
        Some(index) => NATIVES[index].1,
    }
}

/// Adds the globals to a fresh context.
pub(crate) fn install(js: Js) -> Result<(), Thrown> {
    let global = js.global();
    let console = js.object()?;
    for (index, (name, _)) in console::METHODS.iter().enumerate() {
        let function = js.native(name, 0, index)?;
        js.define_hidden(console, js.name(name), function)?;
    }
    js.define_hidden(global, js.name("console"), console)?;
    let math = js.get(global, js.name("Math"))?;
    js.define_hidden(math, js.name("random"), native_named(js, "random")?)
}

/// The text of a date, regular expression or symbol, whatever the program did
/// to their prototypes.
pub(crate) fn plain_text(js: Js, value: Value) -> String {
    if value.is_symbol() {
        return "Symbol()".to_owned();
    }
    match js.to_json(value).and_then(|json| js.text(json)) {
        Ok(text) => text.trim_matches('"').to_owned(),
        Err(Thrown) => {
            js.take_exception();
            String::new()
        }
    }
}

fn native_named(js: Js, name: &str) -> Result<Value, Thrown> {
    let index = NATIVES.iter().position(|(known, _)| *known == name);
    let index = index.expect("globals name only functions of the table");
    js.native(name, 0, console::METHODS.len() + index)
}

//! `structuredClone`: the HTML standard's, for what an event's handler meets.
//!
//! What can't be cloned throws a `DataCloneError`, also where Node.js 20 gives
//! an empty object (`URL`, `DOMException`): a copy that lost its content helps
//! nobody. Depth costs memory and no stack. Getters run, as the standard says;
//! nothing else of the program does.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::js::{Error, Intrinsics, Js, Name, Property, Species, Thrown, Value};

/// `structuredClone(value, { transfer })`.
pub(crate) fn clone(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let Some(value) = arguments.first().copied() else {
        return Err(js.throw_missing("value argument"));
    };
    let options = arguments.get(1).copied().unwrap_or(Value::UNDEFINED);
    let transferred = transfers(js, options)?;
    let mut cloning = Cloning {
        js,
        intrinsics: js.intrinsics(),
        seen: HashMap::default(),
        open: Vec::new(),
    };
    for buffer in &transferred {
        // The new buffer, which the old one becomes once everything else was
        // cloned: what throws before then leaves the old ones where they are.
        let moved = cloning.buffer(*buffer)?;
        cloning.note(*buffer, moved);
        js.free(moved);
    }
    let result = cloning.value(value);
    let result = result.and_then(|result| {
        cloning.finish()?;
        Ok(result)
    })?;
    for buffer in transferred {
        js.detach(buffer);
    }
    Ok(result)
}

/// The buffers to move.
fn transfers(js: Js, options: Value) -> Result<Vec<Value>, Thrown> {
    if options.is_undefined() || options.is_null() {
        return Ok(Vec::new());
    }
    let wrong = |message| js.throw_coded(Error::Type, "ERR_INVALID_ARG_TYPE", message);
    if !options.is_object() {
        return Err(wrong(
            "The options argument must be either an object or undefined",
        ));
    }
    let list = js.get(options, js.name("transfer"))?;
    if list.is_undefined() || list.is_null() {
        return Ok(Vec::new());
    }
    let method = match list.is_object() {
        true => js.get(list, js.intrinsics().iterator)?,
        false => Value::UNDEFINED,
    };
    if !js.is_function(method) {
        return Err(wrong("Optional transferList argument must be an iterable"));
    }
    let mut buffers: Vec<Value> = Vec::new();
    js.each(list, method, &mut |item| {
        if js.species(item) != Species::ArrayBuffer {
            let message = "Found invalid object in transferList";
            return Err(js.throw_coded(Error::Type, "ERR_INVALID_TRANSFER_OBJECT", message));
        }
        if buffers.contains(&item) {
            let message = "Transfer list contains duplicate ArrayBuffer";
            return Err(js.throw_dom(c"DataCloneError", message));
        }
        buffers.push(js.keep(item));
        Ok(())
    })?;
    Ok(buffers)
}

struct Cloning {
    js: Js,
    intrinsics: &'static Intrinsics,
    /// The copy of each object met so far.
    seen: HashMap<u64, Copied, BuildHasherDefault<ByAddress>>,
    /// Copies whose content is missing, innermost last.
    open: Vec<Open>,
}

/// An object and its copy, with references that keep their addresses theirs.
struct Copied {
    original: Value,
    copy: Value,
}

/// A copy being filled.
struct Open {
    copy: Value,
    rest: Rest,
}

/// What is still to be copied into it.
enum Rest {
    /// Properties of an object or array.
    Properties(Value, std::vec::IntoIter<Name>),
    /// Keys and values of a `Map`.
    Entries(std::vec::IntoIter<Value>),
    /// Members of a `Set`.
    Members(std::vec::IntoIter<Value>),
}

impl Cloning {
    /// Fills what is open.
    fn finish(&mut self) -> Result<(), Thrown> {
        let js = self.js;
        while let Some(top) = self.open.last_mut() {
            let copy = top.copy;
            match &mut top.rest {
                Rest::Properties(from, names) => {
                    let from = *from;
                    let Some(name) = names.next() else {
                        self.open.pop();
                        if js.is_array(copy) && js.length(copy)? != js.length(from)? {
                            js.set_length(copy, js.length(from)?)?;
                        }
                        continue;
                    };
                    let value = match js.own_property(from, name)? {
                        Some(Property::Data(value)) => value,
                        Some(Property::Accessor) => js.get(from, name)?,
                        // A getter has deleted it meanwhile.
                        None => {
                            js.free_name(name);
                            continue;
                        }
                    };
                    let cloned = self.value(value)?;
                    js.free(value);
                    js.define_taking(copy, name, cloned)?;
                    js.free_name(name);
                }
                Rest::Entries(entries) => {
                    let (Some(key), Some(value)) = (entries.next(), entries.next()) else {
                        self.open.pop();
                        continue;
                    };
                    let pair = [self.value(key)?, self.value(value)?];
                    let map = js.call(self.intrinsics.map_set, copy, &pair)?;
                    self.give_up(&[map, pair[0], pair[1], key, value]);
                }
                Rest::Members(members) => {
                    let Some(member) = members.next() else {
                        self.open.pop();
                        continue;
                    };
                    let cloned = self.value(member)?;
                    let set = js.call(self.intrinsics.set_add, copy, &[cloned])?;
                    self.give_up(&[set, cloned, member]);
                }
            }
        }
        Ok(())
    }

    fn give_up(&self, values: &[Value]) {
        for value in values {
            self.js.free(*value);
        }
    }

    /// The copy of a value, with a reference of its own; its content may still
    /// be missing.
    fn value(&mut self, value: Value) -> Result<Value, Thrown> {
        let js = self.js;
        if value.is_symbol() {
            return Err(self.refuse(value));
        }
        if !value.is_object() {
            return Ok(js.keep(value));
        }
        if let Some(copied) = self.seen.get(&value.key()) {
            return Ok(js.keep(copied.copy));
        }
        let copy = self.copy(value)?;
        self.note(value, copy);
        Ok(copy)
    }

    fn note(&mut self, original: Value, copy: Value) {
        let js = self.js;
        self.seen.entry(original.key()).or_insert_with(|| Copied {
            original: js.keep(original),
            copy: js.keep(copy),
        });
    }

    fn copy(&mut self, value: Value) -> Result<Value, Thrown> {
        let (js, intrinsics) = (self.js, self.intrinsics);
        match js.species(value) {
            Species::Plain => {
                let copy = js.object()?;
                self.fill(copy, value)?;
                Ok(copy)
            }
            Species::Array => {
                // Items are added in their order, which keeps the copy dense.
                let copy = js.array_taking(&[])?;
                self.fill(copy, value)?;
                Ok(copy)
            }
            Species::Date => {
                let time = js.call(intrinsics.date_time, value, &[])?;
                js.date(js.number_of(time)?)
            }
            Species::RegExp => {
                let (source, flags) = js.expression_parts(value)?;
                js.construct(intrinsics.regexp, &[source, js.string(&flags)?])
            }
            Species::Number | Species::String | Species::Boolean | Species::BigInt => {
                let primitive = js.unboxed(value).ok_or(Thrown)?;
                js.boxed(primitive)
            }
            Species::Map => {
                let copy = js.construct(intrinsics.map, &[])?;
                let entries = js.entries_of(value, usize::MAX)?;
                self.open.push(Open {
                    copy,
                    rest: Rest::Entries(entries.into_iter()),
                });
                Ok(copy)
            }
            Species::Set => {
                let copy = js.construct(intrinsics.set, &[])?;
                let members = js.entries_of(value, usize::MAX)?;
                self.open.push(Open {
                    copy,
                    rest: Rest::Members(members.into_iter()),
                });
                Ok(copy)
            }
            Species::Error => self.error(value),
            Species::ArrayBuffer => self.buffer(value),
            Species::TypedArray | Species::DataView => self.view(value),
            _ => Err(self.refuse(value)),
        }
    }

    /// Lets own enumerable properties be copied.
    fn fill(&mut self, copy: Value, from: Value) -> Result<(), Thrown> {
        let names = self.js.own_names(from, false)?.into_iter();
        self.open.push(Open {
            copy,
            rest: Rest::Properties(from, names),
        });
        Ok(())
    }

    /// An error keeps its kind, if it is one of the language's, its message,
    /// cause and stack, and nothing else.
    fn error(&mut self, value: Value) -> Result<Value, Thrown> {
        let js = self.js;
        let name = js.get(value, js.name("name"))?;
        let name = match name.is_undefined() {
            true => "Error".to_owned(),
            false => js.usv(name)?,
        };
        let kinds = &self.intrinsics.errors;
        let kind = kinds.iter().find(|(kind, _)| *kind == name);
        let copy = js.error_of(kind.unwrap_or(&kinds[0]).1)?;
        let stack = js.name("stack");
        let own_stack = match js.own_property(value, stack)? {
            Some(Property::Data(text)) => text,
            _ => js.call(self.intrinsics.error_stack, value, &[])?,
        };
        if own_stack.is_string() {
            js.define_hidden(copy, stack, own_stack)?;
        }
        let message = js.name("message");
        if let Some(Property::Data(text)) = js.own_property(value, message)? {
            js.define_hidden(copy, message, js.to_string(text)?)?;
        }
        let cause = js.name("cause");
        if let Some(Property::Data(found)) = js.own_property(value, cause)? {
            // Before its cause, so that an error can be its own.
            self.note(value, copy);
            let cloned = self.value(found)?;
            js.define_hidden(copy, cause, cloned)?;
        }
        Ok(copy)
    }

    fn buffer(&self, value: Value) -> Result<Value, Thrown> {
        let (js, intrinsics) = (self.js, self.intrinsics);
        let is = |getter| Ok(js.is_truthy(js.call(getter, value, &[])?));
        if is(intrinsics.buffer_detached)? {
            let message = "An ArrayBuffer is detached and could not be cloned.";
            return Err(js.throw_dom(c"DataCloneError", message));
        }
        let length = js.call(intrinsics.buffer_bytes, value, &[])?;
        let copy = if is(intrinsics.buffer_resizable)? {
            let options = js.object()?;
            let bytes_max = js.call(intrinsics.buffer_bytes_max, value, &[])?;
            js.define(options, js.name("maxByteLength"), bytes_max)?;
            js.construct(intrinsics.buffer, &[length, options])?
        } else {
            js.construct(intrinsics.buffer, &[length])?
        };
        js.with_buffer(value, |from| {
            js.with_buffer(copy, |to| to.copy_from_slice(from));
        });
        Ok(copy)
    }

    /// A typed array or a `DataView`, on the copy of its buffer.
    fn view(&mut self, value: Value) -> Result<Value, Thrown> {
        let js = self.js;
        let view = js.view(value).ok_or(Thrown)?;
        let buffer = self.value(view.buffer);
        js.free(view.buffer);
        let buffer = buffer?;
        let copy = match view.kind {
            Some(kind) => js.typed_array(kind, buffer, view.offset, Some(view.bytes / view.width)),
            None => {
                let number = |number: usize| Value::number(number as f64);
                let arguments = [buffer, number(view.offset), number(view.bytes)];
                js.construct(self.intrinsics.view, &arguments)
            }
        };
        js.free(buffer);
        copy
    }

    fn refuse(&self, value: Value) -> Thrown {
        let js = self.js;
        let what = if !value.is_object() || js.is_function(value) {
            crate::console::inspect(js, value)
        } else if js.is_proxy(value) {
            "#<Object>".to_owned()
        } else {
            format!("#<{}>", js.class_name(value))
        };
        js.throw_dom(c"DataCloneError", &format!("{what} could not be cloned."))
    }
}

impl Drop for Cloning {
    fn drop(&mut self) {
        for copied in self.seen.values() {
            self.js.free(copied.original);
            self.js.free(copied.copy);
        }
    }
}

/// Addresses are as good as random numbers once they are multiplied.
#[derive(Default)]
struct ByAddress(u64);

impl Hasher for ByAddress {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }
}

//! Built-in functions as they were before a program could replace them.
//!
//! What QuickJS's C interface does not offer, its own functions do; called
//! from here they run none of the program's code.

use core::cell::OnceCell;

use super::{Js, Name, Species, Thrown, Value};

static INTRINSICS: Slot = Slot(OnceCell::new());

struct Slot(OnceCell<Intrinsics>);

// SAFETY: the target has no threads.
unsafe impl Sync for Slot {}

/// The functions, with references that are never given up, and what objects
/// and arrays inherit from, also when the program puts something else in the
/// constructors' place.
pub(crate) struct Intrinsics {
    pub(crate) object_prototype: Value,
    pub(crate) array_prototype: Value,
    pub(crate) json_parse: Value,
    pub(crate) json_stringify: Value,
    pub(crate) string_slice: Value,
    pub(crate) date_time: Value,
    pub(crate) date_iso: Value,
    pub(crate) regexp: Value,
    pub(crate) regexp_source: Value,
    /// The letter of a flag and what reads it.
    pub(crate) regexp_flags: [(char, Value); 8],
    pub(crate) number_value: Value,
    pub(crate) string_value: Value,
    pub(crate) boolean_value: Value,
    pub(crate) bigint_value: Value,
    pub(crate) symbol_value: Value,
    pub(crate) symbol_text: Value,
    pub(crate) bigint_wrap: Value,
    pub(crate) map: Value,
    pub(crate) map_set: Value,
    pub(crate) map_size: Value,
    pub(crate) map_entries: Value,
    pub(crate) map_next: Value,
    pub(crate) set: Value,
    pub(crate) set_add: Value,
    pub(crate) set_size: Value,
    pub(crate) set_values: Value,
    pub(crate) set_next: Value,
    pub(crate) buffer: Value,
    pub(crate) buffer_detached: Value,
    pub(crate) buffer_resizable: Value,
    pub(crate) buffer_bytes_max: Value,
    pub(crate) buffer_bytes: Value,
    pub(crate) typed_buffer: Value,
    pub(crate) typed_offset: Value,
    pub(crate) typed_bytes: Value,
    pub(crate) view: Value,
    pub(crate) view_buffer: Value,
    pub(crate) view_offset: Value,
    pub(crate) view_bytes: Value,
    pub(crate) dom_name: Value,
    pub(crate) dom_message: Value,
    pub(crate) error_stack: Value,
    /// What errors inherit from, by the name that a clone keeps.
    pub(crate) errors: [(&'static str, Value); 7],
    pub(crate) iterator: Name,
    pub(crate) tag: Name,
    pub(crate) to_json: Name,
}

/// How a regular expression's flags are written and what they are called.
const FLAGS: [(char, &str); 8] = [
    ('d', "hasIndices"),
    ('g', "global"),
    ('i', "ignoreCase"),
    ('m', "multiline"),
    ('s', "dotAll"),
    ('u', "unicode"),
    ('v', "unicodeSets"),
    ('y', "sticky"),
];

impl Intrinsics {
    fn new(js: Js) -> Result<Self, Thrown> {
        let constructor = |name: &'static str| js.get(js.global(), js.name(name));
        let prototype = |name: &'static str| js.get(constructor(name)?, js.name("prototype"));
        let method =
            |class: &'static str, name: &'static str| js.get(prototype(class)?, js.name(name));
        let getter =
            |class: &'static str, name: &'static str| js.getter(prototype(class)?, js.name(name));
        let typed = js.prototype(constructor("Uint8Array")?)?;
        let typed = js.get(typed, js.name("prototype"))?;
        let typed = |name: &'static str| js.getter(typed, js.name(name));
        let next_of = |class: &'static str, method_name: &'static str| {
            let object = js.construct(constructor(class)?, &[])?;
            let iterator = js.call(method(class, method_name)?, object, &[])?;
            js.get(iterator, js.name("next"))
        };
        let mut regexp_flags = FLAGS.map(|(letter, _)| (letter, Value::UNDEFINED));
        for ((_, flag), (_, name)) in regexp_flags.iter_mut().zip(FLAGS) {
            *flag = getter("RegExp", name)?;
        }
        let error = |name: &'static str| -> Result<(&'static str, Value), Thrown> {
            Ok((name, prototype(name)?))
        };
        Ok(Self {
            object_prototype: prototype("Object")?,
            array_prototype: prototype("Array")?,
            json_parse: js.get(constructor("JSON")?, js.name("parse"))?,
            json_stringify: js.get(constructor("JSON")?, js.name("stringify"))?,
            string_slice: method("String", "slice")?,
            date_time: method("Date", "getTime")?,
            date_iso: method("Date", "toISOString")?,
            regexp: constructor("RegExp")?,
            regexp_source: getter("RegExp", "source")?,
            regexp_flags,
            number_value: method("Number", "valueOf")?,
            string_value: method("String", "valueOf")?,
            boolean_value: method("Boolean", "valueOf")?,
            bigint_value: method("BigInt", "valueOf")?,
            symbol_value: method("Symbol", "valueOf")?,
            symbol_text: method("Symbol", "toString")?,
            bigint_wrap: js.get(constructor("BigInt")?, js.name("asIntN"))?,
            map: constructor("Map")?,
            map_set: method("Map", "set")?,
            map_size: getter("Map", "size")?,
            map_entries: method("Map", "entries")?,
            map_next: next_of("Map", "entries")?,
            set: constructor("Set")?,
            set_add: method("Set", "add")?,
            set_size: getter("Set", "size")?,
            set_values: method("Set", "values")?,
            set_next: next_of("Set", "values")?,
            buffer: constructor("ArrayBuffer")?,
            buffer_detached: getter("ArrayBuffer", "detached")?,
            buffer_resizable: getter("ArrayBuffer", "resizable")?,
            buffer_bytes_max: getter("ArrayBuffer", "maxByteLength")?,
            buffer_bytes: getter("ArrayBuffer", "byteLength")?,
            typed_buffer: typed("buffer")?,
            typed_offset: typed("byteOffset")?,
            typed_bytes: typed("byteLength")?,
            view: constructor("DataView")?,
            view_buffer: getter("DataView", "buffer")?,
            view_offset: getter("DataView", "byteOffset")?,
            view_bytes: getter("DataView", "byteLength")?,
            dom_name: getter("DOMException", "name")?,
            dom_message: getter("DOMException", "message")?,
            error_stack: getter("Error", "stack")?,
            errors: [
                error("Error")?,
                error("EvalError")?,
                error("RangeError")?,
                error("ReferenceError")?,
                error("SyntaxError")?,
                error("TypeError")?,
                error("URIError")?,
            ],
            iterator: js.well_known("iterator")?,
            tag: js.well_known("toStringTag")?,
            to_json: js.name("toJSON"),
        })
    }
}

impl Js {
    /// Takes the functions of a fresh context.
    pub(crate) fn take_intrinsics(self) -> Result<&'static Intrinsics, Thrown> {
        let intrinsics = Intrinsics::new(self)?;
        Ok(INTRINSICS.0.get_or_init(|| intrinsics))
    }

    pub(crate) fn intrinsics(self) -> &'static Intrinsics {
        let intrinsics = INTRINSICS.0.get();
        intrinsics.expect("they are taken when the context is made")
    }

    /// A regular expression's pattern and flags.
    pub(crate) fn expression_parts(self, value: Value) -> Result<(Value, String), Thrown> {
        let intrinsics = self.intrinsics();
        let source = self.call(intrinsics.regexp_source, value, &[])?;
        let mut flags = String::new();
        for (letter, getter) in intrinsics.regexp_flags {
            if self.is_truthy(self.call(getter, value, &[])?) {
                flags.push(letter);
            }
        }
        Ok((source, flags))
    }

    /// The primitive inside a boxed one, by the function that reads its kind.
    pub(crate) fn unboxed(self, value: Value) -> Option<Value> {
        let intrinsics = self.intrinsics();
        let read = match self.species(value) {
            Species::Number => intrinsics.number_value,
            Species::String => intrinsics.string_value,
            Species::Boolean => intrinsics.boolean_value,
            Species::BigInt => intrinsics.bigint_value,
            Species::Symbol => intrinsics.symbol_value,
            _ => return None,
        };
        self.call(read, value, &[]).ok()
    }

    /// The first entries of a `Map` (keys and values in turn) or a `Set`, with
    /// references of their own.
    pub(crate) fn entries_of(self, value: Value, entries_max: usize) -> Result<Vec<Value>, Thrown> {
        let intrinsics = self.intrinsics();
        let map = self.is_map(value);
        let (start, next) = match map {
            true => (intrinsics.map_entries, intrinsics.map_next),
            false => (intrinsics.set_values, intrinsics.set_next),
        };
        let (done, item) = (self.name("done"), self.name("value"));
        let iterator = self.call(start, value, &[])?;
        let mut entries = Vec::new();
        for _ in 0..entries_max {
            let step = self.call(next, iterator, &[])?;
            if self.is_truthy(self.get(step, done)?) {
                self.free(step);
                break;
            }
            let entry = self.get(step, item)?;
            self.free(step);
            if map {
                entries.push(self.item(entry, 0)?);
                entries.push(self.item(entry, 1)?);
                self.free(entry);
            } else {
                entries.push(entry);
            }
        }
        self.free(iterator);
        Ok(entries)
    }

    /// Whether a BigInt has no more digits than are worth writing.
    pub(crate) fn bigint_fits(self, value: Value) -> bool {
        const BITS_MAX: i32 = 2_048;
        let wrap = self.intrinsics().bigint_wrap;
        match self.call(wrap, Value::UNDEFINED, &[Value::integer(BITS_MAX), value]) {
            Ok(wrapped) => {
                let same = self.same(wrapped, value);
                self.free(wrapped);
                same
            }
            Err(Thrown) => false,
        }
    }

    /// How many entries a `Map` or `Set` has.
    pub(crate) fn size_of(self, value: Value) -> usize {
        let intrinsics = self.intrinsics();
        let read = match self.is_map(value) {
            true => intrinsics.map_size,
            false => intrinsics.set_size,
        };
        let size = self.call(read, value, &[]).ok();
        let size = size.and_then(|size| self.number_of(size).ok());
        size.unwrap_or(0.0) as usize
    }
}

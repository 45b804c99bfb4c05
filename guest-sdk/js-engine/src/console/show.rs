//! Values as text for a log, after the manner of Node.js.
//!
//! Short objects stand on one line, longer ones on several. Depth, entries and
//! length are bounded, so that a cyclic or huge value costs no more than a log
//! line is worth: of a long text only the start is converted, of an array or a
//! collection only the first entries are looked at. It must not run the
//! program's code.

use super::layout::{key, lay_out};
use super::primitive::{BYTES_MAX, ENTRIES_MAX, primitive_to, symbol, text_of};
use crate::js::{Inside, Js, Member, Name, Property, Species, Thrown, Value, inside};

const DEPTH: usize = 4;
/// What `console.dir` may ask for.
const DEPTH_MAX: usize = 32;
/// Extra properties of longer arrays are not looked for.
const EXTRAS_BEYOND: usize = 1_000;
/// Plain objects with more properties are not listed, but begun.
const LISTED_MAX: usize = 1_000;
/// How far up what made an object is looked for.
const CHAIN_MAX: usize = 20;
/// How far entries of an array are looked for among its holes.
const PROBES_MAX: u32 = 1_000;

/// A value as text. Never runs the program's code and never throws.
pub(crate) fn inspect(js: Js, value: Value) -> String {
    inspect_to(js, value, None)
}

/// As [`inspect`], to another depth than usual.
pub(super) fn inspect_to(js: Js, value: Value, depth: Option<usize>) -> String {
    let mut show = Show {
        js,
        open: Vec::new(),
        bytes: 0,
        depth: depth.map_or(DEPTH, |depth| depth.saturating_add(1).min(DEPTH_MAX)),
    };
    let text = show.value(value);
    // Reading what is odd may have left a complaint.
    js.forget_exception();
    text
}

pub(super) struct Show {
    pub(super) js: Js,
    /// The objects being shown, outermost first.
    pub(super) open: Vec<Value>,
    bytes: usize,
    depth: usize,
}

impl Show {
    pub(super) fn value(&mut self, value: Value) -> String {
        let text = match value.is_object() {
            true => self.object(value),
            false => primitive_to(self.js, value, BYTES_MAX.saturating_sub(self.bytes).max(16)),
        };
        self.bytes += text.len();
        text
    }

    fn object(&mut self, value: Value) -> String {
        let js = self.js;
        if self.open.contains(&value) {
            return "[Circular]".to_owned();
        }
        let species = js.species(value);
        match species {
            Species::Proxy => return "[Proxy]".to_owned(),
            Species::Function => return function(self, value),
            Species::Date => return date(js, value),
            Species::RegExp => return expression(js, value),
            _ => {}
        }
        if self.open.len() >= self.depth {
            return match species {
                Species::Array => "[Array]".to_owned(),
                _ => format!("[{}]", self.name_or(value, "Object")),
            };
        }
        self.open.push(value);
        let text = match species {
            Species::Array => self.array(value),
            Species::Error => self.error(value),
            Species::Map | Species::Set => self.collection(value),
            Species::TypedArray | Species::DataView => self.view(value),
            Species::ArrayBuffer | Species::SharedArrayBuffer => self.buffer(value),
            Species::Promise => "Promise {}".to_owned(),
            Species::WeakMap => "WeakMap { <items unknown> }".to_owned(),
            Species::WeakSet => "WeakSet { <items unknown> }".to_owned(),
            Species::DomException => dom_exception(js, value),
            Species::Number
            | Species::String
            | Species::Boolean
            | Species::BigInt
            | Species::Symbol => self.boxed(value),
            Species::Other => match self.native(value) {
                Some(text) => text,
                None => self.plain(value),
            },
            _ => self.plain(value),
        };
        self.open.pop();
        text
    }

    fn plain(&mut self, value: Value) -> String {
        if let Some(entries) = self.first_of_many(value) {
            return lay_out(&self.label(value, &[]), "{", "}", &entries);
        }
        let keys = self.js.own_keys(value).unwrap_or_else(|_| self.none());
        let label = self.label(value, &keys);
        let entries = self.listed(value, keys, &[]);
        lay_out(&label, "{", "}", &entries)
    }

    /// What stands in front of an object that is not just an object.
    fn label(&self, value: Value, keys: &[Name]) -> String {
        let js = self.js;
        let name = self.constructor(value);
        let tag_name = js.intrinsics().tag;
        // One that is shown among the properties needs no second place.
        let listed = keys.contains(&tag_name);
        let tag = (!listed)
            .then(|| js.inherited_data(value, tag_name))
            .flatten();
        let tag = tag.filter(|tag| tag.is_string());
        let tag = tag.map(|tag| text_of(js, tag, ENTRIES_MAX).0);
        let tag = tag.filter(|tag| !tag.is_empty() && Some(tag) != name.as_ref());
        match (name, tag) {
            (None, tag) => format!("[{}: null prototype] ", tag.as_deref().unwrap_or("Object")),
            (Some(name), Some(tag)) => format!("{name} [{tag}] "),
            (Some(name), None) if name == "Object" => String::new(),
            (Some(name), None) => format!("{name} "),
        }
    }

    /// The name of what made an object, the nearest that has one; none without
    /// a prototype.
    fn constructor(&self, value: Value) -> Option<String> {
        let js = self.js;
        let mut at = js.keep(value);
        for depth in 0..CHAIN_MAX {
            if let Ok(Some(Property::Data(found))) = js.own_property(at, js.name("constructor")) {
                let name = self.function_name(found);
                js.free(found);
                if let Some(name) = name {
                    js.free(at);
                    return Some(name);
                }
            }
            let next = js.prototype(at).unwrap_or(Value::NULL);
            js.free(at);
            at = next;
            if !at.is_object() {
                return (depth > 0).then(|| "Object".to_owned());
            }
            if js.is_proxy(at) {
                break;
            }
        }
        js.free(at);
        Some("Object".to_owned())
    }

    fn function_name(&self, function: Value) -> Option<String> {
        let js = self.js;
        if !js.is_function(function) || js.is_proxy(function) {
            return None;
        }
        let name = js.inherited_data(function, js.name("name"))?;
        let text = name.is_string().then(|| text_of(js, name, ENTRIES_MAX).0);
        js.free(name);
        text.filter(|text| !text.is_empty())
    }

    pub(super) fn name_or(&self, value: Value, otherwise: &str) -> String {
        self.constructor(value).unwrap_or(otherwise.into())
    }

    /// Whether there is no room for another entry.
    pub(super) fn is_full(&self, entries: usize) -> bool {
        entries >= ENTRIES_MAX || self.bytes > BYTES_MAX
    }

    /// Own enumerable properties but these.
    pub(super) fn properties(&mut self, value: Value, without: &[&str]) -> Vec<String> {
        let keys = self.js.own_keys(value).unwrap_or_else(|_| self.none());
        self.listed(value, keys, without)
    }

    /// The first properties of a plain object with so many that listing their
    /// names alone would cost more than what is kept; none of another object.
    /// They stand as they were added, also where a number would come first.
    fn first_of_many(&mut self, value: Value) -> Option<Vec<String>> {
        let js = self.js;
        let Inside::Members(members) = inside(js, value) else {
            return None;
        };
        if members.count() <= LISTED_MAX {
            return None;
        }
        let mut shown = Vec::new();
        for index in 0..members.count() {
            if self.is_full(shown.len()) {
                shown.push(format!("... {} more", members.count() - index));
                break;
            }
            let (name, value) = match members.get(index) {
                Some(Member::Data(name, value)) => (name, value),
                Some(Member::Hidden) => continue,
                // What it is called only the engine says.
                Some(Member::Unusual) | None => return None,
            };
            let Some(label) = self.name_label(js.name_value(name), &[]) else {
                continue;
            };
            let text = self.value(value);
            self.bytes += label.len();
            shown.push(format!("{label}: {text}"));
        }
        Some(shown)
    }

    /// What stands before a property's value; none for those left out. Gives
    /// up the name.
    fn name_label(&self, name: Value, without: &[&str]) -> Option<String> {
        let js = self.js;
        let label = if name.is_symbol() {
            Some(format!("[{}]", symbol(js, name)))
        } else {
            let (text, more) = text_of(js, name, BYTES_MAX);
            let ellipsis = if more == 0 { "" } else { "..." };
            let is_shown = !without.contains(&text.as_str());
            is_shown.then(|| format!("{}{ellipsis}", key(&text)))
        };
        js.free(name);
        label
    }

    /// Properties of these names, which are given up.
    fn listed(&mut self, value: Value, keys: Vec<Name>, without: &[&str]) -> Vec<String> {
        let js = self.js;
        let mut shown = Vec::new();
        for (index, key_name) in keys.iter().enumerate() {
            if self.is_full(shown.len()) {
                shown.push(format!("... {} more", keys.len() - index));
                break;
            }
            let Some(label) = self.name_label(js.name_value(*key_name), without) else {
                continue;
            };
            let text = self.property(value, *key_name);
            self.bytes += label.len();
            shown.push(format!("{label}: {text}"));
        }
        for name in keys {
            js.free_name(name);
        }
        shown
    }

    fn none(&self) -> Vec<Name> {
        self.js.forget_exception();
        Vec::new()
    }

    /// An own property's value.
    fn property(&mut self, object: Value, name: Name) -> String {
        match self.js.own_property(object, name) {
            Ok(Some(Property::Data(value))) => {
                let text = self.value(value);
                self.js.free(value);
                text
            }
            Ok(_) => "[Getter]".to_owned(),
            Err(Thrown) => {
                self.js.forget_exception();
                "[Getter]".to_owned()
            }
        }
    }

    fn array(&mut self, value: Value) -> String {
        let js = self.js;
        let length = js.length(value).unwrap_or(0);
        let mut shown = Vec::new();
        let mut holes = 0;
        let mut at = 0;
        let hole = |holes: usize| match holes {
            1 => "<1 empty item>".to_owned(),
            holes => format!("<{holes} empty items>"),
        };
        while (at as usize) < length {
            if self.is_full(shown.len() + usize::from(holes > 0)) || at == PROBES_MAX {
                break;
            }
            let Ok(name) = js.index(at as usize) else {
                break;
            };
            at += 1;
            match js.own_property(value, name) {
                Ok(None) => holes += 1,
                Ok(Some(found)) => {
                    if holes > 0 {
                        shown.push(hole(core::mem::take(&mut holes)));
                    }
                    shown.push(match found {
                        Property::Data(item) => {
                            let text = self.value(item);
                            js.free(item);
                            text
                        }
                        Property::Accessor => "[Getter]".to_owned(),
                    });
                }
                Err(Thrown) => js.forget_exception(),
            }
        }
        if holes > 0 {
            shown.push(hole(holes));
        }
        match length - at as usize {
            0 => {}
            1 => shown.push("... 1 more item".to_owned()),
            more => shown.push(format!("... {more} more items")),
        }
        if length <= EXTRAS_BEYOND {
            shown.extend(self.extras(value));
        }
        let label = match self.name_or(value, "Array").as_str() {
            "Array" => String::new(),
            name => format!("{name}({length}) "),
        };
        lay_out(&label, "[", "]", &shown)
    }

    /// An array's properties that are not its items.
    fn extras(&mut self, value: Value) -> Vec<String> {
        let js = self.js;
        let names = js.own_names(value, false).unwrap_or_else(|_| self.none());
        let mut shown = Vec::new();
        for name in names {
            let text = js.name_text(name).unwrap_or_default();
            if text.parse::<u32>().is_err() && !self.is_full(shown.len()) {
                let value = self.property(value, name);
                shown.push(format!("{}: {value}", key(&text)));
            }
            js.free_name(name);
        }
        shown
    }

    /// The stack with the error's own head, what was added to it, its cause.
    fn error(&mut self, value: Value) -> String {
        let js = self.js;
        let text = |name: &'static str| {
            let found = js.inherited_data(value, js.name(name));
            let found = found.filter(|found| found.is_string());
            found.map(|found| text_of(js, found, BYTES_MAX).0)
        };
        let head = match (
            text("name").unwrap_or_default(),
            text("message").unwrap_or_default(),
        ) {
            (name, message) if name.is_empty() => message,
            (name, message) if message.is_empty() => name,
            (name, message) => format!("{name}: {message}"),
        };
        let stack = text("stack").or_else(|| {
            let stack = js.call(js.intrinsics().error_stack, value, &[]);
            let stack = stack.ok().filter(|stack| stack.is_string());
            stack.map(|stack| text_of(js, stack, BYTES_MAX).0)
        });
        let stack = stack.unwrap_or_default();
        let text = match stack.trim_end() {
            "" => format!("[{head}]"),
            stack => format!("{head}\n{stack}"),
        };
        self.bytes += text.len();
        let mut added = self.properties(value, &["name", "message", "stack"]);
        if let Ok(Some(Property::Data(cause))) = js.own_property(value, js.name("cause")) {
            let listed = added.iter().any(|entry| entry.starts_with("cause: "));
            if !listed {
                added.push(format!("[cause]: {}", self.value(cause)));
            }
            js.free(cause);
        }
        match added.as_slice() {
            [] => text,
            added => format!(
                "{text} {{\n  {}\n}}",
                added.join(",\n").replace('\n', "\n  ")
            ),
        }
    }
}

fn date(js: Js, value: Value) -> String {
    match js.call(js.intrinsics().date_iso, value, &[]) {
        Ok(text) => js.text(text).unwrap_or_default(),
        Err(Thrown) => {
            js.forget_exception();
            "Invalid Date".to_owned()
        }
    }
}

fn expression(js: Js, value: Value) -> String {
    match js.expression_parts(value) {
        Ok((source, flags)) => format!("/{}/{flags}", text_of(js, source, BYTES_MAX).0),
        Err(Thrown) => String::new(),
    }
}

fn dom_exception(js: Js, value: Value) -> String {
    let intrinsics = js.intrinsics();
    let text = |getter| {
        let text = js.call(getter, value, &[]).ok();
        text.map(|text| text_of(js, text, BYTES_MAX).0)
            .unwrap_or_default()
    };
    format!(
        "DOMException [{}: {}]",
        text(intrinsics.dom_name),
        text(intrinsics.dom_message)
    )
}

fn function(show: &Show, value: Value) -> String {
    match show.function_name(value) {
        Some(name) => format!("[Function: {name}]"),
        None => "[Function (anonymous)]".to_owned(),
    }
}

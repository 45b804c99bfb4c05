//! Values as text for a log, after the manner of Node.js.
//!
//! Short objects stand on one line, longer ones on several. Depth, entries and
//! length are bounded, so that a cyclic or huge value costs no more than a log
//! line is worth.

use super::data;
use crate::js::{Js, Name, Property, Value};

const DEPTH_MAX: usize = 4;
const ENTRIES_MAX: usize = 100;
const BYTES_MAX: usize = 16_384;
/// Objects that fit are written on one line.
const LINE_MAX: usize = 72;

/// A value as text. Never runs the program's code and never throws.
pub(crate) fn inspect(js: Js, value: Value) -> String {
    let mut show = Show {
        js,
        open: Vec::new(),
        bytes: 0,
    };
    show.value(value)
}

struct Show {
    js: Js,
    /// The objects being shown, outermost first.
    open: Vec<Value>,
    bytes: usize,
}

impl Show {
    fn value(&mut self, value: Value) -> String {
        let js = self.js;
        let text = if value.is_string() {
            quote(&js.text(value).unwrap_or_default())
        } else if value.is_bigint() {
            format!("{}n", js.text(value).unwrap_or_default())
        } else if value.is_symbol() {
            described(js, value)
                .map(|text| js.text(text).unwrap_or_default())
                .unwrap_or_default()
        } else if value.is_object() {
            self.object(value)
        } else if value.is_number()
            && js
                .number_of(value)
                .is_ok_and(|n| n == 0.0 && n.is_sign_negative())
        {
            "-0".to_owned()
        } else {
            js.text(value).unwrap_or_default()
        };
        self.bytes += text.len();
        text
    }

    fn object(&mut self, value: Value) -> String {
        let js = self.js;
        if self.open.contains(&value) {
            return "[Circular]".to_owned();
        }
        if js.is_proxy(value) {
            return "[Proxy]".to_owned();
        }
        if js.is_error(value) {
            return error(js, value);
        }
        if js.is_function(value) {
            return function(js, value);
        }
        if js.is_date(value) || js.is_regexp(value) {
            let text = described(js, value).map(|text| js.text(text).unwrap_or_default());
            return text.unwrap_or_default();
        }
        if self.open.len() >= DEPTH_MAX {
            return if js.is_array(value) {
                "[Array]"
            } else {
                "[Object]"
            }
            .to_owned();
        }
        self.open.push(value);
        let text = if js.is_map(value) || js.is_set(value) {
            self.collection(value)
        } else {
            self.entries(value)
        };
        self.open.pop();
        text
    }

    fn entries(&mut self, value: Value) -> String {
        let js = self.js;
        let array = js.is_array(value);
        let names = js.own_names(value, false).unwrap_or_else(|_| {
            js.take_exception();
            Vec::new()
        });
        let mut shown = Vec::new();
        for name in &names {
            if shown.len() == ENTRIES_MAX || self.bytes > BYTES_MAX {
                shown.push(format!("... {} more", names.len() - shown.len()));
                break;
            }
            shown.push(self.entry(value, *name, array));
        }
        for name in names {
            js.free_name(name);
        }
        let (open, close) = if array { ("[", "]") } else { ("{", "}") };
        lay_out("", open, close, &shown)
    }

    /// A map's or set's entries.
    fn collection(&mut self, value: Value) -> String {
        let js = self.js;
        let entries = described(js, value).and_then(|list| js.items(list).ok());
        let entries = entries.unwrap_or_default();
        let (kind, width) = if js.is_map(value) {
            ("Map", 2)
        } else {
            ("Set", 1)
        };
        let count = entries.len() / width;
        let mut shown = Vec::new();
        for entry in entries.chunks(width) {
            if shown.len() == ENTRIES_MAX || self.bytes > BYTES_MAX {
                shown.push(format!("... {} more", count - shown.len()));
                break;
            }
            let texts: Vec<String> = entry.iter().map(|item| self.value(*item)).collect();
            shown.push(texts.join(" => "));
        }
        lay_out(&format!("{kind}({count}) "), "{", "}", &shown)
    }

    fn entry(&mut self, object: Value, name: Name, array: bool) -> String {
        let js = self.js;
        let key = js.name_text(name).unwrap_or_default();
        let text = match js.own_property(object, name) {
            Ok(Some(Property::Data(value))) => {
                let text = self.value(value);
                js.free(value);
                text
            }
            Ok(_) => "[Getter]".to_owned(),
            Err(_) => {
                js.take_exception();
                "[Getter]".to_owned()
            }
        };
        if array && key.bytes().all(|byte| byte.is_ascii_digit()) {
            return text;
        }
        match is_identifier(&key) {
            true => format!("{key}: {text}"),
            false => format!("{}: {text}", quote(&key)),
        }
    }
}

/// What only JavaScript can read of a value, by functions that the program
/// cannot replace.
fn described(js: Js, value: Value) -> Option<Value> {
    let describe = crate::instance::get().describe;
    let described = js.call(describe, Value::UNDEFINED, &[value]);
    described.inspect_err(|_| js.free(js.take_exception())).ok()
}

fn lay_out(label: &str, open: &str, close: &str, entries: &[String]) -> String {
    if entries.is_empty() {
        return format!("{label}{open}{close}");
    }
    let width: usize = entries.iter().map(|entry| entry.len() + 2).sum();
    if width <= LINE_MAX && !entries.iter().any(|entry| entry.contains('\n')) {
        return format!("{label}{open} {} {close}", entries.join(", "));
    }
    let body = entries.join(",\n").replace('\n', "\n  ");
    format!("{label}{open}\n  {body}\n{close}")
}

/// The stack with the error's own head, as Node.js shows an error.
fn error(js: Js, value: Value) -> String {
    let text = |name: &'static str| {
        let found = js
            .get(value, js.name(name))
            .ok()
            .filter(|value| value.is_string());
        match found.map(|value| js.text(value)) {
            Some(Ok(text)) => text,
            _ => {
                js.take_exception();
                String::new()
            }
        }
    };
    let (name, message, stack) = (text("name"), text("message"), text("stack"));
    let head = match (name.as_str(), message.as_str()) {
        ("", message) => message.to_owned(),
        (name, "") => name.to_owned(),
        (name, message) => format!("{name}: {message}"),
    };
    match stack.trim_end() {
        "" => format!("[{head}]"),
        stack => format!("{head}\n{stack}"),
    }
}

fn function(js: Js, value: Value) -> String {
    let name = data(js, value, js.name("name")).filter(|name| name.is_string());
    match name.map(|name| js.text(name).unwrap_or_default()) {
        Some(name) if !name.is_empty() => format!("[Function: {name}]"),
        _ => "[Function (anonymous)]".to_owned(),
    }
}

fn is_identifier(key: &str) -> bool {
    let word = |c: char| c == '_' || c == '$' || c.is_alphanumeric();
    !key.is_empty() && key.chars().all(word) && !key.starts_with(|c: char| c.is_ascii_digit())
}

/// Single quotes, or the first other kind that needs no escape.
fn quote(text: &str) -> String {
    let mark = ['\'', '"', '`']
        .into_iter()
        .find(|mark| !text.contains(*mark))
        .unwrap_or('\'');
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push(mark);
    for character in text.chars() {
        match character {
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            '\\' => quoted.push_str("\\\\"),
            _ if character == mark => {
                quoted.push('\\');
                quoted.push(character);
            }
            _ => quoted.push(character),
        }
    }
    quoted.push(mark);
    quoted
}

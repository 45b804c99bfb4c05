//! Maps, sets, bytes, and the objects of our own classes, as [`Show`] shows
//! them: the first entries, and how many there are.

use super::layout::{lay_out, quote};
use super::primitive::ENTRIES_MAX;
use super::show::Show;
use crate::globals::{params, url};
use crate::js::{Species, Value};

/// Bytes of a buffer that are shown, as in Node.js.
const BYTES_SHOWN: usize = 50;

impl Show {
    /// A map's or set's entries.
    pub(super) fn collection(&mut self, value: Value) -> String {
        let js = self.js;
        let (kind, width) = match js.is_map(value) {
            true => ("Map", 2),
            false => ("Set", 1),
        };
        let count = js.size_of(value);
        let entries = js.entries_of(value, ENTRIES_MAX).unwrap_or_default();
        let mut shown = Vec::new();
        for entry in entries.chunks(width) {
            if self.is_full(shown.len()) {
                break;
            }
            let texts: Vec<String> = entry.iter().map(|item| self.value(*item)).collect();
            shown.push(texts.join(" => "));
        }
        for entry in entries {
            js.free(entry);
        }
        if shown.len() < count {
            shown.push(format!("... {} more", count - shown.len()));
        }
        shown.extend(self.properties(value, &[]));
        let name = self.name_or(value, kind);
        lay_out(&format!("{name}({count}) "), "{", "}", &shown)
    }

    /// A typed array's items, a `DataView`'s bytes.
    pub(super) fn view(&mut self, value: Value) -> String {
        let js = self.js;
        let Some(view) = js.view(value) else {
            return "[detached]".to_owned();
        };
        js.free(view.buffer);
        if view.kind.is_none() {
            let shown = [
                format!("byteLength: {}", view.bytes),
                format!("byteOffset: {}", view.offset),
            ];
            return lay_out("DataView ", "{", "}", &shown);
        }
        let count = view.bytes / view.width;
        let mut shown = Vec::new();
        for index in 0..count.min(ENTRIES_MAX) {
            let Ok(item) = js.item(value, index as u32) else {
                js.forget_exception();
                break;
            };
            shown.push(self.value(item));
            js.free(item);
        }
        match count - shown.len() {
            0 => {}
            1 => shown.push("... 1 more item".to_owned()),
            more => shown.push(format!("... {more} more items")),
        }
        let name = self.name_or(value, "TypedArray");
        lay_out(&format!("{name}({count}) "), "[", "]", &shown)
    }

    pub(super) fn buffer(&mut self, value: Value) -> String {
        let shown = self.js.with_buffer(value, |bytes| {
            let hex = bytes
                .iter()
                .take(BYTES_SHOWN)
                .map(|byte| format!("{byte:02x}"));
            let mut hex = hex.collect::<Vec<_>>().join(" ");
            if bytes.len() > BYTES_SHOWN {
                hex.push_str(&format!(" ... {} more bytes", bytes.len() - BYTES_SHOWN));
            }
            [
                format!("[Uint8Contents]: <{hex}>"),
                format!("byteLength: {}", bytes.len()),
            ]
        });
        let name = self.name_or(value, "ArrayBuffer");
        lay_out(&format!("{name} "), "{", "}", &shown.unwrap_or_default())
    }

    /// A primitive in an object, as in `new Number(1)`.
    pub(super) fn boxed(&mut self, value: Value) -> String {
        let kind = match self.js.species(value) {
            Species::Number => "Number",
            Species::String => "String",
            Species::Boolean => "Boolean",
            Species::BigInt => "BigInt",
            _ => "Symbol",
        };
        match self.js.unboxed(value) {
            Some(primitive) => format!("[{kind}: {}]", self.value(primitive)),
            None => format!("[{kind}]"),
        }
    }

    /// A `URL` or its parameters.
    pub(super) fn native(&mut self, value: Value) -> Option<String> {
        let js = self.js;
        if let Some(href) = url::href(js, value) {
            let shown = [format!("href: {}", quote(&href))];
            return Some(lay_out("URL ", "{", "}", &shown));
        }
        let pairs = params::pairs(js, value)?;
        let mut shown: Vec<String> = pairs
            .iter()
            .take(ENTRIES_MAX)
            .map(|(name, value)| format!("{} => {}", quote(name), quote(value)))
            .collect();
        if pairs.len() > shown.len() {
            shown.push(format!("... {} more", pairs.len() - shown.len()));
        }
        let close = if shown.is_empty() { "" } else { "}" };
        let open = if shown.is_empty() { "{}" } else { "{" };
        Some(lay_out("URLSearchParams ", open, close, &shown))
    }
}

//! Whether a value still says what its original text says.
//!
//! Most events pass most handlers unchanged, and must then be forwarded byte
//! for byte. Walking the text and the value side by side tells so without
//! building a second value or a second text. A `true` is certain; a `false`
//! may only mean that the text is unusual (a name twice, numbers as names).

use super::write::{data, plain, plain_prototypes};
use super::{DEPTH_MAX, Reader, Text, Unusual};
use crate::instance::Names;
use crate::js::{Js, Plain, Value};

/// Compares a parsed value with the text it came from.
pub(crate) fn same(js: Js, names: &Names, value: Value, text: &str) -> bool {
    let mut walk = Walk {
        reader: Reader { js, text, at: 0 },
        names,
    };
    plain_prototypes(js, names) && matches!(walk.value(value, 0), Ok(true))
}

struct Walk<'a> {
    reader: Reader<'a>,
    names: &'a Names,
}

impl Walk<'_> {
    fn value(&mut self, value: Value, depth: usize) -> Result<bool, Unusual> {
        let js = self.reader.js;
        self.reader.space();
        match self.reader.peek() {
            b'{' | b'[' if depth >= DEPTH_MAX => Err(Unusual),
            b'{' => match plain(js, self.names, value) {
                Some(Plain::Object) => self.object(value, depth),
                _ => Ok(false),
            },
            b'[' => match plain(js, self.names, value) {
                Some(Plain::Array) => self.array(value, depth),
                _ => Ok(false),
            },
            b'"' => {
                let text = self.reader.string()?;
                if !value.is_string() {
                    return Ok(false);
                }
                let text = text.as_str();
                Ok(js.with_utf8(value, |found| found == Some(text)))
            }
            // Numbers and words: equal bits are equal values.
            _ => Ok(self.reader.value(0)? == value),
        }
    }

    fn object(&mut self, object: Value, depth: usize) -> Result<bool, Unusual> {
        let js = self.reader.js;
        let names = js.own_names(object, true)?;
        let mut names = names.into_iter();
        self.reader.at += 1;
        self.reader.space();
        if self.reader.take(b'}') {
            return Ok(names.next().is_none());
        }
        loop {
            self.reader.space();
            let written = self.reader.name()?;
            self.reader.space();
            if names.next() != Some(written) || !self.reader.take(b':') {
                return Ok(false);
            }
            if !self.value(data(js, object, written)?, depth + 1)? {
                return Ok(false);
            }
            self.reader.space();
            if self.reader.take(b'}') {
                return Ok(names.next().is_none());
            }
            if !self.reader.take(b',') {
                return Err(Unusual);
            }
        }
    }

    fn array(&mut self, array: Value, depth: usize) -> Result<bool, Unusual> {
        let js = self.reader.js;
        let names = js.own_names(array, false)?;
        if js.length(array)? != names.len() {
            return Ok(false);
        }
        self.reader.at += 1;
        self.reader.space();
        if self.reader.take(b']') {
            return Ok(names.is_empty());
        }
        let mut names = names.into_iter();
        loop {
            let Some(name) = names.next() else {
                return Ok(false);
            };
            if !self.value(data(js, array, name)?, depth + 1)? {
                return Ok(false);
            }
            self.reader.space();
            if self.reader.take(b']') {
                return Ok(names.next().is_none());
            }
            if !self.reader.take(b',') {
                return Err(Unusual);
            }
        }
    }
}

impl Text<'_> {
    fn as_str(&self) -> &str {
        match self {
            Text::Plain(text) => text,
            Text::Escaped(text) => text,
        }
    }
}

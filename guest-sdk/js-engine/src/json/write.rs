//! JavaScript values into JSON, fast for plain data.
//!
//! Plain objects and arrays with data properties are written here. Whatever
//! `JSON.stringify` would run code for, or decide in another way, is left to
//! it: `toJSON`, getters, proxies, dates, cycles, half surrogate pairs. It must
//! never run the program's code, so that giving up has no effect.

use super::Unusual;
use crate::instance::Names;
use crate::js::{Js, Name, Plain, Property, Thrown, Value};

/// Deeper values, and so cyclic ones, are for the engine's serialiser.
const DEPTH_MAX: usize = 100;

/// Serialises as `JSON.stringify` does, whatever the program did to it; none
/// for what has no JSON.
pub(crate) fn write(js: Js, names: &Names, value: Value) -> Result<Option<String>, Thrown> {
    let mut writer = Writer {
        js,
        names,
        text: String::with_capacity(1_024),
    };
    if plain_prototypes(js, names) && writer.value(value, 0).is_ok() {
        return Ok(Some(writer.text));
    }
    let json = js.to_json(value)?;
    Ok(if json.is_string() {
        Some(js.text(json)?)
    } else {
        None
    })
}

/// Whether no `toJSON` was put on what all objects inherit from.
pub(crate) fn plain_prototypes(js: Js, names: &Names) -> bool {
    let clean = |object| matches!(js.own_property(object, names.to_json), Ok(None));
    clean(names.object_prototype) && clean(names.array_prototype)
}

struct Writer<'a> {
    js: Js,
    names: &'a Names,
    text: String,
}

impl Writer<'_> {
    fn value(&mut self, value: Value, depth: usize) -> Result<(), Unusual> {
        if value.is_string() {
            let js = self.js;
            return js.with_utf8(value, |text| quote(&mut self.text, text.ok_or(Unusual)?));
        }
        if let Some(number) = value.as_integer() {
            self.text.push_str(itoa(number, &mut [0; 11]));
        } else if value.is_null() {
            self.text.push_str("null");
        } else if let Some(truth) = value.as_bool() {
            self.text.push_str(if truth { "true" } else { "false" });
        } else if value.is_number() {
            let finite = self.js.number_of(value)?.is_finite();
            let text = if finite {
                self.js.text(value)?
            } else {
                "null".to_owned()
            };
            self.text.push_str(&text);
        } else if depth < DEPTH_MAX {
            return match plain(self.js, self.names, value) {
                Some(Plain::Object) => self.object(value, depth),
                Some(Plain::Array) => self.array(value, depth),
                None => Err(Unusual),
            };
        } else {
            return Err(Unusual);
        }
        Ok(())
    }

    fn object(&mut self, object: Value, depth: usize) -> Result<(), Unusual> {
        self.text.push('{');
        let mut first = true;
        for name in self.js.own_names(object, false)? {
            if name == self.names.to_json {
                return Err(Unusual);
            }
            let value = data(self.js, object, name)?;
            if value.is_undefined() || value.is_symbol() || self.js.is_function(value) {
                continue;
            }
            if !first {
                self.text.push(',');
            }
            first = false;
            let js = self.js;
            js.with_utf8(js.name_value(name), |text| {
                quote(&mut self.text, text.ok_or(Unusual)?)
            })?;
            self.text.push(':');
            self.value(value, depth + 1)?;
        }
        self.text.push('}');
        Ok(())
    }

    fn array(&mut self, array: Value, depth: usize) -> Result<(), Unusual> {
        let names = self.js.own_names(array, false)?;
        // Holes and named properties make these differ.
        if self.js.length(array)? != names.len() {
            return Err(Unusual);
        }
        self.text.push('[');
        for (index, name) in names.into_iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            let value = data(self.js, array, name)?;
            if value.is_undefined() || value.is_symbol() || self.js.is_function(value) {
                self.text.push_str("null");
            } else {
                self.value(value, depth + 1)?;
            }
        }
        self.text.push(']');
        Ok(())
    }
}

/// Whether an object is one that JSON itself could have made.
pub(super) fn plain(js: Js, names: &Names, value: Value) -> Option<Plain> {
    let plain = js.plain(value)?;
    let expected = match plain {
        Plain::Object => names.object_prototype,
        Plain::Array => names.array_prototype,
    };
    js.has_prototype(value, expected).then_some(plain)
}

/// An own property's value; accessors are unusual.
pub(super) fn data(js: Js, object: Value, name: Name) -> Result<Value, Unusual> {
    match js.own_property(object, name)? {
        Some(Property::Data(value)) => Ok(value),
        _ => Err(Unusual),
    }
}

/// Appends a quoted string, escaped as `JSON.stringify` does.
fn quote(out: &mut String, text: &str) -> Result<(), Unusual> {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest
        .bytes()
        .position(|byte| byte == b'"' || byte == b'\\' || byte < b' ')
    {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0c => out.push_str("\\f"),
            control => {
                out.push_str("\\u00");
                for digit in [control >> 4, control & 15] {
                    out.push(char::from_digit(digit.into(), 16).ok_or(Unusual)?);
                }
            }
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
    Ok(())
}

/// The decimal digits of an integer.
fn itoa(number: i32, buffer: &mut [u8; 11]) -> &str {
    let mut rest = number.unsigned_abs();
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    core::str::from_utf8(&buffer[at..]).unwrap_or_default()
}

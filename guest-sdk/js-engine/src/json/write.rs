//! JavaScript values into JSON, fast for plain data.
//!
//! Plain objects and arrays with data properties are written here. Whatever
//! `JSON.stringify` would run code for, or decide in another way, is left to
//! it: `toJSON`, getters, proxies, dates, cycles, half surrogate pairs. It keeps
//! its own stack, so that depth costs memory only. It must never run the
//! program's code, so that giving up has no effect.

use super::{Unusual, scan};
use crate::instance::Names;
use crate::js::{Js, Name, Plain, Property, Thrown, Value};

/// Serialises as `JSON.stringify` does, whatever the program did to it; none
/// for what has no JSON.
pub(crate) fn write(js: Js, names: &Names, value: Value) -> Result<Option<String>, Thrown> {
    if let Some(text) = write_ordinary(js, names, value) {
        return Ok(Some(text));
    }
    let json = js.to_json(value)?;
    Ok(if json.is_string() {
        Some(js.text(json)?)
    } else {
        None
    })
}

/// The same for ordinary values; none for others, of which nothing is known.
/// Keeps nothing of the value.
pub(crate) fn write_ordinary(js: Js, names: &Names, value: Value) -> Option<String> {
    let mut writer = Writer {
        js,
        names,
        text: String::with_capacity(1_024),
    };
    let is_written = plain_prototypes(js, names) && writer.document(js.keep(value)).is_ok();
    is_written.then_some(writer.text)
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

/// An object or array that is being written.
enum Open {
    Object {
        object: Value,
        names: Vec<Name>,
        next: usize,
        is_empty: bool,
    },
    Array {
        array: Value,
        length: usize,
        next: usize,
    },
}

impl Writer<'_> {
    fn document(&mut self, value: Value) -> Result<(), Unusual> {
        let mut open = Vec::new();
        // What contains itself is met again below where it was noted; noted is
        // the last one at a depth that is a power of two, so that it costs
        // nothing to look.
        let (mut noted, mut noted_depth) = (value, 1);
        let mut inner = self.value(value)?;
        loop {
            if let Some(container) = inner {
                open.push(container);
                let innermost = match open.last() {
                    Some(Open::Object { object, .. }) => *object,
                    Some(Open::Array { array, .. }) => *array,
                    None => return Err(Unusual),
                };
                let depth = open.len();
                if depth > noted_depth && innermost == noted {
                    return Err(Unusual);
                }
                if depth.is_power_of_two() {
                    (noted, noted_depth) = (innermost, depth);
                }
            }
            let Some(around) = open.last_mut() else {
                return Ok(());
            };
            inner = match self.next(around)? {
                Some(value) => self.value(value)?,
                None => {
                    if let Some(written) = open.pop() {
                        self.release(written);
                    }
                    None
                }
            };
        }
    }

    /// Writes a value, whose reference it takes over; of an object or array its
    /// beginning.
    fn value(&mut self, value: Value) -> Result<Option<Open>, Unusual> {
        if value.is_string() {
            let js = self.js;
            js.with_utf8(value, |text| quote(&mut self.text, text.ok_or(Unusual)?))?;
        } else if let Some(number) = value.as_integer() {
            self.text.push_str(itoa(number.into(), &mut [0; 20]));
        } else if value.is_null() {
            self.text.push_str("null");
        } else if let Some(truth) = value.as_bool() {
            self.text.push_str(if truth { "true" } else { "false" });
        } else if value.is_number() {
            let number = self.js.number_of(value)?;
            if !number.is_finite() {
                self.text.push_str("null");
            } else if number.abs() < WHOLE_BELOW && number.trunc() == number {
                self.text.push_str(itoa(number as i64, &mut [0; 20]));
            } else {
                self.text.push_str(&self.js.text(value)?);
            }
        } else {
            // Released when its end is written.
            return match plain(self.js, self.names, value) {
                Some(Plain::Object) => self.open_object(value).map(Some),
                Some(Plain::Array) => self.open_array(value).map(Some),
                None => Err(Unusual),
            };
        }
        self.js.free(value);
        Ok(None)
    }

    /// Gives up what an object or array was written from.
    fn release(&self, written: Open) {
        match written {
            Open::Object { object, names, .. } => {
                names.into_iter().for_each(|name| self.js.free_name(name));
                self.js.free(object);
            }
            Open::Array { array, .. } => self.js.free(array),
        }
    }

    fn open_object(&mut self, object: Value) -> Result<Open, Unusual> {
        self.text.push('{');
        Ok(Open::Object {
            object,
            names: self.js.own_names(object, false)?,
            next: 0,
            is_empty: true,
        })
    }

    fn open_array(&mut self, array: Value) -> Result<Open, Unusual> {
        if self.js.own_property(array, self.names.to_json)?.is_some() {
            return Err(Unusual);
        }
        self.text.push('[');
        Ok(Open::Array {
            array,
            length: self.js.length(array)?,
            next: 0,
        })
    }

    /// Writes up to the next value inside of an object or array, or its end.
    fn next(&mut self, around: &mut Open) -> Result<Option<Value>, Unusual> {
        match around {
            Open::Object {
                object,
                names,
                next,
                is_empty,
            } => self.next_member(*object, names, next, is_empty),
            Open::Array {
                array,
                length,
                next,
            } => self.next_item(*array, *length, next),
        }
    }

    fn next_member(
        &mut self,
        object: Value,
        names: &[Name],
        next: &mut usize,
        is_empty: &mut bool,
    ) -> Result<Option<Value>, Unusual> {
        let js = self.js;
        while let Some(name) = names.get(*next) {
            *next += 1;
            if *name == self.names.to_json {
                return Err(Unusual);
            }
            let value = data(js, object, *name)?;
            if has_no_json(js, value) {
                js.free(value);
                continue;
            }
            if !*is_empty {
                self.text.push(',');
            }
            *is_empty = false;
            let name = js.name_value(*name);
            js.with_utf8(name, |text| quote(&mut self.text, text.ok_or(Unusual)?))?;
            js.free(name);
            self.text.push(':');
            return Ok(Some(value));
        }
        self.text.push('}');
        Ok(None)
    }

    fn next_item(
        &mut self,
        array: Value,
        length: usize,
        next: &mut usize,
    ) -> Result<Option<Value>, Unusual> {
        let js = self.js;
        while *next < length {
            if *next > 0 {
                self.text.push(',');
            }
            // A hole may be filled by what arrays inherit: unusual.
            let value = data(js, array, js.index(*next)?)?;
            *next += 1;
            if !has_no_json(js, value) {
                return Ok(Some(value));
            }
            js.free(value);
            self.text.push_str("null");
        }
        self.text.push(']');
        Ok(None)
    }
}

/// Whether a value is left out of an object, and null in an array.
fn has_no_json(js: Js, value: Value) -> bool {
    value.is_undefined() || value.is_symbol() || js.is_function(value)
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

/// A text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    // The only failure is a digit beyond 16, of which there is none.
    let _ = quote(&mut out, text);
    out
}

/// Appends a quoted string, escaped as `JSON.stringify` does.
fn quote(out: &mut String, text: &str) -> Result<(), Unusual> {
    out.push('"');
    let mut rest = text;
    loop {
        let at = scan::plain_length(rest.as_bytes());
        if at == rest.len() {
            break;
        }
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

/// Whole numbers below this are written digit by digit: 2^53.
const WHOLE_BELOW: f64 = 9_007_199_254_740_992.0;

/// The decimal digits of an integer.
fn itoa(number: i64, buffer: &mut [u8; 20]) -> &str {
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

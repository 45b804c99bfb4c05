//! JavaScript values into JSON, fast for plain data.
//!
//! Plain objects and arrays with data properties are written here. Whatever
//! `JSON.stringify` would run code for, or decide in another way, is left to
//! it: `toJSON`, getters, proxies, dates, cycles, half surrogate pairs. It keeps
//! its own stack, so that depth costs memory only. It must never run the
//! program's code, so that giving up has no effect.

use super::names::Texts;
use super::{Unusual, number, scan};
use crate::js::{Inside, Items, Js, Member, Members, Name, Property, Thrown, Value, inside};

/// Serialises as `JSON.stringify` does, whatever the program did to it; none
/// for what has no JSON.
pub(crate) fn write(js: Js, value: Value) -> Result<Option<String>, Thrown> {
    match write_ordinary(js, value) {
        Some(text) => Ok(Some(text)),
        None => write_unusual(js, value),
    }
}

/// Serialises by the engine's own serialiser, which may run the program's code.
pub(crate) fn write_unusual(js: Js, value: Value) -> Result<Option<String>, Thrown> {
    let json = js.to_json(value)?;
    Ok(if json.is_string() {
        Some(js.text(json)?)
    } else {
        None
    })
}

/// Serialises an ordinary value; none for others, of which nothing is known.
/// Keeps nothing of the value.
pub(crate) fn write_ordinary(js: Js, value: Value) -> Option<String> {
    let mut writer = Writer {
        js,
        texts: Texts::new(js),
        text: String::with_capacity(1_024),
    };
    let is_written = plain_prototypes(js) && writer.document(value).is_ok();
    is_written.then_some(writer.text)
}

/// Whether no `toJSON` was put on what all objects inherit from.
pub(crate) fn plain_prototypes(js: Js) -> bool {
    let intrinsics = js.intrinsics();
    let clean = |object| matches!(js.own_property(object, intrinsics.to_json), Ok(None));
    clean(intrinsics.object_prototype) && clean(intrinsics.array_prototype)
}

struct Writer {
    js: Js,
    texts: Texts,
    text: String,
}

/// An object or array that is being written. Values are alive as long as the
/// one that is written: no program runs meanwhile.
enum Open {
    Members {
        members: Members,
        next: usize,
        is_empty: bool,
    },
    Items {
        items: Items,
        next: usize,
    },
    /// An object with numbers for names, which come first.
    Object {
        object: Value,
        names: Vec<Name>,
        next: usize,
        is_empty: bool,
    },
}

impl Writer {
    fn document(&mut self, value: Value) -> Result<(), Unusual> {
        let mut open = Vec::new();
        // What contains itself is met again below where it was noted; noted is
        // the last one at a depth that is a power of two, so that it costs
        // nothing to look.
        let (mut noted, mut noted_depth) = (value, 1);
        let mut value = value;
        let mut inner = self.value(value)?;
        loop {
            if let Some(container) = inner {
                open.push(container);
                let depth = open.len();
                if depth > noted_depth && value == noted {
                    return Err(Unusual);
                }
                if depth.is_power_of_two() {
                    (noted, noted_depth) = (value, depth);
                }
            }
            let Some(around) = open.last_mut() else {
                return Ok(());
            };
            inner = match self.next(around)? {
                Some(next) => {
                    value = next;
                    self.value(value)?
                }
                None => {
                    if let Some(Open::Object { names, .. }) = open.pop() {
                        names.into_iter().for_each(|name| self.js.free_name(name));
                    }
                    None
                }
            };
        }
    }

    /// Writes a value; of an object or array its beginning.
    fn value(&mut self, value: Value) -> Result<Option<Open>, Unusual> {
        if let Some(number) = value.as_integer() {
            self.text.push_str(itoa(number.into(), &mut [0; 20]));
        } else if value.is_object() {
            return self.open(value).map(Some);
        } else if value.is_string() {
            let js = self.js;
            js.with_utf8(value, |text| quote(&mut self.text, text.ok_or(Unusual)?))?;
        } else if value.is_null() {
            self.text.push_str("null");
        } else if let Some(truth) = value.as_bool() {
            self.text.push_str(if truth { "true" } else { "false" });
        } else if value.is_number() {
            self.number(value)?;
        } else {
            return Err(Unusual);
        }
        Ok(None)
    }

    fn number(&mut self, value: Value) -> Result<(), Unusual> {
        let number = self.js.number_of(value)?;
        if !number.is_finite() {
            self.text.push_str("null");
        } else if number.abs() < WHOLE_BELOW && number.trunc() == number {
            self.text.push_str(itoa(number as i64, &mut [0; 20]));
        } else if let Some((digits, power)) = number::write(number.abs()) {
            // A power that no integer holds is larger than all digits.
            let ten = 10_u64.checked_pow(power as u32).unwrap_or(u64::MAX);
            if number < 0.0 {
                self.text.push('-');
            }
            let (whole, fraction) = (digits / ten, digits % ten);
            self.text.push_str(itoa(whole as i64, &mut [0; 20]));
            self.text.push('.');
            let mut buffer = [0; 20];
            let fraction = itoa(fraction as i64, &mut buffer);
            (fraction.len()..power).for_each(|_| self.text.push('0'));
            self.text.push_str(fraction);
        } else {
            self.text.push_str(&self.js.text(value)?);
        }
        Ok(())
    }

    fn open(&mut self, value: Value) -> Result<Open, Unusual> {
        Ok(match inside(self.js, value) {
            Inside::Items(items) => {
                self.text.push('[');
                Open::Items { items, next: 0 }
            }
            Inside::Members(members) if !members.has_numbers() => {
                self.text.push('{');
                Open::Members {
                    members,
                    next: 0,
                    is_empty: true,
                }
            }
            Inside::Members(_) => {
                self.text.push('{');
                Open::Object {
                    object: value,
                    names: self.js.own_names(value, false)?,
                    next: 0,
                    is_empty: true,
                }
            }
            // Holes, names on arrays, classes: for the engine's serialiser.
            Inside::Other => return Err(Unusual),
        })
    }

    /// Writes up to the next value inside of an object or array, or its end.
    fn next(&mut self, around: &mut Open) -> Result<Option<Value>, Unusual> {
        match around {
            Open::Members {
                members,
                next,
                is_empty,
            } => self.next_member(*members, next, is_empty),
            Open::Items { items, next } => Ok(self.next_item(*items, next)),
            Open::Object {
                object,
                names,
                next,
                is_empty,
            } => {
                while let Some(name) = names.get(*next) {
                    *next += 1;
                    let value = data(self.js, *object, *name)?;
                    if self.name(*name, value, is_empty)? {
                        return Ok(Some(value));
                    }
                }
                self.text.push('}');
                Ok(None)
            }
        }
    }

    fn next_member(
        &mut self,
        members: Members,
        next: &mut usize,
        is_empty: &mut bool,
    ) -> Result<Option<Value>, Unusual> {
        while let Some(member) = members.get(*next) {
            *next += 1;
            match member {
                Member::Data(name, value) => {
                    if self.name(name, value, is_empty)? {
                        return Ok(Some(value));
                    }
                }
                Member::Hidden => {}
                Member::Unusual => return Err(Unusual),
            }
        }
        self.text.push('}');
        Ok(None)
    }

    fn next_item(&mut self, items: Items, next: &mut usize) -> Option<Value> {
        while let Some(value) = items.get(*next) {
            if *next > 0 {
                self.text.push(',');
            }
            *next += 1;
            if !has_no_json(self.js, value) {
                return Some(value);
            }
            self.text.push_str("null");
        }
        self.text.push(']');
        None
    }

    /// Writes a member's name; says whether it has one, and a value.
    fn name(&mut self, name: Name, value: Value, is_empty: &mut bool) -> Result<bool, Unusual> {
        if name == self.js.intrinsics().to_json {
            return Err(Unusual);
        }
        if has_no_json(self.js, value) {
            return Ok(false);
        }
        let comma = if *is_empty { "" } else { "," };
        if let Some(plain) = self.texts.plain(name) {
            self.text.push_str(comma);
            self.text.push('"');
            self.text.push_str(plain);
            self.text.push_str("\":");
        } else {
            let js = self.js;
            let name = js.name_value(name);
            if name.is_symbol() {
                js.free(name);
                return Ok(false);
            }
            self.text.push_str(comma);
            js.with_utf8(name, |text| quote(&mut self.text, text.ok_or(Unusual)?))?;
            self.text.push(':');
            js.free(name);
        }
        *is_empty = false;
        Ok(true)
    }
}

/// Whether a value is left out of an object, and null in an array.
fn has_no_json(js: Js, value: Value) -> bool {
    value.is_undefined() || value.is_symbol() || (value.is_object() && js.is_function(value))
}

/// An own property's value, whose reference stays the object's; accessors are
/// unusual.
pub(super) fn data(js: Js, object: Value, name: Name) -> Result<Value, Unusual> {
    match js.own_property(object, name)? {
        Some(Property::Data(value)) => {
            js.free(value);
            Ok(value)
        }
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

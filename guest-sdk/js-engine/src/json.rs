//! JSON to and from JavaScript values, fast for what webhooks carry.
//!
//! The engine's own parser spends most of an event's time. This one builds
//! the same values for ordinary texts; whatever is unusual (a syntax error,
//! half a surrogate pair) it leaves to the engine's, which alone decides what is
//! JSON. It keeps its own stack, so nesting may be as deep as the text is long.
//! It must never accept what that would refuse.

use crate::js::{Js, Name, Thrown, Value};

mod names;
mod number;
mod same;
mod scan;
mod skip;
mod write;

pub(crate) use same::{Sameness, same};
pub(crate) use write::{quoted, write, write_ordinary, write_unusual};

/// Parses a text as `JSON.parse` does, whatever the program did to it.
pub(crate) fn parse(js: Js, text: &str) -> Result<Value, Thrown> {
    match parse_ordinary(js, text) {
        Some(value) => Ok(value),
        None => js.parse_json(text),
    }
}

/// Parses an ordinary text; none for others, of which nothing is known.
pub(crate) fn parse_ordinary(js: Js, text: &str) -> Option<Value> {
    let mut reader = Reader::new(js, text);
    match reader.document() {
        Ok(value) => Some(value),
        Err(Unusual) => {
            // Nothing that was thrown on the way counts.
            js.free(js.take_exception());
            None
        }
    }
}

/// The text is for the engine's parser.
struct Unusual;

impl From<Thrown> for Unusual {
    fn from(Thrown: Thrown) -> Self {
        Self
    }
}

struct Reader<'a> {
    js: Js,
    text: &'a str,
    at: usize,
    known: names::Known,
}

/// An object or array that has not ended.
enum Open {
    /// With the name whose value comes next.
    Object(Value, Name),
    /// With the place of its first item among all items.
    Array(usize),
}

impl<'a> Reader<'a> {
    fn new(js: Js, text: &'a str) -> Self {
        Self {
            js,
            text,
            at: 0,
            known: names::Known::new(),
        }
    }

    fn document(&mut self) -> Result<Value, Unusual> {
        let mut open: Vec<Open> = Vec::new();
        let mut items: Vec<Value> = Vec::new();
        loop {
            self.space();
            let mut value = match self.peek() {
                b'{' => {
                    let object = self.js.object()?;
                    self.at += 1;
                    self.space();
                    if !self.take(b'}') {
                        open.push(Open::Object(object, self.member()?));
                        continue;
                    }
                    object
                }
                b'[' => {
                    self.at += 1;
                    self.space();
                    if !self.take(b']') {
                        open.push(Open::Array(items.len()));
                        continue;
                    }
                    self.js.array_taking(&[])?
                }
                _ => self.scalar()?,
            };
            // The value has ended; so may have what is around it.
            loop {
                self.space();
                match open.last_mut() {
                    None if self.at == self.text.len() => return Ok(value),
                    None => return Err(Unusual),
                    Some(Open::Object(object, name)) => {
                        self.js.define_taking(*object, *name, value)?;
                        if self.take(b',') {
                            self.space();
                            *name = self.member()?;
                            break;
                        }
                        if !self.take(b'}') {
                            return Err(Unusual);
                        }
                        value = *object;
                    }
                    Some(Open::Array(first)) => {
                        items.push(value);
                        if self.take(b',') {
                            break;
                        }
                        if !self.take(b']') {
                            return Err(Unusual);
                        }
                        value = self.js.array_taking(&items[*first..])?;
                        items.truncate(*first);
                    }
                }
                open.pop();
            }
        }
    }

    /// A value that holds no others.
    fn scalar(&mut self) -> Result<Value, Unusual> {
        match self.peek() {
            b'"' => {
                let text = self.string()?;
                Ok(match text {
                    Text::Plain(text) => self.js.string(text)?,
                    Text::Escaped(text) => self.js.string(&text)?,
                })
            }
            b't' => self.word("true", Value::bool(true)),
            b'f' => self.word("false", Value::bool(false)),
            b'n' => self.word("null", Value::NULL),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(Unusual),
        }
    }

    /// Reads a member's name and the colon.
    fn member(&mut self) -> Result<Name, Unusual> {
        let name = self.name()?;
        self.space();
        match self.take(b':') {
            true => Ok(name),
            false => Err(Unusual),
        }
    }

    fn name(&mut self) -> Result<Name, Unusual> {
        if self.peek() != b'"' {
            return Err(Unusual);
        }
        let text = match self.string()? {
            Text::Plain(text) => text,
            Text::Escaped(text) => return Ok(self.js.any_name(&text)?),
        };
        if let Some(name) = self.known.name(self.text, text) {
            return Ok(name);
        }
        let name = match text.is_ascii() {
            // Interning compares bytes, which is right for ASCII only.
            true => self.js.ascii_name(text)?,
            false => self.js.any_name(text)?,
        };
        self.known.remember(text, self.at - 1 - text.len(), name);
        Ok(name)
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Unusual> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(Unusual);
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, Unusual> {
        let start = self.at;
        let is_negative = self.take(b'-');
        let first = self.peek();
        let mut digits = 0_u64;
        let whole = self.digits(&mut digits);
        if whole == 0 || (whole > 1 && first == b'0') {
            return Err(Unusual);
        }
        let mut fraction = 0;
        if self.take(b'.') {
            fraction = self.digits(&mut digits);
            if fraction == 0 {
                return Err(Unusual);
            }
        }
        let has_exponent = matches!(self.peek(), b'e' | b'E');
        if has_exponent {
            self.at += 1;
            if !self.take(b'+') {
                self.take(b'-');
            }
            if self.digits(&mut 0) == 0 {
                return Err(Unusual);
            }
        }
        let signed = |number: f64| if is_negative { -number } else { number };
        // What counted the digits may have overflowed beyond eighteen.
        if !has_exponent && whole + fraction <= 18 {
            // Minus zero is not an integer.
            if fraction == 0 && digits <= i32::MAX as u64 && (digits > 0 || !is_negative) {
                let number = digits as i32;
                return Ok(Value::integer(if is_negative { -number } else { number }));
            }
            if let Some(number) = number::read(digits, fraction) {
                return Ok(Value::number(signed(number)));
            }
        }
        let text = &self.text[start..self.at];
        text.parse().map(Value::number).map_err(|_| Unusual)
    }

    /// Reads digits, and appends them to a number.
    fn digits(&mut self, number: &mut u64) -> usize {
        let start = self.at;
        loop {
            let digit = self.peek().wrapping_sub(b'0');
            if digit > 9 {
                return self.at - start;
            }
            *number = number.wrapping_mul(10).wrapping_add(digit.into());
            self.at += 1;
        }
    }

    /// Reads a string; `at` is on its opening quote.
    fn string(&mut self) -> Result<Text<'a>, Unusual> {
        let start = self.at + 1;
        let end = start + self.plain_length(start);
        match self.text.as_bytes().get(end) {
            Some(b'"') => {
                self.at = end + 1;
                Ok(Text::Plain(&self.text[start..end]))
            }
            Some(b'\\') => self.escaped(start, end),
            // A control character, or the end.
            _ => Err(Unusual),
        }
    }

    fn escaped(&mut self, start: usize, mut end: usize) -> Result<Text<'a>, Unusual> {
        let mut text = self.text[start..end].to_owned();
        loop {
            match self.text.as_bytes().get(end) {
                Some(b'"') => {
                    self.at = end + 1;
                    return Ok(Text::Escaped(text));
                }
                Some(b'\\') => {}
                _ => return Err(Unusual),
            }
            self.at = end + 1;
            text.push(self.escape()?);
            end = self.at + self.plain_length(self.at);
            text.push_str(&self.text[self.at..end]);
        }
    }

    /// Reads what follows a backslash.
    fn escape(&mut self) -> Result<char, Unusual> {
        let kind = self.peek();
        self.at += 1;
        Ok(match kind {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit()?;
                let low = match unit {
                    0xd800..0xdc00 if self.take(b'\\') && self.take(b'u') => Some(self.unit()?),
                    _ => None,
                };
                let mut pair = char::decode_utf16([unit].into_iter().chain(low));
                // Half a pair is for the engine's parser.
                match (pair.next(), pair.next()) {
                    (Some(Ok(character)), None) => character,
                    _ => return Err(Unusual),
                }
            }
            _ => return Err(Unusual),
        })
    }

    fn unit(&mut self) -> Result<u16, Unusual> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(Unusual)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(Unusual);
        }
        self.at += 4;
        u16::from_str_radix(digits, 16).map_err(|_| Unusual)
    }

    /// How many bytes from `start` on need no attention in a string.
    fn plain_length(&self, start: usize) -> usize {
        let rest = self.text.as_bytes().get(start..);
        scan::plain_length(rest.unwrap_or_default())
    }

    fn space(&mut self) {
        loop {
            let byte = self.peek();
            if byte > b' ' || !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return;
            }
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    /// The next byte, or 0, which JSON has no use for, at the end.
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }
}

enum Text<'a> {
    Plain(&'a str),
    Escaped(String),
}

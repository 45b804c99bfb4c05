//! JSON to and from JavaScript values, fast for what webhooks carry.
//!
//! The engine's own parser spends most of an event's time. This one builds
//! the same values for ordinary texts; whatever is unusual (a syntax error,
//! half a surrogate pair) it leaves to the engine's, which alone decides what is
//! JSON. It keeps its own stack, so nesting may be as deep as the text is long.
//! It must never accept what that would refuse.

use crate::js::{Js, Name, Thrown, Value};

mod same;
mod scan;
mod skip;
mod write;

pub(crate) use same::{Sameness, same};
pub(crate) use write::{quoted, write, write_ordinary};

/// Parses a text as `JSON.parse` does, whatever the program did to it.
pub(crate) fn parse(js: Js, text: &str) -> Result<Value, Thrown> {
    match parse_ordinary(js, text) {
        Some(value) => Ok(value),
        None => js.parse_json(text),
    }
}

/// The same for ordinary texts; none for others, of which nothing is known.
pub(crate) fn parse_ordinary(js: Js, text: &str) -> Option<Value> {
    let mut reader = Reader { js, text, at: 0 };
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
}

/// An object or array that has not ended.
enum Open {
    /// With the name whose value comes next.
    Object(Value, Name),
    /// With the place of its first item among all items.
    Array(usize),
}

impl<'a> Reader<'a> {
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
        Ok(match self.string()? {
            // Interning compares bytes, which is right for ASCII only.
            Text::Plain(text) if text.is_ascii() => self.js.ascii_name(text)?,
            Text::Plain(text) => self.js.any_name(text)?,
            Text::Escaped(text) => self.js.any_name(&text)?,
        })
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
        self.take(b'-');
        let first = self.peek();
        let digits = self.digits();
        if digits == 0 || (digits > 1 && first == b'0') {
            return Err(Unusual);
        }
        let mut whole = digits <= 9;
        if self.take(b'.') {
            whole = false;
            if self.digits() == 0 {
                return Err(Unusual);
            }
        }
        if self.take(b'e') || self.take(b'E') {
            whole = false;
            if !self.take(b'+') {
                self.take(b'-');
            }
            if self.digits() == 0 {
                return Err(Unusual);
            }
        }
        let text = &self.text[start..self.at];
        // Minus zero is no integer.
        match text.parse::<i32>() {
            Ok(number) if whole && text != "-0" => Ok(Value::integer(number)),
            _ => text.parse().map(Value::number).map_err(|_| Unusual),
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        self.at - start
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
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
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

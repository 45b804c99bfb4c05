//! JSON to and from JavaScript values, fast for what webhooks carry.
//!
//! The engine's own parser spends most of an event's time. This one builds
//! the same values for ordinary texts; whatever is unusual (a syntax error,
//! half a surrogate pair, deep nesting) it leaves to the engine's, which alone
//! decides what is JSON. It must never accept what that would refuse.

use crate::js::{Js, Name, Thrown, Value};

mod same;
mod write;

pub(crate) use same::same;
pub(crate) use write::{plain_prototypes, write};

/// Deeper texts go to the engine's parser, which knows the stack's limit.
const DEPTH_MAX: usize = 100;

/// Parses a text as `JSON.parse` does, whatever the program did to it.
pub(crate) fn parse(js: Js, text: &str) -> Result<Value, Thrown> {
    let mut reader = Reader { js, text, at: 0 };
    match reader.document() {
        Ok(value) => Ok(value),
        Err(Unusual) => {
            // Nothing that was thrown on the way counts.
            js.free(js.take_exception());
            js.parse_json(text)
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

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Value, Unusual> {
        let value = self.value(0)?;
        self.space();
        if self.at == self.text.len() {
            Ok(value)
        } else {
            Err(Unusual)
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, Unusual> {
        self.space();
        match self.peek() {
            b'{' if depth < DEPTH_MAX => self.object(depth),
            b'[' if depth < DEPTH_MAX => self.array(depth),
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

    fn object(&mut self, depth: usize) -> Result<Value, Unusual> {
        let object = self.js.object()?;
        self.at += 1;
        self.space();
        if self.take(b'}') {
            return Ok(object);
        }
        loop {
            self.space();
            let name = self.name()?;
            self.space();
            if !self.take(b':') {
                return Err(Unusual);
            }
            let value = self.value(depth + 1)?;
            self.js.define_taking(object, name, value)?;
            self.space();
            if self.take(b'}') {
                return Ok(object);
            }
            if !self.take(b',') {
                return Err(Unusual);
            }
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

    fn array(&mut self, depth: usize) -> Result<Value, Unusual> {
        let mut values = Vec::new();
        self.at += 1;
        self.space();
        if !self.take(b']') {
            loop {
                values.push(self.value(depth + 1)?);
                self.space();
                if self.take(b']') {
                    break;
                }
                if !self.take(b',') {
                    return Err(Unusual);
                }
            }
        }
        Ok(self.js.array_taking(&values)?)
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
        let bytes = &self.text.as_bytes()[start..];
        let special = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < b' ';
        bytes.iter().position(special).unwrap_or(bytes.len())
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

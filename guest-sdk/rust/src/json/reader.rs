//! The tokens of a JSON text, one after the other.
//!
//! Knows where it is and how deep; knows nothing of the types that are made of
//! the tokens.

use super::error::Error;
use super::{DEPTH_MAX, escape, scan};
use std::borrow::Cow;

/// A string without its end: the text's end or a control character.
const UNENDED: &str = "a string does not end";

pub(super) struct Reader<'a> {
    text: &'a str,
    position: usize,
    depth: usize,
}

/// A number as it is written.
pub(super) struct Number<'a> {
    pub(super) text: &'a str,
    pub(super) is_negative: bool,
    /// The number without its sign; `None` when it has a fraction or an
    /// exponent, or exceeds 64 bits.
    pub(super) magnitude: Option<u64>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            position: 0,
            depth: 0,
        }
    }

    /// How many bytes have been read.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// The byte at the position, white space or not.
    pub(super) fn here(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    /// The next token's first byte.
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.here() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.position += 1,
                other => return other,
            }
        }
    }

    /// Takes the byte at the position, which [`peek`](Self::peek) has seen.
    pub(super) fn take(&mut self) {
        self.position += 1;
    }

    /// Takes the next token if it is this one.
    pub(super) fn take_if(&mut self, token: u8) -> bool {
        let is_next = self.peek() == Some(token);
        if is_next {
            self.take();
        }
        is_next
    }

    pub(super) fn expect(&mut self, token: u8, otherwise: &str) -> Result<(), Error> {
        if self.take_if(token) {
            Ok(())
        } else {
            Err(self.refuse(otherwise))
        }
    }

    /// Takes an array's or an object's opening bracket.
    pub(super) fn enter(&mut self) -> Result<(), Error> {
        self.take();
        if self.depth == DEPTH_MAX {
            return Err(Error::new("nested too deeply"));
        }
        self.depth += 1;
        Ok(())
    }

    /// Leaves what [`enter`](Self::enter) entered.
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Takes a word such as `null`.
    pub(super) fn word(&mut self, word: &str) -> Result<(), Error> {
        let rest = self.text.as_bytes().get(self.position..);
        if rest.is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            self.position += word.len();
            Ok(())
        } else {
            Err(Error::new("expected a value"))
        }
    }

    /// Takes a string, whose quote is next. Borrowed unless it has escapes.
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, Error> {
        let start = self.position + 1;
        let end = scan::plain_end(self.text.as_bytes(), start);
        self.position = end;
        let plain = &self.text[start..end];
        if self.here() == Some(b'"') {
            self.take();
            return Ok(Cow::Borrowed(plain));
        }
        self.string_with_escapes(plain).map(Cow::Owned)
    }

    #[cold]
    fn string_with_escapes(&mut self, plain: &str) -> Result<String, Error> {
        let mut string = plain.to_owned();
        loop {
            match self.here() {
                Some(b'"') => {
                    self.take();
                    return Ok(string);
                }
                Some(b'\\') => string.push(self.escape()?),
                _ => return Err(Error::new(UNENDED)),
            }
            let end = scan::plain_end(self.text.as_bytes(), self.position);
            string.push_str(&self.text[self.position..end]);
            self.position = end;
        }
    }

    /// Takes a string, whose quote is next, without looking at its text.
    pub(super) fn skip_string(&mut self) -> Result<(), Error> {
        self.take();
        loop {
            self.position = scan::plain_end(self.text.as_bytes(), self.position);
            match self.here() {
                Some(b'"') => break,
                Some(b'\\') => self.escape().map(drop)?,
                _ => return Err(Error::new(UNENDED)),
            }
        }
        self.take();
        Ok(())
    }

    #[cold]
    fn escape(&mut self) -> Result<char, Error> {
        let rest = &self.text.as_bytes()[self.position..];
        let (char, length) = escape::read(rest).ok_or_else(|| Error::new(escape::BAD))?;
        self.position += length;
        Ok(char)
    }

    /// Takes a number.
    pub(super) fn number(&mut self) -> Result<Number<'a>, Error> {
        let start = self.position;
        let is_negative = self.here() == Some(b'-');
        if is_negative {
            self.take();
        }
        let mut magnitude = self.digits()?;
        if self.here() == Some(b'.') {
            self.take();
            self.digits()?;
            magnitude = None;
        }
        if let Some(b'e' | b'E') = self.here() {
            self.take();
            if let Some(b'+' | b'-') = self.here() {
                self.take();
            }
            self.digits()?;
            magnitude = None;
        }
        let text = &self.text[start..self.position];
        let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
        if let [b'0', b'0'..=b'9', ..] = digits {
            return Err(Error::new("a number can't begin with 0"));
        }
        Ok(Number {
            text,
            is_negative,
            magnitude,
        })
    }

    /// Takes digits, at least one. `None` when they exceed 64 bits.
    fn digits(&mut self) -> Result<Option<u64>, Error> {
        let start = self.position;
        let mut number = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.here() {
            number = number
                .wrapping_mul(10)
                .wrapping_add(u64::from(digit - b'0'));
            self.take();
        }
        match self.position - start {
            0 => Err(Error::new("expected a digit")),
            // What has so few digits can't have wrapped.
            1..20 => Ok(Some(number)),
            _ => Ok(self.text[start..self.position].parse().ok()),
        }
    }

    /// That the text ends here.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(Error::new("more after the value")),
        }
    }

    /// The error for what should not be next, or for the text's end.
    #[cold]
    pub(super) fn refuse(&mut self, expected: &str) -> Error {
        Error::new(match self.peek() {
            Some(_) => expected,
            None => "the text ends too early",
        })
    }
}

//! Stepping over a value that nobody asked for.
//!
//! Most of an event is skipped. It is still checked to be JSON, so that a text
//! is refused or accepted whatever a transform looks at. One loop with its
//! state in locals, not the reader's calls: those cost three times as much.

use super::error::Error;
use super::reader::{Reader, UNENDED};
use super::{DEPTH_MAX, escape, scan};

/// Takes one value.
pub(super) fn value(reader: &mut Reader<'_>) -> Result<(), Error> {
    let mut walk = Walk {
        bytes: reader.bytes(),
        at: reader.position(),
    };
    let walked = walk.value(reader.levels_left());
    reader.go_to(walk.at);
    walked.map_err(|otherwise| reader.refuse(otherwise))
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// Why the walk stopped where it did.
type Otherwise = &'static str;

impl Walk<'_> {
    fn value(&mut self, levels_left: usize) -> Result<(), Otherwise> {
        // The closing brackets that are awaited, the innermost last.
        let mut closings = [0; DEPTH_MAX];
        let mut depth = 0;
        loop {
            let opened = match self.peek() {
                b'"' => self.string()?,
                b'{' => b'}',
                b'[' => b']',
                _ => self.scalar()?,
            };
            if opened != 0 {
                self.at += 1;
                if depth == levels_left {
                    return Err("nested too deeply");
                }
                closings[depth] = opened;
                depth += 1;
                if self.peek() != opened {
                    self.key(opened)?;
                    continue;
                }
            }
            while depth > 0 {
                let closing = closings[depth - 1];
                let next = self.peek();
                if next == b',' {
                    self.at += 1;
                    self.key(closing)?;
                    break;
                }
                if next != closing {
                    return Err("expected `,` or a closing bracket");
                }
                self.at += 1;
                depth -= 1;
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// The next byte that is not white space; 0 at the end.
    #[inline]
    fn peek(&mut self) -> u8 {
        loop {
            match self.here() {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                other => return other,
            }
        }
    }

    #[inline]
    fn here(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// Takes a key and its colon, in an object.
    #[inline]
    fn key(&mut self, closing: u8) -> Result<(), Otherwise> {
        if closing == b'}' {
            if self.peek() != b'"' {
                return Err("expected a string as key");
            }
            self.string()?;
            if self.peek() != b':' {
                return Err("expected `:`");
            }
            self.at += 1;
        }
        Ok(())
    }

    /// Takes a string; 0, for it opens nothing.
    #[inline]
    fn string(&mut self) -> Result<u8, Otherwise> {
        self.at += 1;
        loop {
            self.at = scan::plain_end(self.bytes, self.at);
            match self.here() {
                b'"' => break,
                b'\\' => self.escape()?,
                _ => return Err(UNENDED),
            }
        }
        self.at += 1;
        Ok(0)
    }

    #[cold]
    fn escape(&mut self) -> Result<(), Otherwise> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (_, length) = escape::read(rest).ok_or(escape::BAD)?;
        self.at += length;
        Ok(())
    }

    /// Takes a number or a word; 0, for it opens nothing.
    fn scalar(&mut self) -> Result<u8, Otherwise> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        for word in [&b"null"[..], b"true", b"false"] {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(0);
            }
        }
        self.number()?;
        Ok(0)
    }

    fn number(&mut self) -> Result<(), Otherwise> {
        if self.here() == b'-' {
            self.at += 1;
        }
        if self.here() == b'0' {
            self.at += 1;
        } else {
            self.digits("expected a value")?;
        }
        if self.here() == b'.' {
            self.at += 1;
            self.digits("expected a digit")?;
        }
        if let b'e' | b'E' = self.here() {
            self.at += 1;
            if let b'+' | b'-' = self.here() {
                self.at += 1;
            }
            self.digits("expected a digit")?;
        }
        Ok(())
    }

    fn digits(&mut self, otherwise: Otherwise) -> Result<(), Otherwise> {
        let start = self.at;
        while self.here().is_ascii_digit() {
            self.at += 1;
        }
        if self.at == start {
            return Err(otherwise);
        }
        Ok(())
    }
}

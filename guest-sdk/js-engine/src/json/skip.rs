//! Stepping over values of a text that is known to be JSON.
//!
//! Makes nothing and looks at names only, so it costs a few instructions a
//! byte. It must not be used on a text that was not parsed before.

use super::{Reader, Text, Unusual};
use crate::js::Name;

impl Reader<'_> {
    /// Steps over one value.
    pub(super) fn skip_value(&mut self) {
        let mut depth = 0_usize;
        loop {
            self.space();
            match self.peek() {
                b'"' => self.skip_string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                b',' | b':' => {
                    self.at += 1;
                    continue;
                }
                0 => return,
                _ => self.skip_word(),
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// Steps over the items that are left of an array, and over its end.
    pub(super) fn skip_items(&mut self) {
        self.space();
        while self.take(b',') {
            self.skip_value();
            self.space();
        }
        self.take(b']');
    }

    /// Steps over the members that are left of an object, and over its end;
    /// says whether one of them has this name.
    pub(super) fn skip_members(&mut self, wanted: Name) -> Result<bool, Unusual> {
        let mut found = false;
        self.space();
        while self.take(b',') {
            self.space();
            found |= self.name()? == wanted;
            self.space();
            self.take(b':');
            self.skip_value();
            self.space();
        }
        self.take(b'}');
        Ok(found)
    }

    /// Steps over a name if it is this one, without its quotes and written
    /// without escapes.
    pub(super) fn take_name(&mut self, name: &str) -> bool {
        let rest = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
        let found = self.peek() == b'"'
            && rest.starts_with(name.as_bytes())
            && rest.get(name.len()) == Some(&b'"');
        if found {
            self.at += name.len() + 2;
        }
        found
    }

    fn skip_string(&mut self) {
        self.at += 1;
        loop {
            self.at += self.plain_length(self.at);
            match self.peek() {
                b'\\' => self.at += 2,
                0 => return,
                _ => break,
            }
        }
        self.at += 1;
    }

    fn skip_word(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t');
        self.at += rest.iter().position(end).unwrap_or(rest.len()).max(1);
    }
}

impl Text<'_> {
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Text::Plain(text) => text.as_bytes(),
            Text::Escaped(text) => text.as_bytes(),
        }
    }
}

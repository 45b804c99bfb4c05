//! Names of members, remembered: an event has the same few many times.
//!
//! Both ways are small tables whose places are overwritten: what is not there
//! any more is asked for again. They never decide anything.

use crate::js::{Js, Name};

use super::scan;

const PLACES: usize = 128;

/// The longest name that is remembered, and how many bytes of them.
const LENGTH_MAX: usize = 64;
const TEXT_BYTES_MAX: usize = 16 << 10;

/// From a text, by its place in the source, to its name.
pub(super) struct Known {
    places: [(u32, u32, Option<Name>); PLACES],
}

impl Known {
    pub(super) fn new() -> Self {
        Self {
            places: [(0, 0, None); PLACES],
        }
    }

    fn place(text: &[u8]) -> usize {
        let edge = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or(0));
        (edge(text.first()) * 5 + edge(text.last()) * 3 + text.len()) % PLACES
    }

    /// The name of this text, if it was met before.
    pub(super) fn name(&self, source: &str, text: &str) -> Option<Name> {
        let (start, length, name) = self.places[Self::place(text.as_bytes())];
        let known = source
            .as_bytes()
            .get(start as usize..(start + length) as usize);
        name.filter(|_| known == Some(text.as_bytes()))
    }

    /// Remembers a text of the source, which begins at `start`.
    pub(super) fn remember(&mut self, text: &str, start: usize, name: Name) {
        self.places[Self::place(text.as_bytes())] = (start as u32, text.len() as u32, Some(name));
    }
}

/// From a name to its text.
pub(super) struct Texts {
    js: Js,
    places: [(Option<Name>, u32, u32); PLACES],
    texts: String,
}

impl Texts {
    pub(super) fn new(js: Js) -> Self {
        Self {
            js,
            places: [(None, 0, 0); PLACES],
            texts: String::new(),
        }
    }

    /// The text of a name, if it is one that JSON writes as it is; none for
    /// all others, and for what is too long.
    pub(super) fn plain(&mut self, name: Name) -> Option<&str> {
        let place = name.place(PLACES);
        if self.places[place].0 != Some(name) {
            self.learn(place, name)?;
        }
        let (_, start, length) = self.places[place];
        self.texts.get(start as usize..(start + length) as usize)
    }

    fn learn(&mut self, place: usize, name: Name) -> Option<()> {
        let start = self.texts.len();
        let value = self.js.name_value(name);
        let texts = &mut self.texts;
        let is_learnt = value.is_string()
            && self.js.with_utf8(value, |text| {
                let plain = text.filter(|text| {
                    text.len() <= LENGTH_MAX
                        && start + text.len() <= TEXT_BYTES_MAX
                        && scan::plain_length(text.as_bytes()) == text.len()
                });
                texts.push_str(plain.unwrap_or_default());
                plain.is_some()
            });
        self.js.free(value);
        if is_learnt {
            let length = self.texts.len() - start;
            self.places[place] = (Some(name), start as u32, length as u32);
        }
        is_learnt.then_some(())
    }
}

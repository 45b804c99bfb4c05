//! Whether a value still says what its original text says.
//!
//! Most events pass most handlers unchanged, and must then be forwarded byte
//! for byte. Walking the text and the value side by side tells so without
//! building a second value or a second text, and ends at the first difference:
//! what is behind it is only stepped over, because a name that the text has
//! twice would make the difference none. It keeps its own stack, so that depth
//! costs memory and nothing else, and never runs the program's code.

use super::names::Texts;
use super::write::{data, plain_prototypes};
use super::{Reader, Unusual};
use crate::js::{Inside, Items, Js, Member, Members, Name, Value, inside};

/// What the walk came to.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Sameness {
    Same,
    Different,
    /// The text is unusual (a name twice): only writing both tells.
    Unsure,
}

/// Compares a value with the text that it was parsed from.
pub(crate) fn same(js: Js, value: Value, text: &str) -> Sameness {
    if !plain_prototypes(js) {
        // Whatever a program puts there is called when the value is written.
        return Sameness::Different;
    }
    let mut walk = Walk {
        reader: Reader::new(js, text),
        texts: Texts::new(js),
        open: Vec::new(),
    };
    let is_certain = match walk.walk(value) {
        Ok(Found::Same) => return Sameness::Same,
        Ok(Found::DifferentHere) => {
            walk.reader.skip_value();
            walk.is_certain()
        }
        Ok(Found::DifferentBehind) => walk.is_certain(),
        Err(Unusual) => Ok(false),
    };
    match is_certain {
        Ok(true) => Sameness::Different,
        _ => Sameness::Unsure,
    }
}

/// What was found, and where the text is then.
enum Found {
    Same,
    /// At the start of the value that differs.
    DifferentHere,
    /// Behind the value that differs.
    DifferentBehind,
}

/// Where the walk goes on.
enum Step {
    /// At the next value of the text, which should be this.
    Value(Value),
    /// Behind the value that was just read.
    Behind,
    DifferentHere,
    DifferentBehind,
}

struct Walk<'a> {
    reader: Reader<'a>,
    texts: Texts,
    /// What is open around the place in the text.
    open: Vec<Open>,
}

enum Open {
    Members {
        members: Members,
        next: usize,
        /// The name at which the text is.
        name: Name,
    },
    Items {
        items: Items,
        next: usize,
    },
    /// An object with numbers for names, which come first.
    Object(Object),
}

/// An object of which some members have been compared.
struct Object {
    object: Value,
    /// Its names: numbers first, as the language has it, then in their order.
    names: Vec<Name>,
    /// Which of the numbers have been met.
    numbers: Vec<bool>,
    /// The next of the other names.
    next: usize,
    /// The name at which the text is.
    name: Name,
}

impl Walk<'_> {
    /// Whether all of the text says what the value says. What is around a
    /// difference stays open.
    fn walk(&mut self, mut value: Value) -> Result<Found, Unusual> {
        loop {
            let mut step = self.value(value)?;
            if matches!(step, Step::Behind) {
                step = self.behind()?;
            }
            match step {
                Step::Value(next) => value = next,
                // Nothing is open any more.
                Step::Behind => return Ok(Found::Same),
                Step::DifferentHere => return Ok(Found::DifferentHere),
                Step::DifferentBehind => return Ok(Found::DifferentBehind),
            }
        }
    }

    fn value(&mut self, value: Value) -> Result<Step, Unusual> {
        self.reader.space();
        match self.reader.peek() {
            b'{' => self.open_object(value),
            b'[' => self.open_array(value),
            _ => self.scalar(value),
        }
    }

    fn inside(&self, value: Value) -> Inside {
        inside(self.reader.js, value)
    }

    /// Goes on behind a value, through the ends of what is open.
    fn behind(&mut self) -> Result<Step, Unusual> {
        loop {
            self.reader.space();
            let step = match self.open.last() {
                None => return Ok(Step::Behind),
                Some(Open::Items { .. }) => self.next_item()?,
                Some(_) => self.next_member()?,
            };
            if !matches!(step, Step::Behind) {
                return Ok(step);
            }
        }
    }

    fn scalar(&mut self, value: Value) -> Result<Step, Unusual> {
        let js = self.reader.js;
        let start = self.reader.at;
        let is_same = if self.reader.peek() == b'"' {
            let text = self.reader.string()?;
            value.is_string()
                && js.with_bytes(value, |found| {
                    found.is_some_and(|found| equal(found, text.as_bytes()))
                })
        } else {
            let written = self.reader.scalar()?;
            // Equal numbers may have different bits.
            written == value
                || (written.is_number()
                    && value.is_number()
                    && js.number_of(written)? == js.number_of(value)?)
        };
        if is_same {
            return Ok(Step::Behind);
        }
        self.reader.at = start;
        Ok(Step::DifferentHere)
    }

    fn open_object(&mut self, value: Value) -> Result<Step, Unusual> {
        let Inside::Members(members) = self.inside(value) else {
            return Ok(Step::DifferentHere);
        };
        let opened = match members.has_numbers() {
            true => Open::Object(Object::new(self.reader.js, value)?),
            false => Open::Members {
                members,
                next: 0,
                name: self.reader.js.intrinsics().to_json,
            },
        };
        self.open.push(opened);
        self.reader.at += 1;
        self.reader.space();
        match self.reader.peek() {
            b'}' => self.next_member(),
            _ => self.member(),
        }
    }

    /// Reads a member's name; its value is what comes next.
    fn member(&mut self) -> Result<Step, Unusual> {
        self.reader.space();
        match self.open.last_mut() {
            Some(Open::Members {
                members,
                next,
                name,
            }) => {
                let members = *members;
                let (index, expected) = next_data(members, *next)?;
                *next = index + 1;
                if let Some((expected, value)) = expected
                    && let Some(text) = self.texts.plain(expected)
                    && self.reader.take_name(text)
                {
                    *name = expected;
                    self.reader.space();
                    self.reader.take(b':');
                    return Ok(Step::Value(value));
                }
                let written = self.reader.name()?;
                *name = written;
                self.reader.space();
                self.reader.take(b':');
                match expected {
                    Some((expected, value)) if expected == written => Ok(Step::Value(value)),
                    // It was met before.
                    _ if members.has_before(index, written) => Err(Unusual),
                    _ => Ok(Step::DifferentHere),
                }
            }
            Some(Open::Object(object)) => {
                let start = self.reader.at;
                let name = self.reader.name()?;
                let quoted = &self.reader.text.as_bytes()[start..self.reader.at];
                let is_odd = !name.is_number() && is_odd_number(quoted);
                self.reader.space();
                self.reader.take(b':');
                object.name = name;
                if is_odd {
                    return Err(Unusual);
                }
                if !object.meet(name)? {
                    return Ok(Step::DifferentHere);
                }
                Ok(Step::Value(data(self.reader.js, object.object, name)?))
            }
            _ => Err(Unusual),
        }
    }

    fn next_member(&mut self) -> Result<Step, Unusual> {
        if self.reader.take(b',') {
            return self.member();
        }
        if !self.reader.take(b'}') {
            return Err(Unusual);
        }
        let all_met = match self.open.pop() {
            Some(Open::Members { members, next, .. }) => next_data(members, next)?.1.is_none(),
            Some(Open::Object(object)) => object.is_met(),
            _ => return Err(Unusual),
        };
        Ok(match all_met {
            true => Step::Behind,
            false => Step::DifferentBehind,
        })
    }

    fn open_array(&mut self, value: Value) -> Result<Step, Unusual> {
        let Inside::Items(items) = self.inside(value) else {
            return Ok(Step::DifferentHere);
        };
        self.open.push(Open::Items { items, next: 0 });
        self.reader.at += 1;
        self.reader.space();
        match self.reader.peek() {
            b']' => self.next_item(),
            _ => self.item(),
        }
    }

    fn item(&mut self) -> Result<Step, Unusual> {
        let Some(Open::Items { items, next }) = self.open.last_mut() else {
            return Err(Unusual);
        };
        let Some(value) = items.get(*next) else {
            return Ok(Step::DifferentHere);
        };
        *next += 1;
        Ok(Step::Value(value))
    }

    fn next_item(&mut self) -> Result<Step, Unusual> {
        if self.reader.take(b',') {
            return self.item();
        }
        if !self.reader.take(b']') {
            return Err(Unusual);
        }
        match self.open.pop() {
            Some(Open::Items { items, next }) if items.count() == next => Ok(Step::Behind),
            _ => Ok(Step::DifferentBehind),
        }
    }

    /// Whether a difference is one: the rest of the text has none of the names
    /// again that lead to it. Of two with one name the last counts.
    fn is_certain(&mut self) -> Result<bool, Unusual> {
        while let Some(open) = self.open.pop() {
            match open {
                Open::Items { .. } => self.reader.skip_items(),
                Open::Members { name, .. } | Open::Object(Object { name, .. }) => {
                    if self.reader.skip_members(name)? {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }
}

/// The next property with a value from `index` on, and its place.
fn next_data(
    members: Members,
    mut index: usize,
) -> Result<(usize, Option<(Name, Value)>), Unusual> {
    loop {
        match members.get(index) {
            None => return Ok((index, None)),
            Some(Member::Data(name, value)) => return Ok((index, Some((name, value)))),
            Some(Member::Hidden) => index += 1,
            Some(Member::Unusual) => return Err(Unusual),
        }
    }
}

impl Object {
    fn new(js: Js, object: Value) -> Result<Self, Unusual> {
        let names = js.own_names(object, false)?;
        let numbers = names.iter().take_while(|name| name.is_number()).count();
        // Until the first is read, any name will do.
        let name = names.first().copied().ok_or(Unusual)?;
        Ok(Self {
            object,
            names,
            numbers: vec![false; numbers],
            next: numbers,
            name,
        })
    }

    /// Whether all of its names were met.
    fn is_met(&self) -> bool {
        self.next == self.names.len() && self.numbers.iter().all(|met| *met)
    }

    /// Notes a name of the text; says whether it may stand there. One that was
    /// met before is unusual.
    fn meet(&mut self, name: Name) -> Result<bool, Unusual> {
        if name.is_number() {
            let numbers = &self.names[..self.numbers.len()];
            let Ok(at) = numbers.binary_search(&name) else {
                return Ok(false);
            };
            let met = core::mem::replace(&mut self.numbers[at], true);
            return if met { Err(Unusual) } else { Ok(true) };
        }
        if self.names.get(self.next) == Some(&name) {
            self.next += 1;
            return Ok(true);
        }
        match self.names[..self.next].contains(&name) {
            true => Err(Unusual),
            false => Ok(false),
        }
    }
}

/// Whether a name between quotes may be a number that is sorted as one, and too
/// large for the engine to keep as one: 2^31 and more.
fn is_odd_number(quoted: &[u8]) -> bool {
    let digits = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    digits.len() == 10 && digits.iter().all(u8::is_ascii_digit)
}

/// Whether two texts are the same, eight bytes at a time: `==` goes byte by byte
/// here, for five times the fuel.
fn equal(left: &[u8], right: &[u8]) -> bool {
    let (left_words, left_rest) = left.as_chunks::<8>();
    let (right_words, right_rest) = right.as_chunks::<8>();
    left.len() == right.len()
        && left_rest == right_rest
        && left_words
            .iter()
            .zip(right_words)
            .all(|(left, right)| u64::from_ne_bytes(*left) == u64::from_ne_bytes(*right))
}

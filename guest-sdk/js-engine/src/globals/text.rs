//! `TextEncoder` and `TextDecoder`: the Encoding Standard for UTF-8, UTF-16
//! and windows-1252.
//!
//! The other encodings, all of them of the past, would bring more tables than
//! the rest of the engine has; their names are refused.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use super::argument::throw_argument;
use crate::js::{Class, Error, Feature, Js, Thrown, Value};

pub(crate) static ENCODER: Class = Class::new(
    "TextEncoder",
    Some((0, |js, target, _| {
        js.hold(&ENCODER, target, Rc::new(Encoder))
    })),
    &[
        Feature::Getter("encoding", |js, this, _| {
            js.this::<Encoder>(&ENCODER, this)?;
            js.string("utf-8")
        }),
        Feature::Method("encode", 0, encode),
        Feature::Method("encodeInto", 2, encode_into),
    ],
);

pub(crate) static DECODER: Class = Class::new(
    "TextDecoder",
    Some((0, new_decoder)),
    &[
        Feature::Getter("encoding", |js, this, _| {
            js.string(js.this::<Decoder>(&DECODER, this)?.encoding.name())
        }),
        Feature::Getter("fatal", |js, this, _| {
            Ok(Value::bool(js.this::<Decoder>(&DECODER, this)?.fatal))
        }),
        Feature::Getter("ignoreBOM", |js, this, _| {
            Ok(Value::bool(js.this::<Decoder>(&DECODER, this)?.keep_mark))
        }),
        Feature::Method("decode", 0, decode),
    ],
);

struct Encoder;

struct Decoder {
    encoding: Encoding,
    fatal: bool,
    /// A byte-order mark is text, not a mark.
    keep_mark: bool,
    /// What an earlier call with `stream` left: at most three bytes.
    pending: RefCell<Vec<u8>>,
    /// Some text of the stream was given: there can be no mark any more.
    begun: Cell<bool>,
}

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

/// The bytes are not text in the encoding.
struct Malformed;

/// The standard's names for each encoding, the first of which is its own.
const LABELS: &[(Encoding, &[&str])] = &[
    (
        Encoding::Utf8,
        &[
            "utf-8",
            "utf8",
            "unicode-1-1-utf-8",
            "unicode11utf8",
            "unicode20utf8",
            "x-unicode20utf8",
        ],
    ),
    (
        Encoding::Utf16Le,
        &[
            "utf-16le",
            "utf-16",
            "ucs-2",
            "unicode",
            "csunicode",
            "iso-10646-ucs-2",
            "unicodefeff",
        ],
    ),
    (Encoding::Utf16Be, &["utf-16be", "unicodefffe"]),
    (
        Encoding::Windows1252,
        &[
            "windows-1252",
            "latin1",
            "ascii",
            "us-ascii",
            "iso-8859-1",
            "iso8859-1",
            "iso88591",
            "iso_8859-1",
            "iso_8859-1:1987",
            "iso-ir-100",
            "csisolatin1",
            "l1",
            "cp1252",
            "x-cp1252",
            "cp819",
            "ibm819",
            "ansi_x3.4-1968",
        ],
    ),
];

/// What windows-1252 has from 0x80 to 0x9f.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

impl Encoding {
    fn of(label: &str) -> Option<Self> {
        let label = label.trim_matches([' ', '\t', '\n', '\r', '\x0c']);
        let named = |names: &&[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(label));
        let (encoding, _) = LABELS.iter().find(|(_, names)| named(names))?;
        Some(*encoding)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// How many bytes at the end begin a character that more bytes may end.
    fn unfinished(self, bytes: &[u8]) -> usize {
        match self {
            Self::Windows1252 => 0,
            Self::Utf8 => {
                // No character has more than four bytes.
                let from = bytes.len().saturating_sub(3);
                let starts = (from..bytes.len()).filter(|at| bytes[*at] >= 0xc2);
                starts
                    .filter(|at| {
                        let tail = core::str::from_utf8(&bytes[*at..]);
                        tail.is_err_and(|error| {
                            error.valid_up_to() == 0 && error.error_len().is_none()
                        })
                    })
                    .map(|at| bytes.len() - at)
                    .next()
                    .unwrap_or(0)
            }
            Self::Utf16Le | Self::Utf16Be => {
                let odd = bytes.len() % 2;
                let last = bytes[..bytes.len() - odd].last_chunk::<2>();
                match last.map(|pair| self.unit(*pair)) {
                    Some(0xd800..0xdc00) => odd + 2,
                    _ => odd,
                }
            }
        }
    }

    fn unit(self, pair: [u8; 2]) -> u16 {
        match self {
            Self::Utf16Be => u16::from_be_bytes(pair),
            _ => u16::from_le_bytes(pair),
        }
    }

    /// The text of whole bytes; U+FFFD for what is malformed, if that is
    /// allowed.
    fn text(self, bytes: &[u8], fatal: bool) -> Result<Text, Malformed> {
        match self {
            Self::Utf8 => match core::str::from_utf8(bytes) {
                Ok(text) => Ok(Text::Utf8(text.to_owned())),
                Err(_) if fatal => Err(Malformed),
                Err(_) => Ok(Text::Utf8(String::from_utf8_lossy(bytes).into_owned())),
            },
            Self::Windows1252 => Ok(windows_1252(bytes)),
            Self::Utf16Le | Self::Utf16Be => {
                let (pairs, odd) = bytes.as_chunks::<2>();
                let mut units: Vec<u16> = pairs.iter().map(|pair| self.unit(*pair)).collect();
                let whole = mend(&mut units);
                if fatal && (!whole || !odd.is_empty()) {
                    return Err(Malformed);
                }
                if !odd.is_empty() {
                    units.push(REPLACEMENT);
                }
                Ok(Text::of_units(units))
            }
        }
    }
}

/// U+FFFD as a code unit.
const REPLACEMENT: u16 = 0xfffd;

/// Puts U+FFFD in the place of each half of a surrogate pair; says whether
/// there was none.
fn mend(units: &mut [u16]) -> bool {
    let mut whole = true;
    let mut at = 0;
    while at < units.len() {
        match (units[at], units.get(at + 1)) {
            (0xd800..0xdc00, Some(0xdc00..0xe000)) => at += 1,
            (0xd800..0xe000, _) => {
                units[at] = REPLACEMENT;
                whole = false;
            }
            _ => {}
        }
        at += 1;
    }
    whole
}

fn windows_1252(bytes: &[u8]) -> Text {
    if bytes.is_ascii() {
        return Text::Utf8(String::from_utf8_lossy(bytes).into_owned());
    }
    let unit = |byte: &u8| match byte {
        0x80..0xa0 => WINDOWS_1252[usize::from(byte - 0x80)] as u16,
        byte => u16::from(*byte),
    };
    Text::of_units(bytes.iter().map(unit).collect())
}

/// A decoded text, as the engine takes it with the least work.
enum Text {
    Utf8(String),
    /// Whole, and with a character beyond U+00FF.
    Utf16(Vec<u16>),
}

impl Text {
    /// A text of whole code units.
    fn of_units(units: Vec<u16>) -> Self {
        // The engine keeps texts of small characters in bytes, and does not
        // find properties by names that are kept in another way.
        if units.iter().fold(0, |all, unit| all | unit) > 0xff {
            return Self::Utf16(units);
        }
        let mut bytes = Vec::with_capacity(2 * units.len());
        for unit in units {
            match unit as u8 {
                byte @ 0..0x80 => bytes.push(byte),
                byte => bytes.extend_from_slice(&[0xc0 | byte >> 6, 0x80 | byte & 0x3f]),
            }
        }
        Self::Utf8(String::from_utf8(bytes).unwrap_or_default())
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Utf8(text) => text.is_empty(),
            Self::Utf16(units) => units.is_empty(),
        }
    }

    /// Removes a byte-order mark.
    fn without_mark(&mut self) {
        let marked = match self {
            Self::Utf8(text) => text.starts_with('\u{feff}'),
            Self::Utf16(units) => units.first() == Some(&0xfeff),
        };
        if marked {
            match self {
                Self::Utf8(text) => drop(text.drain(..'\u{feff}'.len_utf8())),
                Self::Utf16(units) => {
                    let rest = units.split_off(1);
                    *self = Self::of_units(rest);
                }
            }
        }
    }

    fn value(&self, js: Js) -> Result<Value, Thrown> {
        match self {
            Self::Utf8(text) => js.string(text),
            Self::Utf16(units) => js.string_of_units(units),
        }
    }
}

impl Decoder {
    /// The text of the next bytes; `last` unless more follow.
    fn next(&self, bytes: &[u8], last: bool) -> Result<Text, Malformed> {
        let earlier = self.pending.take();
        let joined = (!earlier.is_empty()).then(|| [&earlier, bytes].concat());
        let bytes = joined.as_deref().unwrap_or(bytes);
        let kept = match last {
            true => 0,
            false => self.encoding.unfinished(bytes),
        };
        let (whole, rest) = bytes.split_at(bytes.len() - kept);
        let begun = self.begun.replace(false);
        let mut text = self.encoding.text(whole, self.fatal)?;
        let any = !text.is_empty();
        if !begun && !self.keep_mark && self.encoding.has_mark() {
            text.without_mark();
        }
        self.begun.set(!last && (begun || any));
        self.pending.replace(rest.to_vec());
        Ok(text)
    }
}

impl Encoding {
    fn has_mark(self) -> bool {
        !matches!(self, Self::Windows1252)
    }
}

fn encode(js: Js, this: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    js.this::<Encoder>(&ENCODER, this)?;
    match arguments.first() {
        None => js.bytes(&[]),
        Some(value) if value.is_undefined() => js.bytes(&[]),
        Some(value) if value.is_string() => {
            // Lent where the engine has it as UTF-8 already.
            let lent = js.with_utf8(*value, |text| text.map(|text| js.bytes(text.as_bytes())));
            match lent {
                Some(bytes) => bytes,
                None => js.bytes(js.text(*value)?.as_bytes()),
            }
        }
        Some(value) => js.bytes(js.usv(*value)?.as_bytes()),
    }
}

/// Fills a `Uint8Array` with as many whole characters as fit.
fn encode_into(js: Js, this: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    js.this::<Encoder>(&ENCODER, this)?;
    let argument = |at: usize| arguments.get(at).copied().unwrap_or(Value::UNDEFINED);
    let (source, target) = (argument(0), argument(1));
    if !source.is_string() {
        return Err(throw_argument(js, "src", "of type string", source));
    }
    if !js.is_uint8_array(target) {
        return Err(throw_argument(
            js,
            "dest",
            "an instance of Uint8Array",
            target,
        ));
    }
    let room = js.with_buffer(target, |bytes| bytes.len()).unwrap_or(0);
    // A character has no more units than bytes; the one beyond tells a half
    // surrogate pair from a whole one.
    let start = js.start_of(source, room + 1)?;
    let text = js.text(start)?;
    js.free(start);
    let (mut read, mut written) = (0, 0);
    js.with_buffer(target, |bytes| {
        for character in text.chars() {
            let Some(place) = bytes.get_mut(written..written + character.len_utf8()) else {
                break;
            };
            character.encode_utf8(place);
            written += character.len_utf8();
            read += character.len_utf16();
        }
    });
    let object = js.object()?;
    js.define(object, js.name("read"), Value::integer(read as i32))?;
    js.define(object, js.name("written"), Value::integer(written as i32))?;
    Ok(object)
}

fn new_decoder(js: Js, target: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    let label = match arguments.first() {
        Some(label) if !label.is_undefined() => js.usv(*label)?,
        _ => "utf-8".to_owned(),
    };
    let Some(encoding) = Encoding::of(&label) else {
        let message = format!("The \"{label}\" encoding is not supported");
        return Err(js.throw_coded(Error::Range, "ERR_ENCODING_NOT_SUPPORTED", &message));
    };
    let options = arguments.get(1).copied().unwrap_or(Value::UNDEFINED);
    if !options.is_undefined() && !options.is_null() && !options.is_object() {
        return Err(throw_argument(js, "options", "of type object", options));
    }
    let decoder = Decoder {
        encoding,
        fatal: option(js, options, "fatal")?,
        keep_mark: option(js, options, "ignoreBOM")?,
        pending: RefCell::default(),
        begun: Cell::new(false),
    };
    js.hold(&DECODER, target, Rc::new(decoder))
}

fn decode(js: Js, this: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    let decoder = js.this::<Decoder>(&DECODER, this)?;
    let argument = |at: usize| arguments.get(at).copied().unwrap_or(Value::UNDEFINED);
    let last = !option(js, argument(1), "stream")?;
    let decoded = match argument(0) {
        input if input.is_undefined() => Some(decoder.next(&[], last)),
        input => js.with_buffer(input, |bytes| decoder.next(bytes, last)),
    };
    match decoded {
        Some(Ok(text)) => text.value(js),
        Some(Err(Malformed)) => {
            let name = decoder.encoding.name();
            let message = format!("The encoded data was not valid for encoding {name}");
            Err(js.throw_coded(Error::Type, "ERR_ENCODING_INVALID_ENCODED_DATA", &message))
        }
        None => Err(js.throw_coded(
            Error::Type,
            "ERR_INVALID_ARG_TYPE",
            "The \"list\" argument must be an instance of SharedArrayBuffer, ArrayBuffer or \
             ArrayBufferView.",
        )),
    }
}

/// Whether an option is set; options may be left out altogether.
fn option(js: Js, options: Value, name: &'static str) -> Result<bool, Thrown> {
    if !options.is_object() {
        return Ok(false);
    }
    let value = js.get(options, js.name(name))?;
    let set = js.is_truthy(value);
    js.free(value);
    Ok(set)
}

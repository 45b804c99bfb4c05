//! Escapes inside JSON strings.
//!
//! Half of a surrogate pair is no character: it becomes U+FFFD. Everything else
//! that RFC 8259 does not define is refused.

/// What is said of any other escape.
pub(super) const BAD: &str = "a bad escape in a string";

/// The character that the escape at the front stands for, and its length in
/// bytes.
#[cold]
pub(super) fn read(bytes: &[u8]) -> Option<(char, usize)> {
    let char = match bytes.get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(bytes),
        _ => return None,
    };
    Some((char, 2))
}

fn unicode(bytes: &[u8]) -> Option<(char, usize)> {
    let unit = code_unit(bytes)?;
    if let Some(char) = char::from_u32(unit) {
        return Some((char, 6));
    }
    let low = bytes.get(6..).and_then(code_unit);
    let is_high = (0xD800..0xDC00).contains(&unit);
    if let Some(low @ 0xDC00..0xE000) = low.filter(|_| is_high) {
        let code = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        return Some((char::from_u32(code)?, 12));
    }
    Some((char::REPLACEMENT_CHARACTER, 6))
}

/// The UTF-16 code unit that an escape of the form `\uXXXX` writes.
fn code_unit(bytes: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = bytes.first_chunk::<6>()? else {
        return None;
    };
    digits.iter().try_fold(0, |unit, digit| {
        Some(unit * 16 + char::from(*digit).to_digit(16)?)
    })
}

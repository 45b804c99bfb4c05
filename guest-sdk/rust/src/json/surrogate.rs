//! Halves of surrogate pairs, which JSON's escapes can write and a string can't
//! hold.
//!
//! Looks at escapes only; whether the text is JSON is for its reader to find.

/// What a half is replaced by; as long as the escape that it replaces, so that
/// places in the text stay what they are.
const REPLACEMENT: &str = r"\ufffd";

/// The text with U+FFFD for each half of a pair. `None` when there is no half.
#[cold]
pub(super) fn mended(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut mended: Option<String> = None;
    let mut at = 0;
    while let Some(distance) = bytes.get(at..)?.iter().position(|byte| *byte == b'\\') {
        at += distance;
        at += match (
            code_unit(bytes, at),
            code_unit(bytes, at + REPLACEMENT.len()),
        ) {
            (None, _) => 2,
            (Some(0xD800..0xDC00), Some(0xDC00..0xE000)) => 2 * REPLACEMENT.len(),
            (Some(0xD800..0xE000), _) => {
                let mended = mended.get_or_insert_with(|| text.to_owned());
                mended.replace_range(at..at + REPLACEMENT.len(), REPLACEMENT);
                REPLACEMENT.len()
            }
            (Some(_), _) => REPLACEMENT.len(),
        };
    }
    mended
}

/// The UTF-16 code unit that an escape of the form `\uXXXX` writes here.
fn code_unit(bytes: &[u8], at: usize) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = bytes.get(at..)?.first_chunk::<6>()? else {
        return None;
    };
    digits.iter().try_fold(0, |unit, digit| {
        Some(unit * 16 + char::from(*digit).to_digit(16)?)
    })
}

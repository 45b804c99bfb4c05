//! Values that are not objects as text for a log, after the manner of Node.js.

use super::layout::quote;
use crate::js::{Js, Value};

/// Entries of one object, array or collection that are shown.
pub(super) const ENTRIES_MAX: usize = 100;
/// A value is not shown further than this.
pub(super) const BYTES_MAX: usize = 16_384;

/// A value that is not an object as text. Never throws.
pub(crate) fn primitive(js: Js, value: Value) -> String {
    primitive_to(js, value, BYTES_MAX)
}

/// As [`primitive`], with at most so many units of a text.
pub(super) fn primitive_to(js: Js, value: Value, units_max: usize) -> String {
    if value.is_string() {
        let (text, more) = text_of(js, value, units_max);
        match more {
            0 => quote(&text),
            more => format!("{}... {more} more characters", quote(&text)),
        }
    } else if value.is_bigint() {
        bigint(js, value)
    } else if value.is_symbol() {
        symbol(js, value)
    } else if value.is_number()
        && js
            .number_of(value)
            .is_ok_and(|n| n == 0.0 && n.is_sign_negative())
    {
        "-0".to_owned()
    } else {
        js.text(value).unwrap_or_default()
    }
}

/// A string's first units, and how many more there are.
pub(super) fn text_of(js: Js, string: Value, units_max: usize) -> (String, usize) {
    let length = js.string_length(string);
    if length <= units_max {
        return (js.text(string).unwrap_or_default(), 0);
    }
    let Ok(start) = js.start_of(string, units_max) else {
        return (String::new(), length);
    };
    let text = js.text(start).unwrap_or_default();
    js.free(start);
    (text, length - units_max)
}

fn bigint(js: Js, value: Value) -> String {
    // Digits cost the square of their number.
    match js.bigint_fits(value) {
        true => format!("{}n", js.text(value).unwrap_or_default()),
        false => "[BigInt]".to_owned(),
    }
}

pub(super) fn symbol(js: Js, value: Value) -> String {
    let text = js.call(js.intrinsics().symbol_text, value, &[]);
    text.map(|text| text_of(js, text, ENTRIES_MAX).0)
        .unwrap_or_default()
}

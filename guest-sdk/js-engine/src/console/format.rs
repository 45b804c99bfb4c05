//! A console call's arguments as one message.
//!
//! `%s %d %i %f %j %o %O %c %%` in a first string are filled in as Node.js
//! does; what is left follows, separated by spaces.

use super::show::inspect;
use crate::js::{Js, Value};

/// The message for a call's arguments.
pub(super) fn message(js: Js, arguments: &[Value]) -> String {
    let (mut text, rest) = match arguments.split_first() {
        Some((first, rest)) if first.is_string() => fill_in(js, &plain(js, *first), rest),
        _ => (String::new(), arguments),
    };
    let mut separate = rest.len() < arguments.len();
    for value in rest {
        if separate {
            text.push(' ');
        }
        text.push_str(&plain(js, *value));
        separate = true;
    }
    text
}

/// Replaces the format's places by values; returns what is left of them.
fn fill_in<'a>(js: Js, format: &str, mut values: &'a [Value]) -> (String, &'a [Value]) {
    let mut text = String::with_capacity(format.len());
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        text.push_str(&rest[..at]);
        let place = rest[at + 1..].chars().next();
        let shown = match (place, values.first()) {
            (Some('%'), _) => Some("%".to_owned()),
            (Some(place), Some(value)) => {
                let shown = show(js, place, *value);
                if shown.is_some() {
                    values = &values[1..];
                }
                shown
            }
            _ => None,
        };
        rest = match (shown, place) {
            (Some(shown), Some(place)) => {
                text.push_str(&shown);
                &rest[at + 1 + place.len_utf8()..]
            }
            _ => {
                text.push('%');
                &rest[at + 1..]
            }
        };
    }
    text.push_str(rest);
    (text, values)
}

fn show(js: Js, place: char, value: Value) -> Option<String> {
    let number = || match value.is_object() || value.is_symbol() || value.is_bigint() {
        true => f64::NAN,
        false => js.number_of(value).unwrap_or(f64::NAN),
    };
    let written = |number: f64| js.text(Value::number(number)).unwrap_or_default();
    Some(match place {
        's' => plain(js, value),
        'd' | 'f' if value.is_bigint() => inspect(js, value),
        'd' | 'f' => written(number()),
        'i' => written(number().trunc()),
        'j' | 'o' | 'O' => inspect(js, value),
        'c' => String::new(),
        _ => return None,
    })
}

/// Strings as they are, everything else shown.
fn plain(js: Js, value: Value) -> String {
    match value.is_string() {
        true => js.text(value).unwrap_or_default(),
        false => inspect(js, value),
    }
}

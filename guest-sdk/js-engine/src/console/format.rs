//! A console call's arguments as one message.
//!
//! `%s %d %i %f %j %o %O %c %%` in a first string are filled in as Node.js
//! does; what is left follows, separated by spaces. No text is converted
//! beyond what the log has room for.

use super::primitive::text_of;
use super::show::inspect;
use super::written;
use crate::js::{Js, Value};

/// The message for a call's arguments.
pub(super) fn message(js: Js, arguments: &[Value]) -> String {
    let room = written::room();
    let (mut text, rest) = match arguments.split_first() {
        Some((first, rest)) if first.is_string() && rest.is_empty() => {
            return plain(js, *first, room);
        }
        Some((first, rest)) if first.is_string() => fill_in(js, &plain(js, *first, room), rest),
        _ => (String::new(), arguments),
    };
    let mut separate = rest.len() < arguments.len();
    for value in rest {
        if text.len() > room {
            break;
        }
        if separate {
            text.push(' ');
        }
        text.push_str(&plain(js, *value, room));
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
            (Some(place), Some(value)) if text.len() <= written::room() => {
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
        false if value.is_string() => leading_number(&plain(js, value, NUMBER_UNITS_MAX), place),
        false => js.number_of(value).unwrap_or(f64::NAN),
    };
    let written = |number: f64| inspect(js, Value::number(number));
    Some(match place {
        's' => plain(js, value, written::room()),
        'd' | 'i' if value.is_bigint() => inspect(js, value),
        'd' | 'f' => written(number()),
        'i' => written(number().trunc()),
        'j' | 'o' | 'O' => inspect(js, value),
        'c' => String::new(),
        _ => return None,
    })
}

const NUMBER_UNITS_MAX: usize = 400;

/// A text as `Number` reads it for `%d`, as `parseFloat` and `parseInt` do for
/// `%f` and `%i`: as far as it is one.
fn leading_number(text: &str, place: char) -> f64 {
    let text = text.trim();
    if place == 'd' {
        return if text.is_empty() {
            0.0
        } else {
            text.parse().unwrap_or(f64::NAN)
        };
    }
    let ends = (1..=text.len())
        .rev()
        .filter(|end| text.is_char_boundary(*end));
    ends.filter_map(|end| text[..end].parse::<f64>().ok())
        .find(|number| number.is_finite())
        .unwrap_or(f64::NAN)
}

/// Strings as they are, up to a length; everything else shown.
pub(super) fn plain(js: Js, value: Value, units_max: usize) -> String {
    match value.is_string() {
        true => text_of(js, value, units_max).0,
        false => inspect(js, value),
    }
}

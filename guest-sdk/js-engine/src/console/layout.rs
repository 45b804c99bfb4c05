//! Shown parts on one line or on several, names and texts quoted.

/// Objects that fit are written on one line.
const LINE_MAX: usize = 72;

/// Entries between brackets, behind a label.
pub(super) fn lay_out(label: &str, open: &str, close: &str, entries: &[String]) -> String {
    if entries.is_empty() {
        return format!("{label}{open}{close}");
    }
    let width: usize = entries.iter().map(|entry| entry.len() + 2).sum();
    if width <= LINE_MAX && !entries.iter().any(|entry| entry.contains('\n')) {
        return format!("{label}{open} {} {close}", entries.join(", "));
    }
    let body = entries.join(",\n").replace('\n', "\n  ");
    format!("{label}{open}\n  {body}\n{close}")
}

/// A property's name as it is written in a literal.
pub(super) fn key(name: &str) -> String {
    let word = |c: char| c == '_' || c == '$' || c.is_alphanumeric();
    let digit_first = name.starts_with(|c: char| c.is_ascii_digit());
    match !name.is_empty() && name.chars().all(word) && !digit_first {
        true => name.to_owned(),
        false => quote(name),
    }
}

/// Single quotes, or the first other kind that needs no escape.
pub(super) fn quote(text: &str) -> String {
    let mark = ['\'', '"', '`']
        .into_iter()
        .find(|mark| !text.contains(*mark))
        .unwrap_or('\'');
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push(mark);
    for character in text.chars() {
        match character {
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            '\\' => quoted.push_str("\\\\"),
            _ if character == mark => {
                quoted.push('\\');
                quoted.push(character);
            }
            _ => quoted.push(character),
        }
    }
    quoted.push(mark);
    quoted
}

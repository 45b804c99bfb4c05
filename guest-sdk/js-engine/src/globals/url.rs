//! The parser behind the `URL` global: the WHATWG URL Standard as the `url`
//! crate has it.
//!
//! JavaScript keeps a URL as the list of its parts; what changes one starts
//! again from its `href`. So nothing lives on this side, and an event may make
//! as many as it likes. It must not throw: what is no URL is `null`.

use ::url::{ParseError, Url, quirks};

use crate::js::{Js, Thrown, Value};

/// `parseURL(text, base)`: the parts of a URL, relative to a base unless that
/// is undefined; null when either is no URL.
pub(crate) fn parse(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let [text, base] = arguments else {
        return Ok(Value::NULL);
    };
    let base = match base.is_undefined() {
        true => None,
        false => match Url::parse(&js.text(*base)?) {
            Ok(base) => Some(base),
            Err(_) => return Ok(Value::NULL),
        },
    };
    match resolve(&js.text(*text)?, base.as_ref()) {
        Ok(url) => parts(js, &url),
        Err(_) => Ok(Value::NULL),
    }
}

fn resolve(text: &str, base: Option<&Url>) -> Result<Url, ParseError> {
    // Of three slashes or more that name another host, the crate takes two; it
    // takes them all behind a scheme.
    if let Some(base) = base
        && matches!(base.scheme(), "http" | "https" | "ws" | "wss" | "ftp")
        && leading_slashes(text) > 2
    {
        return Url::parse(&format!("{}:{}", base.scheme(), without_blanks(text)));
    }
    Url::options().base_url(base).parse(text)
}

fn without_blanks(text: &str) -> &str {
    text.trim_start_matches(|c| c <= ' ')
}

/// Counts as the standard reads: over blanks in front, tabs and line ends.
fn leading_slashes(text: &str) -> usize {
    let text = without_blanks(text).chars();
    text.filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .take_while(|c| matches!(c, '/' | '\\'))
        .count()
}

/// `changeURL(href, part, value)`: the parts after one of them, by its place
/// in the list, was set; null when that changes nothing.
pub(crate) fn change(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let [href, part, value] = arguments else {
        return Ok(Value::NULL);
    };
    let Ok(mut url) = Url::parse(&js.text(*href)?) else {
        return Ok(Value::NULL);
    };
    match set(&mut url, part.as_integer(), &js.text(*value)?) {
        Ok(()) => parts(js, &url),
        Err(()) => Ok(Value::NULL),
    }
}

/// The list of a URL's parts; `web.js` and [`set`] know their places.
fn parts(js: Js, url: &Url) -> Result<Value, Thrown> {
    let origin = quirks::origin(url);
    let texts = [
        quirks::href(url),
        &origin,
        quirks::protocol(url),
        quirks::username(url),
        quirks::password(url),
        quirks::host(url),
        quirks::hostname(url),
        quirks::port(url),
        quirks::pathname(url),
        quirks::search(url),
        quirks::hash(url),
    ];
    let mut parts = [Value::UNDEFINED; 11];
    for (part, text) in parts.iter_mut().zip(texts) {
        *part = js.string(text)?;
    }
    js.array_taking(&parts)
}

fn set(url: &mut Url, part: Option<i32>, value: &str) -> Result<(), ()> {
    match part {
        Some(2) => return quirks::set_protocol(url, value),
        Some(3) => return quirks::set_username(url, value),
        Some(4) => return quirks::set_password(url, value),
        Some(5) => return quirks::set_host(url, value),
        Some(6) => return quirks::set_hostname(url, value),
        Some(7) => return quirks::set_port(url, value),
        Some(8) => quirks::set_pathname(url, value),
        Some(9) => quirks::set_search(url, value),
        Some(10) => quirks::set_hash(url, value),
        _ => return Err(()),
    }
    Ok(())
}

//! `URL`: the WHATWG URL Standard as the `url` crate has it.

use std::rc::Rc;

use ::url::{ParseError, Url, quirks};

use super::params::{self, Link, Shared};
use crate::js::{Class, Error, Feature, Js, Thrown, Value};

pub(crate) static CLASS: Class = Class::new(
    "URL",
    Some((1, construct)),
    &[
        Feature::Static("canParse", 1, |js, _, arguments| {
            Ok(Value::bool(parse(js, arguments)?.is_ok()))
        }),
        Feature::Static("parse", 1, |js, _, arguments| match parse(js, arguments)? {
            Ok(url) => hold(js, Value::UNDEFINED, url),
            Err(_) => Ok(Value::NULL),
        }),
        Feature::Method("toString", 0, |js, this, _| part(js, this, quirks::href)),
        Feature::Accessor("href", |js, this, _| part(js, this, quirks::href), set_href),
        Feature::Getter("origin", |js, this, _| {
            let origin = quirks::origin(link(js, this)?.borrow_mut().url());
            js.string(&origin)
        }),
        Feature::Accessor(
            "protocol",
            |js, this, _| part(js, this, quirks::protocol),
            |js, this, new| set(js, this, new, quirks::set_protocol),
        ),
        Feature::Accessor(
            "username",
            |js, this, _| part(js, this, quirks::username),
            |js, this, new| set(js, this, new, quirks::set_username),
        ),
        Feature::Accessor(
            "password",
            |js, this, _| part(js, this, quirks::password),
            |js, this, new| set(js, this, new, quirks::set_password),
        ),
        Feature::Accessor(
            "host",
            |js, this, _| part(js, this, quirks::host),
            |js, this, new| set(js, this, new, quirks::set_host),
        ),
        Feature::Accessor(
            "hostname",
            |js, this, _| part(js, this, quirks::hostname),
            |js, this, new| set(js, this, new, quirks::set_hostname),
        ),
        Feature::Accessor(
            "port",
            |js, this, _| part(js, this, quirks::port),
            |js, this, new| set(js, this, new, quirks::set_port),
        ),
        Feature::Accessor(
            "pathname",
            |js, this, _| part(js, this, quirks::pathname),
            |js, this, new| set(js, this, new, sure(quirks::set_pathname)),
        ),
        Feature::Accessor(
            "search",
            |js, this, _| part(js, this, quirks::search),
            |js, this, new| set(js, this, new, sure(quirks::set_search)),
        ),
        Feature::Getter("searchParams", search_params),
        Feature::Accessor(
            "hash",
            |js, this, _| part(js, this, quirks::hash),
            |js, this, new| set(js, this, new, sure(quirks::set_hash)),
        ),
        Feature::Method("toJSON", 0, |js, this, _| part(js, this, quirks::href)),
    ],
);

/// The address of what is a `URL`.
pub(crate) fn href(js: Js, value: Value) -> Option<String> {
    let link = js.held::<Link>(&CLASS, value)?;
    let href = quirks::href(link.borrow_mut().url()).to_owned();
    Some(href)
}

fn link(js: Js, this: Value) -> Result<Rc<Link>, Thrown> {
    js.this::<Link>(&CLASS, this)
}

fn part(js: Js, this: Value, read: fn(&Url) -> &str) -> Result<Value, Thrown> {
    js.string(read(link(js, this)?.borrow_mut().url()))
}

fn set(
    js: Js,
    this: Value,
    new: &[Value],
    write: impl Fn(&mut Url, &str) -> Result<(), ()>,
) -> Result<Value, Thrown> {
    let link = link(js, this)?;
    let text = js.usv(new[0])?;
    let mut shared = link.borrow_mut();
    // What can't be set leaves a URL as it is.
    let _ = write(shared.url(), &text);
    shared.reread();
    Ok(Value::UNDEFINED)
}

/// A part that can always be set.
fn sure(write: fn(&mut Url, &str)) -> impl Fn(&mut Url, &str) -> Result<(), ()> {
    move |url, text| {
        write(url, text);
        Ok(())
    }
}

fn set_href(js: Js, this: Value, new: &[Value]) -> Result<Value, Thrown> {
    let link = link(js, this)?;
    let text = js.usv(new[0])?;
    let parsed = resolve(&text, None).map_err(|_| invalid(js, &text, None))?;
    let mut shared = link.borrow_mut();
    *shared.url() = parsed;
    shared.reread();
    Ok(Value::UNDEFINED)
}

fn search_params(js: Js, this: Value, _: &[Value]) -> Result<Value, Thrown> {
    let link = link(js, this)?;
    if let Some(params) = js.attached(&CLASS, this) {
        return Ok(params);
    }
    let params = params::of_url(js, &link)?;
    js.attach(&CLASS, this, params);
    Ok(params)
}

fn construct(js: Js, target: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    match parse(js, arguments)? {
        Ok(url) => hold(js, target, url),
        Err((text, base)) => Err(invalid(js, &text, base.as_deref())),
    }
}

fn hold(js: Js, target: Value, url: Url) -> Result<Value, Thrown> {
    js.hold(&CLASS, target, Rc::new(Link::new(Shared::of(url))))
}

fn invalid(js: Js, text: &str, base: Option<&str>) -> Thrown {
    let mut properties = vec![("code", "ERR_INVALID_URL"), ("input", text)];
    properties.extend(base.map(|base| ("base", base)));
    js.throw_with(Error::Type, "Invalid URL", &properties)
}

/// The URL of a text and perhaps a base, or the two texts that give none.
type Parsed = Result<Url, (String, Option<String>)>;

fn parse(js: Js, arguments: &[Value]) -> Result<Parsed, Thrown> {
    let Some(text) = arguments.first() else {
        return Err(js.throw_missing("\"url\" argument"));
    };
    let text = js.usv(*text)?;
    let base = match arguments.get(1) {
        Some(base) if !base.is_undefined() => Some(js.usv(*base)?),
        _ => None,
    };
    let base_url = match base.as_deref().map(Url::parse) {
        None => None,
        Some(Ok(url)) => Some(url),
        Some(Err(_)) => return Ok(Err((text, base))),
    };
    let resolved = resolve(&text, base_url.as_ref());
    Ok(resolved.map_err(|_| (text, base)))
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

//! `URLSearchParams`: the URL Standard's, as Node.js words its errors.
//!
//! The pairs are kept on this side. Those of a `URL` share a state with it:
//! what changes one is seen by the other. No borrow of the state may be held
//! while a program's code runs.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use ::url::Url;
use ::url::form_urlencoded;

use super::argument::throw_argument;
use crate::js::{Class, Error, Feature, Js, Thrown, Value};

pub(crate) static CLASS: Class = Class::new(
    "URLSearchParams",
    Some((0, construct)),
    &[
        Feature::Getter("size", |js, this, _| {
            Ok(Value::integer(shared(js, this)?.borrow().pairs.len() as i32))
        }),
        Feature::Method("append", 2, append),
        Feature::Method("delete", 1, delete),
        Feature::Method("get", 1, get),
        Feature::Method("getAll", 1, get_all),
        Feature::Method("has", 1, has),
        Feature::Method("set", 2, set),
        Feature::Method("sort", 0, sort),
        Feature::Method("entries", 0, |js, this, _| iterate(js, this, Kind::Entries)),
        Feature::Method("forEach", 1, for_each),
        Feature::Method("keys", 0, |js, this, _| iterate(js, this, Kind::Names)),
        Feature::Method("values", 0, |js, this, _| iterate(js, this, Kind::Values)),
        Feature::Method("toString", 0, |js, this, _| {
            let shared = shared(js, this)?;
            let text = shared.borrow().form();
            js.string(&text)
        }),
    ],
);

pub(crate) static ITERATOR: Class =
    Class::new("URLSearchParams Iterator", None, &[Feature::Next(next)]);

/// A name and a value.
type Pair = (String, String);

/// What a `URL` and its parameters have in common, or parameters alone.
#[derive(Default)]
pub(super) struct Shared {
    url: Option<Url>,
    /// The query's pairs; kept up to date once `watched`.
    pairs: Vec<Pair>,
    /// Somebody has the parameters.
    watched: bool,
    /// The pairs have changed, the URL has not.
    stale: bool,
}

/// The state behind a `URL` and behind its parameters.
pub(super) type Link = RefCell<Shared>;

impl Shared {
    pub(super) fn of(url: Url) -> Self {
        let url = Some(url);
        Self {
            url,
            ..Self::default()
        }
    }

    /// The URL, with what its parameters changed.
    pub(super) fn url(&mut self) -> &mut Url {
        if self.stale {
            self.stale = false;
            let form = self.form();
            let url = self.url.as_mut().expect("only a URL's pairs get stale");
            url.set_query((!form.is_empty()).then_some(form.as_str()));
        }
        self.url
            .as_mut()
            .expect("parameters alone have no URL to read")
    }

    /// Reads the pairs again, after the URL's query may have changed.
    pub(super) fn reread(&mut self) {
        if self.watched {
            let query = self.url().query().unwrap_or_default().to_owned();
            self.pairs = parse(&query);
        }
    }

    /// From now on the pairs are kept.
    pub(super) fn watch(&mut self) {
        self.watched = true;
        self.reread();
    }

    fn form(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.pairs)
            .finish()
    }

    fn changed(&mut self) {
        self.stale = self.url.is_some();
    }
}

/// What the classes have beyond their members, after they were installed:
/// parameters are iterated over as their entries are, and an iteration
/// inherits from all others'.
pub(super) fn inherit(js: Js) -> Result<(), Thrown> {
    let prototype = js.prototype_of(&CLASS);
    let entries = js.get(prototype, js.name("entries"))?;
    js.define_hidden(prototype, js.well_known("iterator")?, entries)?;
    let array = js.array_taking(&[])?;
    let values = js.get(array, js.name("values"))?;
    let iteration = js.call(values, array, &[])?;
    let shared = js.prototype(js.prototype(iteration)?)?;
    js.set_prototype(js.prototype_of(&ITERATOR), shared)
}

/// Parameters that share this state.
pub(super) fn of_url(js: Js, link: &Rc<Link>) -> Result<Value, Thrown> {
    link.borrow_mut().watch();
    js.hold(&CLASS, Value::UNDEFINED, Rc::clone(link) as _)
}

/// The form that what is `URLSearchParams` writes.
pub(crate) fn form(js: Js, value: Value) -> Option<String> {
    let link = js.held::<Link>(&CLASS, value)?;
    let form = link.borrow().form();
    Some(form)
}

pub(crate) fn is(js: Js, value: Value) -> bool {
    js.held::<Link>(&CLASS, value).is_some()
}

/// The names and values of what is `URLSearchParams`.
pub(crate) fn pairs(js: Js, value: Value) -> Option<Vec<(String, String)>> {
    let link = js.held::<Link>(&CLASS, value)?;
    let pairs = link.borrow().pairs.clone();
    Some(pairs)
}

/// The pairs of a form, as the standard's parser reads them.
fn parse(form: &str) -> Vec<Pair> {
    let pairs = form.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// A text of a form: `+` is a blank, `%` and two digits are a byte.
fn decode(text: &str) -> String {
    let mut rest = text.as_bytes();
    let Some(plain) = rest.iter().position(|byte| matches!(byte, b'+' | b'%')) else {
        return text.to_owned();
    };
    let mut bytes = Vec::with_capacity(text.len());
    bytes.extend_from_slice(&rest[..plain]);
    rest = &rest[plain..];
    while let [first, after @ ..] = rest {
        rest = after;
        bytes.push(match (first, after) {
            (b'+', _) => b' ',
            (b'%', [high, low, behind @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    rest = behind;
                    high << 4 | low
                }
                _ => b'%',
            },
            _ => *first,
        });
    }
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

fn shared(js: Js, this: Value) -> Result<Rc<Link>, Thrown> {
    js.this::<Link>(&CLASS, this)
}

fn construct(js: Js, target: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    let init = arguments.first().copied().unwrap_or(Value::UNDEFINED);
    let pairs = if init.is_undefined() || init.is_null() {
        Vec::new()
    } else if init.is_object() {
        pairs_of(js, init)?
    } else {
        let text = js.usv(init)?;
        parse(text.strip_prefix('?').unwrap_or(&text))
    };
    let shared = Shared {
        pairs,
        ..Shared::default()
    };
    js.hold(&CLASS, target, Rc::new(Link::new(shared)))
}

/// The pairs of an iterable of pairs, or of an object's properties.
fn pairs_of(js: Js, init: Value) -> Result<Vec<Pair>, Thrown> {
    let method = js.get(init, js.intrinsics().iterator)?;
    if method.is_undefined() || method.is_null() {
        return record(js, init);
    }
    if !js.is_function(method) {
        let message = "Query pairs must be iterable";
        return Err(js.throw_coded(Error::Type, "ERR_ARG_NOT_ITERABLE", message));
    }
    let mut pairs = Vec::new();
    js.each(init, method, &mut |pair| {
        pairs.push(tuple(js, pair)?);
        Ok(())
    })?;
    js.free(method);
    Ok(pairs)
}

/// The two texts that an iterable gives.
fn tuple(js: Js, pair: Value) -> Result<Pair, Thrown> {
    let refused = || {
        let message = "Each query pair must be an iterable [name, value] tuple";
        js.throw_coded(Error::Type, "ERR_INVALID_TUPLE", message)
    };
    if !pair.is_object() {
        return Err(refused());
    }
    let mut texts = Vec::with_capacity(2);
    if js.is_array(pair) {
        if js.length(pair)? != 2 {
            return Err(refused());
        }
        for index in 0..2 {
            let item = js.item(pair, index)?;
            texts.push(js.usv(item)?);
            js.free(item);
        }
    } else {
        let method = js.get(pair, js.intrinsics().iterator)?;
        if !js.is_function(method) {
            return Err(refused());
        }
        js.each(pair, method, &mut |item| {
            texts.push(js.usv(item)?);
            Ok(())
        })?;
        js.free(method);
    }
    match <[String; 2]>::try_from(texts) {
        Ok([name, value]) => Ok((name, value)),
        Err(_) => Err(refused()),
    }
}

fn record(js: Js, object: Value) -> Result<Vec<Pair>, Thrown> {
    let mut pairs: Vec<Pair> = Vec::new();
    for name in js.own_names(object, false)? {
        let text = js.name_text(name)?;
        let value = js.get(object, name)?;
        js.free_name(name);
        let value_text = js.usv(value)?;
        js.free(value);
        // Two names can only become one where half a surrogate pair was.
        let same = |pair: &&mut Pair| text.contains(char::REPLACEMENT_CHARACTER) && pair.0 == text;
        match pairs.iter_mut().find(same) {
            Some(pair) => pair.1 = value_text,
            None => pairs.push((text, value_text)),
        }
    }
    if let Some(symbol) = js.own_symbols(object)?.first() {
        js.usv(js.name_value(*symbol))?;
    }
    Ok(pairs)
}

/// One text, named in the message of what is thrown without it.
fn name_of(js: Js, arguments: &[Value]) -> Result<String, Thrown> {
    match arguments.first() {
        Some(name) => js.usv(*name),
        None => Err(js.throw_missing("\"name\" argument")),
    }
}

fn name_and_value(js: Js, arguments: &[Value]) -> Result<Pair, Thrown> {
    let [name, value, ..] = arguments else {
        return Err(js.throw_missing("\"name\" and \"value\" arguments"));
    };
    Ok((js.usv(*name)?, js.usv(*value)?))
}

/// A second text that may be left out.
fn value_of(js: Js, arguments: &[Value]) -> Result<Option<String>, Thrown> {
    match arguments.get(1) {
        Some(value) if !value.is_undefined() => js.usv(*value).map(Some),
        _ => Ok(None),
    }
}

fn append(js: Js, this: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    let shared = shared(js, this)?;
    let pair = name_and_value(js, arguments)?;
    let mut shared = shared.borrow_mut();
    shared.pairs.push(pair);
    shared.changed();
    Ok(Value::UNDEFINED)
}

fn delete(js: Js, this: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    let shared = shared(js, this)?;
    let name = name_of(js, arguments)?;
    let value = value_of(js, arguments)?;
    let mut shared = shared.borrow_mut();
    shared
        .pairs
        .retain(|pair| pair.0 != name || value.as_ref().is_some_and(|value| pair.1 != *value));
    shared.changed();
    Ok(Value::UNDEFINED)
}

fn get(js: Js, this: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    let shared = shared(js, this)?;
    let name = name_of(js, arguments)?;
    let shared = shared.borrow();
    match shared.pairs.iter().find(|pair| pair.0 == name) {
        Some(pair) => js.string(&pair.1),
        None => Ok(Value::NULL),
    }
}

fn get_all(js: Js, this: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    let shared = shared(js, this)?;
    let name = name_of(js, arguments)?;
    let shared = shared.borrow();
    let found = shared.pairs.iter().filter(|pair| pair.0 == name);
    let values: Vec<Value> = found
        .map(|pair| js.string(&pair.1))
        .collect::<Result<_, _>>()?;
    js.array_taking(&values)
}

fn has(js: Js, this: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    let shared = shared(js, this)?;
    let name = name_of(js, arguments)?;
    let value = value_of(js, arguments)?;
    let shared = shared.borrow();
    let wanted =
        |pair: &Pair| pair.0 == name && value.as_ref().is_none_or(|value| pair.1 == *value);
    Ok(Value::bool(shared.pairs.iter().any(wanted)))
}

fn set(js: Js, this: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    let shared = shared(js, this)?;
    let (name, value) = name_and_value(js, arguments)?;
    let mut shared = shared.borrow_mut();
    match shared.pairs.iter().position(|pair| pair.0 == name) {
        None => shared.pairs.push((name, value)),
        Some(first) => {
            shared.pairs[first].1 = value;
            let mut at = 0;
            shared.pairs.retain(|pair| {
                at += 1;
                at - 1 <= first || pair.0 != name
            });
        }
    }
    shared.changed();
    Ok(Value::UNDEFINED)
}

fn sort(js: Js, this: Value, _: &[Value]) -> Result<Value, Thrown> {
    let shared = shared(js, this)?;
    let mut shared = shared.borrow_mut();
    // By code units, which differs from code points beyond U+FFFF.
    shared
        .pairs
        .sort_by(|left, right| left.0.encode_utf16().cmp(right.0.encode_utf16()));
    shared.changed();
    Ok(Value::UNDEFINED)
}

fn for_each(js: Js, this: Value, arguments: &[Value]) -> Result<Value, Thrown> {
    let shared = shared(js, this)?;
    let argument = |at: usize| arguments.get(at).copied().unwrap_or(Value::UNDEFINED);
    let (visit, receiver) = (argument(0), argument(1));
    if !js.is_function(visit) {
        return Err(throw_argument(js, "callback", "of type function", visit));
    }
    for index in 0.. {
        // What the visitor changes is seen at once, as in an iteration.
        let Some((name, value)) = shared.borrow().pairs.get(index).cloned() else {
            break;
        };
        let (name, value) = (js.string(&name)?, js.string(&value)?);
        let result = js.call(visit, receiver, &[value, name, this])?;
        for value in [name, value, result] {
            js.free(value);
        }
    }
    Ok(Value::UNDEFINED)
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Names,
    Values,
    Entries,
}

struct Iteration {
    over: Rc<Link>,
    kind: Kind,
    at: Cell<usize>,
}

fn iterate(js: Js, this: Value, kind: Kind) -> Result<Value, Thrown> {
    let over = shared(js, this)?;
    let at = Cell::new(0);
    js.hold(
        &ITERATOR,
        Value::UNDEFINED,
        Rc::new(Iteration { over, kind, at }),
    )
}

fn next(js: Js, this: Value) -> Result<Option<Value>, Thrown> {
    let iteration = js.this::<Iteration>(&ITERATOR, this)?;
    let at = iteration.at.get();
    let shared = iteration.over.borrow();
    let Some((name, value)) = shared.pairs.get(at) else {
        return Ok(None);
    };
    iteration.at.set(at + 1);
    let given = match iteration.kind {
        Kind::Names => js.string(name)?,
        Kind::Values => js.string(value)?,
        Kind::Entries => js.array_taking(&[js.string(name)?, js.string(value)?])?,
    };
    Ok(Some(given))
}

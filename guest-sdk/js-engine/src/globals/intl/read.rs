//! Arguments as `hookmill_js_intl` takes them: locales, options, numbers.

use std::cell::RefCell;

use hookmill_js_intl::date;
use hookmill_js_intl::locale::{self, Choice, Tag};
use hookmill_js_intl::{Decimal, Failure, Options, Raw};

use super::throw::throw;
use crate::bindings::hookmill::transform::log::{self, Level};
use crate::js::{Js, Thrown, Value};

/// So many locales that are not there are named in the log; more would be a
/// program's own list.
const NAMED_MAX: usize = 8;

thread_local! {
    static NAMED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// A number, a big one or a text's, exactly.
pub(super) fn decimal(js: Js, value: Value) -> Result<Decimal, Thrown> {
    if value.is_string() || value.is_bigint() {
        return js.text(value).map(|text| Decimal::from_text(&text));
    }
    js.number_of(value).map(Decimal::from_number)
}

/// A list's items, which are texts.
pub(super) fn texts(js: Js, list: Value) -> Result<Vec<String>, Thrown> {
    let mut texts = Vec::new();
    for index in 0..js.length(list)? {
        let item = item(js, list, index)?;
        texts.push(js.text(item)?);
        js.free(item);
    }
    Ok(texts)
}

fn item(js: Js, list: Value, index: usize) -> Result<Value, Thrown> {
    let name = js.ascii_name(&index.to_string())?;
    let item = js.get(list, name);
    js.free_name(name);
    item
}

/// The locales of an argument: none, a tag, or a list of them.
pub(super) fn tags(js: Js, locales: Value) -> Result<Vec<Tag>, Thrown> {
    let tag = |text: &str| locale::canonical(text).map_err(|failure| throw(js, failure));
    if locales.is_string() {
        return Ok(vec![tag(&js.text(locales)?)?]);
    }
    if locales.is_null() {
        return Err(js.throw_type_error("Cannot convert undefined or null to object"));
    }
    if !locales.is_object() {
        return Ok(Vec::new());
    }
    let mut tags = Vec::new();
    for index in 0..js.length(locales)? {
        let item = item(js, locales, index)?;
        if item.is_undefined() {
            continue;
        }
        if !item.is_string() && !item.is_object() {
            return Err(js.throw_type_error("Language ID should be string or object."));
        }
        let tag = tag(&js.text(item)?)?;
        js.free(item);
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

/// Chooses a locale, and says in the log, once, what is not there.
pub(super) fn choose(js: Js, locales: Value) -> Result<Choice, Thrown> {
    let american = |text: Option<&str>| matches!(text, Some("en-US"));
    if locales.is_undefined() || locales.is_string() && js.with_utf8(locales, american) {
        return Ok(locale::choose(&[]));
    }
    let choice = locale::choose(&tags(js, locales)?);
    if let Some(missing) = &choice.missing {
        NAMED.with_borrow_mut(|named| {
            if named.len() < NAMED_MAX && !named.contains(missing) {
                let message = format!(
                    "\"{missing}\" is not available in transforms: dates, numbers and words are in \
                     American English"
                );
                log::write(Level::Warn, &message);
                named.push(missing.clone());
            }
        });
    }
    Ok(choice)
}

/// The names of options, which are interned before the snapshot.
const NAMES: &str = "localeMatcher numberingSystem style currency currencyDisplay currencySign unit \
    unitDisplay notation minimumIntegerDigits minimumFractionDigits maximumFractionDigits \
    minimumSignificantDigits maximumSignificantDigits roundingPriority roundingIncrement \
    roundingMode trailingZeroDisplay compactDisplay useGrouping signDisplay calendar hour12 \
    hourCycle timeZone weekday era year month day dayPeriod hour minute second \
    fractionalSecondDigits timeZoneName formatMatcher dateStyle timeStyle usage numeric caseFirst \
    sensitivity ignorePunctuation collation";

/// Interns the names of options for good.
pub(crate) fn intern_names(js: Js) {
    for name in NAMES.split_ascii_whitespace() {
        js.name(name);
    }
}

/// An object of options, or none.
pub(super) struct Reader {
    js: Js,
    object: Option<Value>,
}

impl Reader {
    /// `service` is who takes them; only some take texts and numbers, too.
    pub(super) fn new(js: Js, service: &str, options: Value) -> Result<Self, Thrown> {
        let strict = matches!(service, "Intl.ListFormat" | "Intl.DisplayNames");
        if options.is_undefined() {
            return Ok(Self { js, object: None });
        }
        if options.is_null() {
            let message = match service {
                date::OWNER => "Cannot convert undefined or null to object",
                service => &format!("{service} called on null or undefined"),
            };
            return Err(js.throw_type_error(message));
        }
        if strict && !options.is_object() {
            return Err(js.throw_type_error("the options are not an object"));
        }
        Ok(Self {
            js,
            object: Some(options),
        })
    }

    /// The option, unless it is undefined.
    fn get<R>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Js, Value) -> Result<R, Thrown>,
    ) -> Result<Option<R>, Failure> {
        let Some(object) = self.object else {
            return Ok(None);
        };
        let js = self.js;
        let name = js.name(name);
        let value = js.get(object, name);
        let value = value.map_err(|Thrown| Failure::Thrown)?;
        if value.is_undefined() {
            return Ok(None);
        }
        let result = read(js, value);
        js.free(value);
        result.map(Some).map_err(|Thrown| Failure::Thrown)
    }
}

impl Options for Reader {
    fn text(&mut self, name: &'static str) -> Result<Option<String>, Failure> {
        self.get(name, Js::text)
    }

    fn number(&mut self, name: &'static str) -> Result<Option<f64>, Failure> {
        self.get(name, Js::number_of)
    }

    fn flag(&mut self, name: &'static str) -> Result<Option<bool>, Failure> {
        self.get(name, |js, value| Ok(js.is_truthy(value)))
    }

    fn raw(&mut self, name: &'static str) -> Result<Option<Raw>, Failure> {
        self.get(name, |js, value| {
            Ok(match value.as_bool() {
                Some(true) => Raw::True,
                _ if !js.is_truthy(value) => Raw::Falsy,
                _ => Raw::Text(js.text(value)?),
            })
        })
    }
}

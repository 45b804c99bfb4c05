//! The native half of `Intl`: reads what JavaScript gives, asks
//! `hookmill_js_intl`, gives the answer back.
//!
//! A format is checked once and kept here; JavaScript holds its number. Equal
//! ones are kept once, so that a program that makes thousands of them in a
//! loop keeps few.

mod give;
mod kept;
mod read;
mod throw;

use hookmill_js_intl::collate::Collator;
use hookmill_js_intl::date::{self, DateFormat, Purpose};
use hookmill_js_intl::list::ListFormat;
use hookmill_js_intl::names::{self, DisplayNames};
use hookmill_js_intl::number::{self, NumberFormat};
use hookmill_js_intl::plural::PluralRules;
use hookmill_js_intl::relative::RelativeFormat;
use hookmill_js_intl::{Decimal, locale};

use self::kept::{Format, Kept, get, keep};
use self::read::Reader;
pub(crate) use self::read::intern_names;
use self::throw::throw;
use crate::js::{Js, Native, Thrown, Value};

/// What can be asked, those that are asked often first.
const CALLS: &[(&str, Native)] = &[
    ("numberText", number_text),
    ("dateText", date_text),
    ("localeCompare", locale_compare),
    ("compare", compare),
    ("number", |js, arguments| {
        let (kept, value) = amount(js, arguments)?;
        js.string(&kept.number().format(value))
    }),
    ("date", |js, arguments| {
        let text = get(js, arguments)?.date().format(time(js, arguments, 1)?);
        js.string(&text.map_err(|failure| throw(js, failure))?)
    }),
    ("make", make),
    ("numberParts", |js, arguments| {
        let (kept, value) = amount(js, arguments)?;
        give::parts(js, &kept.number().format_to_parts(value), None)
    }),
    ("numberRange", |js, arguments| {
        js.string(&number_range(js, arguments)?.join())
    }),
    ("numberRangeParts", |js, arguments| {
        give::range(js, &number_range(js, arguments)?)
    }),
    ("dateParts", |js, arguments| {
        let kept = get(js, arguments)?;
        let parts = kept.date().format_to_parts(time(js, arguments, 1)?);
        give::parts(js, &parts.map_err(|failure| throw(js, failure))?, None)
    }),
    ("dateRange", |js, arguments| {
        let kept = get(js, arguments)?;
        let [start, end] = [1, 2].map(|index| time(js, arguments, index));
        let text = kept.date().format_range_text(start?, end?);
        js.string(&text.map_err(|failure| throw(js, failure))?)
    }),
    ("dateRangeParts", |js, arguments| {
        give::range(js, &date_range(js, arguments)?)
    }),
    ("plural", |js, arguments| {
        let kept = get(js, arguments)?;
        let value = Decimal::from_number(time(js, arguments, 1)?);
        js.string(kept.plural().select(value))
    }),
    ("pluralRange", |js, arguments| {
        let kept = get(js, arguments)?;
        let [start, end] = [1, 2].map(|index| time(js, arguments, index));
        let [start, end] = [start?, end?].map(Decimal::from_number);
        let form = kept.plural().select_range(&start, &end);
        js.string(form.map_err(|failure| throw(js, failure))?)
    }),
    ("list", |js, arguments| {
        js.string(&list(js, arguments)?.join())
    }),
    ("listParts", |js, arguments| {
        give::parts(js, &list(js, arguments)?, None)
    }),
    ("relative", |js, arguments| {
        js.string(&relative(js, arguments, "format")?.0.join())
    }),
    ("relativeParts", |js, arguments| {
        let (parts, unit) = relative(js, arguments, "formatToParts")?;
        give::parts(js, &parts, Some(unit))
    }),
    ("name", |js, arguments| {
        let kept = get(js, arguments)?;
        let name = kept.names().of(&js.text(at(arguments, 1))?);
        match name.map_err(|failure| throw(js, failure))? {
            Some(name) => js.string(&name),
            None => Ok(Value::UNDEFINED),
        }
    }),
    ("resolved", |js, arguments| {
        let kept = get(js, arguments)?;
        give::resolved(js, &kept)
    }),
    ("supported", supported),
    ("canonical", |js, arguments| {
        let tags = read::tags(js, at(arguments, 0))?;
        let tags: Vec<_> = tags.iter().map(locale::Tag::canonical).collect();
        give::texts(js, &tags)
    }),
    ("values", |js, arguments| {
        let values = names::supported_values(&js.text(at(arguments, 0))?);
        give::texts(js, &values.map_err(|failure| throw(js, failure))?)
    }),
    ("locale", make_locale),
    ("subtag", subtag),
    ("caseLanguage", |js, arguments| {
        let tags = read::tags(js, at(arguments, 0))?;
        let language = tags.first().map(locale::Tag::language);
        match language.filter(|language| matches!(*language, "tr" | "az" | "lt" | "el")) {
            Some(language) => js.string(language),
            None => Ok(Value::UNDEFINED),
        }
    }),
];

/// `intl(what, ...arguments)`: one of [`CALLS`].
pub(crate) fn call(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let Some((what, arguments)) = arguments.split_first() else {
        return Ok(Value::UNDEFINED);
    };
    let found = js.with_utf8(*what, |what| {
        let found = CALLS.iter().find(|(name, _)| Some(*name) == what);
        found.map(|(_, call)| *call)
    });
    match found {
        Some(call) => call(js, arguments),
        None => Ok(Value::UNDEFINED),
    }
}

/// Makes what events share, before the snapshot: the order of texts without
/// options.
pub(crate) fn prepare() {
    let choice = locale::choose(&[]);
    let collator = Collator::new(&mut (), &choice, Collator::owner());
    let collator = collator.expect("no options are always right");
    keep(Kept {
        locale: choice.name.to_owned(),
        format: Format::Collator(collator),
    });
}

fn at(arguments: &[Value], index: usize) -> Value {
    arguments.get(index).copied().unwrap_or(Value::UNDEFINED)
}

/// `make(service, locales, options)`: the number of a format.
fn make(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let service = js.text(at(arguments, 0))?;
    let choice = read::choose(js, at(arguments, 1))?;
    let mut options = Reader::new(js, &format!("Intl.{service}"), at(arguments, 2))?;
    let mut name = choice.name.to_owned();
    let format = match &*service {
        "NumberFormat" => NumberFormat::new(&mut options, number::OWNER).map(Format::Number),
        "DateTimeFormat" => {
            let format = DateFormat::new(&mut options, date::OWNER, Purpose::Any, choice.cycle);
            if let (Ok(format), Some(cycle)) = (&format, choice.cycle)
                && format.cycle() == cycle
            {
                name = format!("{name}-u-hc-{}", cycle.name());
            }
            format.map(Format::Date)
        }
        "Collator" => Collator::new(&mut options, &choice, Collator::owner()).map(Format::Collator),
        "PluralRules" => {
            // V8 has no rules for regions.
            name = "en".to_owned();
            PluralRules::new(&mut options).map(Format::Plural)
        }
        "ListFormat" => ListFormat::new(&mut options).map(Format::List),
        "RelativeTimeFormat" => RelativeFormat::new(&mut options).map(Format::Relative),
        _ => DisplayNames::new(&mut options).map(Format::Names),
    };
    let format = format.map_err(|failure| throw(js, failure))?;
    Ok(Value::integer(keep(Kept {
        locale: name,
        format,
    })))
}

/// `numberText(value, locales, options)`
fn number_text(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let options = at(arguments, 2);
    read::choose(js, at(arguments, 1))?;
    let value = read::decimal(js, at(arguments, 0))?;
    let format = match options.is_undefined() {
        true => NumberFormat::default(),
        false => {
            let owner = "Number.prototype.toLocaleString";
            let mut options = Reader::new(js, owner, options)?;
            NumberFormat::new(&mut options, owner).map_err(|failure| throw(js, failure))?
        }
    };
    js.string(&format.format(value))
}

/// `dateText(purpose, time, locales, options)`
fn date_text(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let (purpose, owner) = match &*js.text(at(arguments, 0))? {
        "date" => (Purpose::Date, "Date.prototype.toLocaleDateString"),
        "time" => (Purpose::Time, "Date.prototype.toLocaleTimeString"),
        _ => (Purpose::All, "Date.prototype.toLocaleString"),
    };
    let time = time(js, arguments, 1)?;
    let choice = read::choose(js, at(arguments, 2))?;
    let mut options = Reader::new(js, date::OWNER, at(arguments, 3))?;
    let format = DateFormat::new(&mut options, owner, purpose, choice.cycle);
    let format = format.map_err(|failure| throw(js, failure))?;
    match time.is_nan() {
        true => js.string("Invalid Date"),
        false => js.string(&format.format(time).map_err(|failure| throw(js, failure))?),
    }
}

/// `localeCompare(left, right, locales, options)`
fn locale_compare(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let [left, right] = [0, 1].map(|index| js.text(at(arguments, index)));
    let (left, right) = (left?, right?);
    let options = at(arguments, 3);
    let choice = read::choose(js, at(arguments, 2))?;
    let plain = choice.numeric.is_none() && choice.case_first.is_none();
    if options.is_undefined() && plain {
        return Ok(Value::integer(
            kept::plain_order().compare(&left, &right) as i32
        ));
    }
    let owner = "String.prototype.localeCompare";
    let mut options = Reader::new(js, owner, options)?;
    let collator = Collator::new(&mut options, &choice, owner);
    let collator = collator.map_err(|failure| throw(js, failure))?;
    Ok(Value::integer(collator.compare(&left, &right) as i32))
}

fn compare(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let kept = get(js, arguments)?;
    let [left, right] = [1, 2].map(|index| js.text(at(arguments, index)));
    Ok(Value::integer(
        kept.collator().compare(&left?, &right?) as i32
    ))
}

/// A number argument: an instant, or another one.
fn time(js: Js, arguments: &[Value], index: usize) -> Result<f64, Thrown> {
    js.number_of(at(arguments, index))
}

fn amount(js: Js, arguments: &[Value]) -> Result<(std::rc::Rc<Kept>, Decimal), Thrown> {
    let kept = get(js, arguments)?;
    Ok((kept, read::decimal(js, at(arguments, 1))?))
}

type Parts = hookmill_js_intl::parts::Parts;

fn number_range(js: Js, arguments: &[Value]) -> Result<Parts, Thrown> {
    let (kept, start) = amount(js, arguments)?;
    let end = read::decimal(js, at(arguments, 2))?;
    let parts = kept.number().format_range(start, end);
    parts.map_err(|failure| throw(js, failure))
}

fn date_range(js: Js, arguments: &[Value]) -> Result<Parts, Thrown> {
    let kept = get(js, arguments)?;
    let [start, end] = [1, 2].map(|index| time(js, arguments, index));
    let parts = kept.date().format_range(start?, end?);
    parts.map_err(|failure| throw(js, failure))
}

fn list(js: Js, arguments: &[Value]) -> Result<Parts, Thrown> {
    let kept = get(js, arguments)?;
    Ok(kept.list().format(&read::texts(js, at(arguments, 1))?))
}

fn relative(js: Js, arguments: &[Value], method: &str) -> Result<(Parts, &'static str), Thrown> {
    let kept = get(js, arguments)?;
    let unit = js.text(at(arguments, 2))?;
    let parts = kept
        .relative()
        .format(time(js, arguments, 1)?, &unit, method);
    parts.map_err(|failure| throw(js, failure))
}

/// `supported(service, locales, options)`: those of the locales that are there.
fn supported(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let owner = format!("Intl.{}.supportedLocalesOf", js.text(at(arguments, 0))?);
    let tags = read::tags(js, at(arguments, 1))?;
    let mut options = Reader::new(js, &owner, at(arguments, 2))?;
    locale::check_matcher(&mut options, &owner).map_err(|failure| throw(js, failure))?;
    let there = tags.iter().filter(|tag| locale::is_supported(tag));
    let there: Vec<_> = there.map(locale::Tag::canonical).collect();
    give::texts(js, &there)
}

/// `locale(tag, options)`: the canonical tag with the options in it.
fn make_locale(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let tag = locale::canonical(&js.text(at(arguments, 0))?);
    let mut tag = tag.map_err(|failure| throw(js, failure))?;
    let mut options = Reader::new(js, "Intl.Locale", at(arguments, 1))?;
    tag.apply(&mut options)
        .map_err(|failure| throw(js, failure))?;
    js.string(&tag.canonical())
}

/// `subtag(tag, which)`: a part of a tag; undefined when it has none.
fn subtag(js: Js, arguments: &[Value]) -> Result<Value, Thrown> {
    let tag = locale::canonical(&js.text(at(arguments, 0))?);
    let tag = tag.map_err(|failure| throw(js, failure))?;
    match tag.part(&js.text(at(arguments, 1))?) {
        Some(part) => js.string(&part),
        None => Ok(Value::UNDEFINED),
    }
}

//! The formats that JavaScript holds the numbers of.

use std::cell::RefCell;
use std::rc::Rc;

use hookmill_js_intl::collate::Collator;
use hookmill_js_intl::date::DateFormat;
use hookmill_js_intl::list::ListFormat;
use hookmill_js_intl::names::DisplayNames;
use hookmill_js_intl::number::{NumberFormat, Resolved};
use hookmill_js_intl::plural::PluralRules;
use hookmill_js_intl::relative::RelativeFormat;

use crate::js::{Js, Thrown, Value};

thread_local! {
    static ALL: RefCell<Vec<Rc<Kept>>> = const { RefCell::new(Vec::new()) };
}

/// A format, and the locale it says it has.
pub(super) struct Kept {
    pub(super) locale: String,
    pub(super) format: Format,
}

pub(super) enum Format {
    Number(NumberFormat),
    Date(DateFormat),
    Collator(Collator),
    Plural(PluralRules),
    List(ListFormat),
    Relative(RelativeFormat),
    Names(DisplayNames),
}

/// Keeps a format, once, and gives its number.
pub(super) fn keep(new: Kept) -> i32 {
    ALL.with_borrow_mut(|all| {
        let known = all.iter().position(|kept| kept.is_like(&new));
        let place = known.unwrap_or_else(|| {
            all.push(Rc::new(new));
            all.len() - 1
        });
        place as i32
    })
}

/// The format whose number is the first argument.
pub(super) fn get(js: Js, arguments: &[Value]) -> Result<Rc<Kept>, Thrown> {
    let number = arguments.first().and_then(|value| value.as_integer());
    let kept = number.and_then(|number| ALL.with_borrow(|all| all.get(number as usize).cloned()));
    // Only intl.js calls this, with numbers that it was given.
    kept.ok_or_else(|| js.throw_type_error("there is no such format"))
}

/// The order of texts without options, which is kept first.
pub(super) fn plain_order() -> Rc<Kept> {
    ALL.with_borrow(|all| Rc::clone(&all[0]))
}

macro_rules! is_a {
    ($method:ident, $variant:ident, $type:ty) => {
        pub(super) fn $method(&self) -> &$type {
            match &self.format {
                Format::$variant(format) => format,
                _ => unreachable!("intl.js asks a format for what it is"),
            }
        }
    };
}

impl Kept {
    is_a!(number, Number, NumberFormat);
    is_a!(date, Date, DateFormat);
    is_a!(collator, Collator, Collator);
    is_a!(plural, Plural, PluralRules);
    is_a!(list, List, ListFormat);
    is_a!(relative, Relative, RelativeFormat);
    is_a!(names, Names, DisplayNames);

    /// Compares two texts in this order.
    pub(super) fn compare(&self, left: &str, right: &str) -> std::cmp::Ordering {
        self.collator().compare(left, right)
    }

    pub(super) fn resolved(&self) -> Vec<(&'static str, Resolved)> {
        match &self.format {
            Format::Number(format) => format.resolved(),
            Format::Date(format) => format.resolved(),
            Format::Collator(format) => format.resolved(),
            Format::Plural(format) => format.resolved(),
            Format::List(format) => format.resolved(),
            Format::Relative(format) => format.resolved(),
            Format::Names(format) => format.resolved(),
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        let same = match (&self.format, &other.format) {
            (Format::Number(left), Format::Number(right)) => left == right,
            (Format::Date(left), Format::Date(right)) => left == right,
            (Format::Collator(left), Format::Collator(right)) => left.is_like(right),
            (Format::Plural(left), Format::Plural(right)) => left == right,
            (Format::List(left), Format::List(right)) => left == right,
            (Format::Relative(left), Format::Relative(right)) => left == right,
            (Format::Names(left), Format::Names(right)) => left == right,
            _ => false,
        };
        same && self.locale == other.locale
    }
}

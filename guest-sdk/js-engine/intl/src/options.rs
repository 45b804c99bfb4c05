//! How options are read, and what is said about those that are wrong.

use std::borrow::Cow;

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A `RangeError` with this message.
    Range(Cow<'static, str>),
    /// A `TypeError` with this message.
    Type(Cow<'static, str>),
    /// Reading an option threw by itself.
    Thrown,
}

impl Failure {
    pub(crate) fn range(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Range(message.into())
    }

    pub(crate) fn type_error(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Type(message.into())
    }
}

/// An option that may be true, false or a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raw {
    /// `true` itself.
    True,
    /// What `if` takes for false.
    Falsy,
    /// Anything else, as text.
    Text(String),
}

/// An object of options. Each read may run the caller's code.
pub trait Options {
    /// The option as text; none when it is undefined.
    ///
    /// # Errors
    /// What the caller's code threw.
    fn text(&mut self, name: &'static str) -> Result<Option<String>, Failure>;

    /// The option as a number.
    ///
    /// # Errors
    /// What the caller's code threw.
    fn number(&mut self, name: &'static str) -> Result<Option<f64>, Failure>;

    /// Whether `if` takes the option for true.
    ///
    /// # Errors
    /// What the caller's code threw.
    fn flag(&mut self, name: &'static str) -> Result<Option<bool>, Failure>;

    /// The option as it is.
    ///
    /// # Errors
    /// What the caller's code threw.
    fn raw(&mut self, name: &'static str) -> Result<Option<Raw>, Failure>;
}

/// No options at all.
impl Options for () {
    fn text(&mut self, _: &'static str) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    fn number(&mut self, _: &'static str) -> Result<Option<f64>, Failure> {
        Ok(None)
    }

    fn flag(&mut self, _: &'static str) -> Result<Option<bool>, Failure> {
        Ok(None)
    }

    fn raw(&mut self, _: &'static str) -> Result<Option<Raw>, Failure> {
        Ok(None)
    }
}

/// The place of an option's value in the list of its values, none when it is
/// absent. `owner` is named in the error, as Node.js does.
pub(crate) fn one_of(
    options: &mut impl Options,
    owner: &str,
    name: &'static str,
    values: &[&str],
) -> Result<Option<usize>, Failure> {
    let Some(text) = options.text(name)? else {
        return Ok(None);
    };
    match values.iter().position(|value| *value == text) {
        Some(place) => Ok(Some(place)),
        None => Err(out_of_range(owner, name, &text)),
    }
}

pub(crate) fn out_of_range(owner: &str, name: &str, text: &str) -> Failure {
    Failure::range(format!(
        "Value {text} out of range for {owner} options property {name}"
    ))
}

/// An option that is a whole number from `low` to `high`.
pub(crate) fn count(
    options: &mut impl Options,
    name: &'static str,
    low: u16,
    high: u16,
) -> Result<Option<u16>, Failure> {
    match options.number(name)? {
        None => Ok(None),
        Some(value) if value >= f64::from(low) && value <= f64::from(high) => {
            Ok(Some(value.floor() as u16))
        }
        Some(_) => Err(Failure::range(format!("{name} value is out of range."))),
    }
}

/// Reads and checks what every constructor takes.
pub(crate) fn matcher(options: &mut impl Options, owner: &str) -> Result<(), Failure> {
    one_of(options, owner, "localeMatcher", &["lookup", "best fit"])?;
    Ok(())
}

/// Reads `numberingSystem`, of which there is one.
pub(crate) fn numbering(options: &mut impl Options) -> Result<(), Failure> {
    only(options, "numberingSystem", "latn")
}

/// An option of which one value is there.
pub(crate) fn only(
    options: &mut impl Options,
    name: &'static str,
    there: &str,
) -> Result<(), Failure> {
    match options.text(name)? {
        Some(text) if !text.eq_ignore_ascii_case(there) => {
            let sound = text.split('-').all(|part| {
                (3..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
            });
            Err(Failure::range(match sound {
                false => format!("Invalid {name} : {text}"),
                true => format!("{name} \"{text}\" is not available in transforms; \"{there}\" is"),
            }))
        }
        _ => Ok(()),
    }
}

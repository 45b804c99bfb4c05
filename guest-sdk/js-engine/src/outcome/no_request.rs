//! Why a handler's result gives no request, and how a message says it.

use crate::globals::params;
use crate::js::{Js, Species, Thrown, Value};

/// Why a result gives no request.
pub(crate) enum NoRequest {
    Thrown,
    Invalid(String),
}

impl NoRequest {
    /// Adds to what is invalid what to write instead.
    pub(super) fn advised(self, advice: &str) -> Self {
        match self {
            Self::Invalid(message) => Self::Invalid(format!("{message}; {advice}")),
            Self::Thrown => Self::Thrown,
        }
    }
}

impl From<Thrown> for NoRequest {
    fn from(Thrown: Thrown) -> Self {
        Self::Thrown
    }
}

/// That a property is something else than it must be.
pub(super) fn wrong(js: Js, property: &str, expected: &str, value: Value) -> NoRequest {
    let what = kind(js, value);
    NoRequest::Invalid(format!("{property} must be {expected}, but is {what}"))
}

/// What a value is, as a message says it.
pub(super) fn kind(js: Js, value: Value) -> &'static str {
    match value {
        _ if value.is_undefined() => "undefined",
        _ if value.is_null() => "null",
        _ if value.is_string() => "a string",
        _ if value.is_number() => "a number",
        _ if value.as_bool().is_some() => "a boolean",
        _ if value.is_symbol() => "a symbol",
        _ if value.is_bigint() => "a BigInt",
        _ if js.is_array(value) => "an array",
        _ if js.is_function(value) => "a function",
        _ if js.is_map(value) => "a Map",
        _ if js.species(value) == Species::Set => "a Set",
        _ if js.species(value) == Species::Date => "a Date",
        _ if params::is(js, value) => "a URLSearchParams",
        _ => "an object",
    }
}

//! What is wrong with an argument, as the error that JavaScript gets.

use hookmill_js_intl::Failure;

use crate::js::{Error, Js, Thrown};

pub(super) fn throw(js: Js, failure: Failure) -> Thrown {
    match failure {
        Failure::Range(message) => js.throw_error(Error::Range, &message),
        Failure::Type(message) => js.throw_type_error(&message),
        Failure::Thrown => Thrown,
    }
}

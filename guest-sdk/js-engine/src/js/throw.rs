//! Errors as Node.js throws them: a kind, a code, a message.

use core::ffi::CStr;

use rquickjs::qjs;

use super::{Js, Thrown, Value, terminated};

/// Which of the language's errors it is.
#[derive(Clone, Copy)]
pub(crate) enum Error {
    Type,
    Range,
    Plain,
}

// SAFETY, for every block below: see the parent module.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Js {
    pub(crate) fn throw_error(self, kind: Error, message: &str) -> Thrown {
        let text = terminated(message);
        let (form, text) = (c"%s".as_ptr(), text.as_ptr());
        unsafe {
            match kind {
                Error::Type => qjs::JS_ThrowTypeError(self.0, form, text),
                Error::Range => qjs::JS_ThrowRangeError(self.0, form, text),
                Error::Plain => qjs::JS_ThrowPlainError(self.0, form, text),
            }
        };
        Thrown
    }

    /// An error with the `code` by which Node.js programs tell errors apart.
    pub(crate) fn throw_coded(self, kind: Error, code: &str, message: &str) -> Thrown {
        self.throw_with(kind, message, &[("code", code)])
    }

    /// An error with properties that are texts.
    pub(crate) fn throw_with(
        self,
        kind: Error,
        message: &str,
        properties: &[(&'static str, &str)],
    ) -> Thrown {
        self.throw_error(kind, message);
        let error = self.take_exception();
        if error.is_object() {
            for (name, text) in properties {
                // An error without its code still says what is wrong.
                let text = self.string(text);
                let _ = text.and_then(|text| self.define_taking(error, self.name(name), text));
            }
        }
        self.throw_taking(error)
    }

    /// A `DOMException` of that name.
    pub(crate) fn throw_dom(self, name: &CStr, message: &str) -> Thrown {
        let text = terminated(message);
        let form = c"%s".as_ptr();
        unsafe { qjs::JS_ThrowDOMException(self.0, name.as_ptr(), form, text.as_ptr()) };
        Thrown
    }

    /// Throws a value whose reference it takes over.
    pub(crate) fn throw_taking(self, value: Value) -> Thrown {
        unsafe { qjs::JS_Throw(self.0, value.0) };
        Thrown
    }

    /// That arguments are missing, in Node.js' words.
    pub(crate) fn throw_missing(self, what: &str) -> Thrown {
        let message = format!("The {what} must be specified");
        self.throw_coded(Error::Type, "ERR_MISSING_ARGS", &message)
    }
}

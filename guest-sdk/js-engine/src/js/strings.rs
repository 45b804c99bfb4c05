//! Texts between JavaScript and Rust, beyond what every event needs.

use rquickjs::qjs;

use super::{Js, Thrown, Value};

// SAFETY, for every block below: see the parent module.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Js {
    /// What `String(value)` gives, as the web's interfaces take it: symbols
    /// throw, lone surrogates become U+FFFD. May run the program's code.
    pub(crate) fn usv(self, value: Value) -> Result<String, Thrown> {
        if value.is_string() {
            return self.text(value);
        }
        let text = self.to_string(value)?;
        let owned = self.text(text);
        self.free(text);
        owned
    }

    /// The string that a value converts to; a new reference.
    pub(crate) fn to_string(self, value: Value) -> Result<Value, Thrown> {
        self.check(unsafe { qjs::JS_ToString(self.0, value.0) })
    }

    /// A string of UTF-16 code units, one of which at least is beyond 0xff.
    pub(crate) fn string_of_units(self, units: &[u16]) -> Result<Value, Thrown> {
        let length = units.len() as _;
        self.check(unsafe { qjs::JS_NewStringUTF16(self.0, units.as_ptr(), length) })
    }

    /// A string's length, in UTF-16 code units.
    pub(crate) fn string_length(self, string: Value) -> usize {
        let length = self.get(string, self.name("length")).ok();
        let length = length.and_then(|length| self.number_of(length).ok());
        length.unwrap_or(0.0) as usize
    }

    /// A string's first UTF-16 code units, without converting the rest.
    pub(crate) fn start_of(self, string: Value, units_max: usize) -> Result<Value, Thrown> {
        let slice = crate::instance::get().intrinsics.string_slice;
        let units_max = i32::try_from(units_max).unwrap_or(i32::MAX);
        self.call(
            slice,
            string,
            &[Value::integer(0), Value::integer(units_max)],
        )
    }
}

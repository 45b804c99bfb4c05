//! Texts between JavaScript and Rust.

use rquickjs::qjs;

use super::{Js, Name, Thrown, Value};

// SAFETY, for every block below: see the parent module.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Js {
    pub(crate) fn string(self, text: &str) -> Result<Value, Thrown> {
        self.check(unsafe { qjs::JS_NewStringLen(self.0, text.as_ptr().cast(), text.len() as _) })
    }

    /// The text of a string, or of what `String(value)` gives. Lone
    /// surrogates become U+FFFD.
    pub(crate) fn text(self, value: Value) -> Result<String, Thrown> {
        let mut length: qjs::size_t = 0;
        let bytes = unsafe { qjs::JS_ToCStringLen2(self.0, &mut length, value.0, false) };
        if bytes.is_null() {
            return Err(Thrown);
        }
        let owned =
            unsafe { core::slice::from_raw_parts(bytes.cast::<u8>(), length as usize) }.to_vec();
        unsafe { qjs::JS_FreeCString(self.0, bytes) };
        Ok(match String::from_utf8(owned) {
            Ok(text) => text,
            Err(error) => replace_surrogates(error.as_bytes()),
        })
    }

    /// Lends a string's text; none when it contains half a surrogate pair.
    pub(crate) fn with_utf8<R>(self, value: Value, read: impl FnOnce(Option<&str>) -> R) -> R {
        let mut length: qjs::size_t = 0;
        let bytes = unsafe { qjs::JS_ToCStringLen2(self.0, &mut length, value.0, false) };
        if bytes.is_null() {
            return read(None);
        }
        let text = unsafe { core::slice::from_raw_parts(bytes.cast::<u8>(), length as usize) };
        let result = read(core::str::from_utf8(text).ok());
        unsafe { qjs::JS_FreeCString(self.0, bytes) };
        result
    }

    /// Lends a string's bytes as the engine gives them; none without memory.
    /// Half a surrogate pair is three bytes that are not UTF-8.
    pub(crate) fn with_bytes<R>(self, value: Value, read: impl FnOnce(Option<&[u8]>) -> R) -> R {
        let mut length: qjs::size_t = 0;
        let bytes = unsafe { qjs::JS_ToCStringLen2(self.0, &mut length, value.0, false) };
        if bytes.is_null() {
            return read(None);
        }
        let text = unsafe { core::slice::from_raw_parts(bytes.cast::<u8>(), length as usize) };
        let result = read(Some(text));
        unsafe { qjs::JS_FreeCString(self.0, bytes) };
        result
    }

    pub(crate) fn name_text(self, name: Name) -> Result<String, Thrown> {
        let value = self.name_value(name);
        let text = self.text(value);
        self.free(value);
        text
    }

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
        let slice = self.intrinsics().string_slice;
        let units_max = i32::try_from(units_max).unwrap_or(i32::MAX);
        self.call(
            slice,
            string,
            &[Value::integer(0), Value::integer(units_max)],
        )
    }
}

/// The engine writes a lone surrogate as the three bytes that UTF-8 forbids.
fn replace_surrogates(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        // The first byte of a surrogate stands for all three.
        if chunk.invalid().first() == Some(&0xed) {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
}

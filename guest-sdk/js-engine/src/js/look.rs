//! Looking at values without running a program's code.
//!
//! Only proxies can make these methods call out; whoever must not, asks
//! [`Js::is_proxy`] first.

use rquickjs::qjs;

use super::{Js, Name, Thrown, Value};

/// What a property is, without running a getter.
pub(crate) enum Property {
    Data(Value),
    Accessor,
}

/// The two kinds of object that JSON makes.
pub(crate) enum Plain {
    Object,
    Array,
}

// SAFETY, for every block below: see the parent module.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Js {
    /// Whether `if` would take the value for true.
    pub(crate) fn is_truthy(self, value: Value) -> bool {
        unsafe { qjs::JS_ToBool(self.0, value.0) == 1 }
    }

    pub(crate) fn is_array(self, value: Value) -> bool {
        unsafe { qjs::JS_IsArray(value.0) }
    }

    /// Whether a value is an ordinary object or array, with whatever
    /// prototype.
    pub(crate) fn plain(self, value: Value) -> Option<Plain> {
        // The first two classes of every QuickJS runtime.
        match unsafe { qjs::JS_GetClassID(value.0) } {
            1 => Some(Plain::Object),
            2 => Some(Plain::Array),
            _ => None,
        }
    }

    /// Whether it is `function*` or `async function*`.
    pub(crate) fn is_generator_function(self, value: Value) -> bool {
        matches!(unsafe { qjs::JS_GetClassID(value.0) }, 17 | 59)
    }

    /// Whether it is what such a function returns.
    pub(crate) fn is_generator(self, value: Value) -> bool {
        matches!(unsafe { qjs::JS_GetClassID(value.0) }, 49 | 60)
    }

    /// An object's prototype, or null.
    pub(crate) fn prototype(self, object: Value) -> Result<Value, Thrown> {
        let found = unsafe { qjs::JS_GetPrototype(self.0, object.0) };
        if found == qjs::JS_EXCEPTION {
            return Err(Thrown);
        }
        Ok(Value(found))
    }

    /// Whether an object has a property, or inherits it.
    pub(crate) fn has(self, object: Value, name: Name) -> Result<bool, Thrown> {
        match unsafe { qjs::JS_HasProperty(self.0, object.0, name.0) } {
            found if found < 0 => Err(Thrown),
            found => Ok(found > 0),
        }
    }

    /// Whether it is an `ArrayBuffer`, not a view of one.
    pub(crate) fn is_buffer(self, value: Value) -> bool {
        unsafe { qjs::JS_IsArrayBuffer(value.0) }
    }

    /// A copy of the bytes of an `ArrayBuffer` or of a view of one; none for
    /// anything else. Throws when they are gone.
    pub(crate) fn bytes_of(self, value: Value) -> Result<Option<Vec<u8>>, Thrown> {
        if unsafe { qjs::JS_IsArrayBuffer(value.0) } {
            return self.buffer_bytes(value, 0, None).map(Some);
        }
        if unsafe { qjs::JS_GetTypedArrayType(value.0) } >= 0 {
            let (mut offset, mut length, mut element) = (0, 0, 0);
            let buffer = unsafe {
                qjs::JS_GetTypedArrayBuffer(self.0, value.0, &mut offset, &mut length, &mut element)
            };
            if buffer == qjs::JS_EXCEPTION {
                return Err(Thrown);
            }
            let view = self.buffer_bytes(Value(buffer), offset as usize, Some(length as usize));
            return view.map(Some);
        }
        if unsafe { qjs::JS_IsDataView(value.0) } {
            let number = |name| {
                let number = self.get(value, self.name(name))?;
                self.number_of(number)
            };
            let (offset, length) = (number("byteOffset")?, number("byteLength")?);
            let buffer = self.get(value, self.name("buffer"))?;
            let view = self.buffer_bytes(buffer, offset as usize, Some(length as usize));
            return view.map(Some);
        }
        Ok(None)
    }

    /// A part of a buffer; to its end without a length.
    fn buffer_bytes(
        self,
        buffer: Value,
        offset: usize,
        length: Option<usize>,
    ) -> Result<Vec<u8>, Thrown> {
        let mut whole: qjs::size_t = 0;
        let start = unsafe { qjs::JS_GetArrayBuffer(self.0, &mut whole, buffer.0) };
        if start.is_null() {
            // Without memory it is empty, or gone: then the engine has thrown.
            return match unsafe { qjs::JS_HasException(self.0) } {
                true => Err(Thrown),
                false => Ok(Vec::new()),
            };
        }
        let bytes = unsafe { core::slice::from_raw_parts(start, whole as usize) };
        let end = length.map_or(bytes.len(), |length| offset.saturating_add(length));
        Ok(bytes.get(offset..end).unwrap_or_default().to_vec())
    }

    pub(crate) fn length(self, array: Value) -> Result<usize, Thrown> {
        let mut length = 0;
        let failed = unsafe { qjs::JS_GetLength(self.0, array.0, &mut length) };
        if failed < 0 {
            Err(Thrown)
        } else {
            Ok(length as usize)
        }
    }

    pub(crate) fn is_function(self, value: Value) -> bool {
        unsafe { qjs::JS_IsFunction(self.0, value.0) }
    }

    pub(crate) fn is_error(self, value: Value) -> bool {
        unsafe { qjs::JS_IsError(value.0) }
    }

    pub(crate) fn is_date(self, value: Value) -> bool {
        unsafe { qjs::JS_IsDate(value.0) }
    }

    pub(crate) fn is_regexp(self, value: Value) -> bool {
        unsafe { qjs::JS_IsRegExp(value.0) }
    }

    pub(crate) fn is_map(self, value: Value) -> bool {
        unsafe { qjs::JS_IsMap(value.0) }
    }

    pub(crate) fn is_set(self, value: Value) -> bool {
        unsafe { qjs::JS_IsSet(value.0) }
    }

    pub(crate) fn is_proxy(self, value: Value) -> bool {
        unsafe { qjs::JS_IsProxy(value.0) }
    }

    /// The names of an object's own enumerable string-keyed properties, in
    /// their order; `hidden` adds those that are not enumerable.
    pub(crate) fn own_names(self, object: Value, hidden: bool) -> Result<Vec<Name>, Thrown> {
        let mut table: *mut qjs::JSPropertyEnum = core::ptr::null_mut();
        let mut count = 0;
        let mut flags = qjs::JS_GPN_STRING_MASK;
        if !hidden {
            flags |= qjs::JS_GPN_ENUM_ONLY;
        }
        let failed = unsafe {
            qjs::JS_GetOwnPropertyNames(self.0, &mut table, &mut count, object.0, flags as i32)
        };
        if failed < 0 {
            return Err(Thrown);
        }
        let entries = match count {
            0 => &[],
            _ => unsafe { core::slice::from_raw_parts(table, count as usize) },
        };
        let names = entries.iter().map(|entry| Name(entry.atom)).collect();
        // The table goes, its names stay.
        unsafe { qjs::js_free(self.0, table.cast()) };
        Ok(names)
    }

    pub(crate) fn own_property(
        self,
        object: Value,
        name: Name,
    ) -> Result<Option<Property>, Thrown> {
        let mut found = qjs::JSPropertyDescriptor {
            flags: 0,
            value: qjs::JS_UNDEFINED,
            getter: qjs::JS_UNDEFINED,
            setter: qjs::JS_UNDEFINED,
        };
        match unsafe { qjs::JS_GetOwnProperty(self.0, &mut found, object.0, name.0) } {
            0 => Ok(None),
            1 if found.flags as u32 & qjs::JS_PROP_GETSET != 0 => Ok(Some(Property::Accessor)),
            1 => Ok(Some(Property::Data(Value(found.value)))),
            _ => Err(Thrown),
        }
    }

    /// An array's items.
    pub(crate) fn items(self, array: Value) -> Result<Vec<Value>, Thrown> {
        let names = self.own_names(array, false)?;
        names
            .into_iter()
            .map(|name| self.get(array, name))
            .collect()
    }
}

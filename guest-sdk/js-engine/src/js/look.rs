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

/// How far up [`Js::inherited_data`] looks.
const CHAIN_MAX: usize = 20;

/// The two kinds of object that JSON makes.
pub(crate) enum Plain {
    Object,
    Array,
}

/// How a function was written.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Written {
    Plain,
    Generator,
    Async,
    AsyncGenerator,
}

// SAFETY, for every block below: see the parent module.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Js {
    /// Whether `if` would take the value for true.
    pub(crate) fn is_truthy(self, value: Value) -> bool {
        unsafe { qjs::JS_ToBool(self.0, value.0) == 1 }
    }

    /// `left === right`.
    pub(crate) fn same(self, left: Value, right: Value) -> bool {
        unsafe { qjs::JS_IsStrictEqual(self.0, left.0, right.0) }
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

    /// How a function was written, if it is one of ours and not bound.
    pub(crate) fn written(self, value: Value) -> Option<Written> {
        match unsafe { qjs::JS_GetClassID(value.0) } {
            13 => Some(Written::Plain),
            17 => Some(Written::Generator),
            55 => Some(Written::Async),
            59 => Some(Written::AsyncGenerator),
            _ => None,
        }
    }

    /// Whether it is a class: of all functions in bytecode only classes have a
    /// `prototype` that can't be replaced.
    pub(crate) fn is_class(self, value: Value) -> bool {
        if self.written(value) != Some(Written::Plain) {
            return false;
        }
        let name = self.name("prototype");
        let mut found = qjs::JSPropertyDescriptor {
            flags: 0,
            value: qjs::JS_UNDEFINED,
            getter: qjs::JS_UNDEFINED,
            setter: qjs::JS_UNDEFINED,
        };
        let is_there = unsafe { qjs::JS_GetOwnProperty(self.0, &mut found, value.0, name.0) } == 1;
        is_there && found.flags as u32 & qjs::JS_PROP_WRITABLE == 0
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

    pub(crate) fn is_regexp(self, value: Value) -> bool {
        unsafe { qjs::JS_IsRegExp(value.0) }
    }

    pub(crate) fn is_set(self, value: Value) -> bool {
        unsafe { qjs::JS_IsSet(value.0) }
    }

    pub(crate) fn is_map(self, value: Value) -> bool {
        unsafe { qjs::JS_IsMap(value.0) }
    }

    pub(crate) fn is_proxy(self, value: Value) -> bool {
        unsafe { qjs::JS_IsProxy(value.0) }
    }

    /// The names of an object's own enumerable string-keyed properties, in
    /// their order; `hidden` adds those that are not enumerable.
    pub(crate) fn own_names(self, object: Value, hidden: bool) -> Result<Vec<Name>, Thrown> {
        let mut flags = qjs::JS_GPN_STRING_MASK;
        if !hidden {
            flags |= qjs::JS_GPN_ENUM_ONLY;
        }
        self.names_of(object, flags)
    }

    fn names_of(self, object: Value, flags: u32) -> Result<Vec<Name>, Thrown> {
        let mut table: *mut qjs::JSPropertyEnum = core::ptr::null_mut();
        let mut count = 0;
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

    /// The names of own enumerable properties, symbols last.
    pub(crate) fn own_keys(self, object: Value) -> Result<Vec<Name>, Thrown> {
        let kinds = qjs::JS_GPN_STRING_MASK | qjs::JS_GPN_SYMBOL_MASK;
        self.names_of(object, kinds | qjs::JS_GPN_ENUM_ONLY)
    }

    /// An object's own enumerable symbols.
    pub(crate) fn own_symbols(self, object: Value) -> Result<Vec<Name>, Thrown> {
        self.names_of(object, qjs::JS_GPN_SYMBOL_MASK | qjs::JS_GPN_ENUM_ONLY)
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
            1 if found.flags as u32 & qjs::JS_PROP_GETSET != 0 => {
                self.free(Value(found.getter));
                self.free(Value(found.setter));
                Ok(Some(Property::Accessor))
            }
            1 => Ok(Some(Property::Data(Value(found.value)))),
            _ => Err(Thrown),
        }
    }

    /// What reads an object's own accessor property; undefined without one.
    pub(crate) fn getter(self, object: Value, name: Name) -> Result<Value, Thrown> {
        let mut found = qjs::JSPropertyDescriptor {
            flags: 0,
            value: qjs::JS_UNDEFINED,
            getter: qjs::JS_UNDEFINED,
            setter: qjs::JS_UNDEFINED,
        };
        match unsafe { qjs::JS_GetOwnProperty(self.0, &mut found, object.0, name.0) } {
            -1 => Err(Thrown),
            _ => Ok(Value(found.getter)),
        }
    }

    /// A property that is data, looked for as reading does, but running no
    /// getter and no proxy's trap.
    pub(crate) fn inherited_data(self, object: Value, name: Name) -> Option<Value> {
        let mut at = Value(self.another(object));
        for _ in 0..CHAIN_MAX {
            if !at.is_object() || self.is_proxy(at) {
                break;
            }
            match self.own_property(at, name) {
                Ok(Some(Property::Data(value))) => {
                    self.free(at);
                    return Some(value);
                }
                Ok(None) => {}
                Ok(Some(Property::Accessor)) => break,
                Err(Thrown) => {
                    self.free(self.take_exception());
                    break;
                }
            }
            let next = self.prototype(at).unwrap_or(Value::NULL);
            self.free(at);
            at = next;
        }
        self.free(at);
        None
    }

    pub(crate) fn set_prototype(self, object: Value, prototype: Value) -> Result<(), Thrown> {
        match unsafe { qjs::JS_SetPrototype(self.0, object.0, prototype.0) } {
            -1 => Err(Thrown),
            _ => Ok(()),
        }
    }

    /// The item of an array, or of what is like one.
    pub(crate) fn item(self, array: Value, index: u32) -> Result<Value, Thrown> {
        self.check(unsafe { qjs::JS_GetPropertyUint32(self.0, array.0, index) })
    }

    /// What `new constructor(...arguments)` makes.
    pub(crate) fn construct(
        self,
        constructor: Value,
        arguments: &[Value],
    ) -> Result<Value, Thrown> {
        let count = arguments.len() as i32;
        let first = arguments.as_ptr().cast::<qjs::JSValue>().cast_mut();
        self.check(unsafe { qjs::JS_CallConstructor(self.0, constructor.0, count, first) })
    }

    /// The object that a primitive is boxed in.
    pub(crate) fn boxed(self, primitive: Value) -> Result<Value, Thrown> {
        self.check(unsafe { qjs::JS_ToObject(self.0, primitive.0) })
    }

    pub(crate) fn date(self, unix_ms: f64) -> Result<Value, Thrown> {
        self.check(unsafe { qjs::JS_NewDate(self.0, unix_ms) })
    }

    /// An error without message and stack that inherits from `prototype`.
    pub(crate) fn error_of(self, prototype: Value) -> Result<Value, Thrown> {
        // The class of errors, as `species` has it.
        self.check(unsafe { qjs::JS_NewObjectProtoClass(self.0, prototype.0, 3) })
    }

    pub(crate) fn set_length(self, array: Value, length: usize) -> Result<(), Thrown> {
        match unsafe { qjs::JS_SetLength(self.0, array.0, length as i64) } {
            -1 => Err(Thrown),
            _ => Ok(()),
        }
    }

    /// Visits what an iterable gives, as `for of` does; `method` is what its
    /// `Symbol.iterator` is. Runs the program's code.
    pub(crate) fn each(
        self,
        iterable: Value,
        method: Value,
        visit: &mut dyn FnMut(Value) -> Result<(), Thrown>,
    ) -> Result<(), Thrown> {
        let iterator = self.call(method, iterable, &[])?;
        let next = self.get(iterator, self.name("next"))?;
        let (done, value) = (self.name("done"), self.name("value"));
        loop {
            let step = self.call(next, iterator, &[])?;
            if !step.is_object() {
                return Err(self.throw_type_error("iterator must return an object"));
            }
            if self.is_truthy(self.get(step, done)?) {
                self.free(step);
                break;
            }
            let item = self.get(step, value)?;
            self.free(step);
            let visited = visit(item);
            self.free(item);
            if visited.is_err() {
                // An iteration that is broken off is told so; what that throws
                // does not take the place of the reason.
                let reason = self.take_exception();
                if let Ok(close) = self.get(iterator, self.name("return"))
                    && self.is_function(close)
                {
                    let _ = self.call(close, iterator, &[]);
                }
                self.free(self.take_exception());
                return Err(self.throw_taking(reason));
            }
        }
        self.free(next);
        self.free(iterator);
        Ok(())
    }
}

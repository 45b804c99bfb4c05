//! What an object is inside, whatever its prototype says.

use rquickjs::qjs;

use super::{Js, Value};

/// The kinds of object that native code tells apart.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Species {
    Plain,
    Array,
    Error,
    /// Boxed primitives.
    Number,
    String,
    Boolean,
    BigInt,
    Symbol,
    Date,
    Function,
    RegExp,
    ArrayBuffer,
    SharedArrayBuffer,
    TypedArray,
    DataView,
    Map,
    Set,
    WeakMap,
    WeakSet,
    WeakRef,
    Proxy,
    Promise,
    /// Generators and the iterators of built-in collections.
    Iterator,
    DomException,
    /// Anything else, such as an object of a native class.
    Other,
}

// SAFETY, for every block below: see the parent module.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Js {
    /// What an object is; [`Species::Other`] for what is not one.
    pub(crate) fn species(self, value: Value) -> Species {
        if self.is_function(value) {
            return Species::Function;
        }
        // As QuickJS numbers its own classes.
        match unsafe { qjs::JS_GetClassID(value.0) } {
            1 => Species::Plain,
            2 => Species::Array,
            3 => Species::Error,
            4 => Species::Number,
            5 => Species::String,
            6 => Species::Boolean,
            7 => Species::Symbol,
            10 => Species::Date,
            19 => Species::RegExp,
            20 => Species::ArrayBuffer,
            21 => Species::SharedArrayBuffer,
            22..=33 => Species::TypedArray,
            34 => Species::DataView,
            35 => Species::BigInt,
            36 => Species::Map,
            37 => Species::Set,
            38 => Species::WeakMap,
            39 => Species::WeakSet,
            40..=49 | 58 | 60 => Species::Iterator,
            51 => Species::Proxy,
            52 => Species::Promise,
            62 => Species::WeakRef,
            64 => Species::DomException,
            _ => Species::Other,
        }
    }

    /// The name of an object's class, such as `Promise`; `Object` for
    /// instances of a program's own classes.
    pub(crate) fn class_name(self, value: Value) -> String {
        let id = unsafe { qjs::JS_GetClassID(value.0) };
        let name = unsafe { qjs::JS_GetClassName(qjs::JS_GetRuntime(self.0), id) };
        if name == 0 {
            return "Object".into();
        }
        let name = super::Name(name);
        let text = self.name_text(name).unwrap_or_default();
        self.free_name(name);
        text
    }
}

//! A thin, copying face on the JavaScript engine's C interface.
//!
//! The per-event path wants no reference counting, no scopes and no checks
//! that the event's short life makes pointless: a [`Value`] is never freed
//! unless [`Js::free`] is called on it, so it stays valid as long as the
//! instance, and every method here is safe to call. That is also its limit:
//! code that runs in loops at the program's will must free what it gets.
//!
//! All unsafe calls into the engine's C code are in this module.

use rquickjs::qjs;

mod buffers;
mod class;
mod code;
mod intrinsics;
mod layout;
mod look;
mod native;
mod species;
mod strings;
mod throw;
mod value;

pub(crate) use buffers::holds_integers;
pub(crate) use class::{Class, Feature};
pub(crate) use code::{Kind, Promise};
pub(crate) use intrinsics::Intrinsics;
pub(crate) use layout::{Inside, Items, Member, Members, check as check_layout, inside};
pub(crate) use look::{Property, Written};
pub(crate) use native::Native;
pub(crate) use species::Species;
pub(crate) use throw::Error;
pub(crate) use value::Value;

/// The engine's one context. Copies refer to the same context.
#[derive(Clone, Copy)]
pub(crate) struct Js(*mut qjs::JSContext);

/// An interned property name. Those of numbers below 2^31 are ordered by them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name(qjs::JSAtom);

/// Memory that only [`Js::free_block`] can use.
pub(crate) struct Block(*mut qjs::c_void);

/// JavaScript has thrown; [`Js::take_exception`] gives what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thrown;

impl Name {
    /// Whether it is a number below 2^31 in decimal digits, which the engine
    /// does not intern but keeps as it is.
    pub(crate) fn is_number(self) -> bool {
        self.0 >> 31 == 1
    }

    /// One of so many places, for tables of names.
    pub(crate) fn place(self, places: usize) -> usize {
        self.0 as usize % places
    }
}

// SAFETY, for every block below: the context and all values are alive as long
// as the instance (see the file's head), the engine is not re-entered while a
// call runs other than through its own callbacks, and lengths match buffers.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Js {
    /// # Safety
    /// `context` must never be freed.
    pub(crate) unsafe fn from_raw(context: *mut qjs::JSContext) -> Self {
        Self(context)
    }

    fn check(self, raw: qjs::JSValue) -> Result<Value, Thrown> {
        if raw == qjs::JS_EXCEPTION {
            return Err(Thrown);
        }
        Ok(Value(raw))
    }

    /// What was thrown; clears it.
    pub(crate) fn take_exception(self) -> Value {
        Value(unsafe { qjs::JS_GetException(self.0) })
    }

    /// Forgets what was thrown, if anything was.
    pub(crate) fn forget_exception(self) {
        if unsafe { qjs::JS_HasException(self.0) } {
            self.free(self.take_exception());
        }
    }

    pub(crate) fn throw(self, value: Value) -> Thrown {
        unsafe { qjs::JS_Throw(self.0, self.another(value)) };
        Thrown
    }

    /// One more reference, for a function that takes one over.
    fn another(self, value: Value) -> qjs::JSValue {
        unsafe { qjs::JS_DupValue(self.0, value.0) }
    }

    pub(crate) fn throw_type_error(self, message: &str) -> Thrown {
        let text = terminated(message);
        unsafe { qjs::JS_ThrowTypeError(self.0, c"%s".as_ptr(), text.as_ptr()) };
        Thrown
    }

    /// The same value with a reference of its own, to be given up.
    pub(crate) fn keep(self, value: Value) -> Value {
        Value(self.another(value))
    }

    /// Gives up one reference to a value, which must not be used again
    /// through it.
    pub(crate) fn free(self, value: Value) {
        unsafe { qjs::JS_FreeValue(self.0, value.0) };
    }

    /// A `Uint8Array` of its own memory.
    pub(crate) fn bytes(self, bytes: &[u8]) -> Result<Value, Thrown> {
        self.check(unsafe { qjs::JS_NewUint8ArrayCopy(self.0, bytes.as_ptr(), bytes.len() as _) })
    }

    /// Interns a name known at build time: ASCII and not a number.
    pub(crate) fn name(self, text: &'static str) -> Name {
        Name(unsafe { qjs::JS_NewAtomLen(self.0, text.as_ptr().cast(), text.len() as _) })
    }

    /// Interns a name that the caller knows to be ASCII.
    pub(crate) fn ascii_name(self, text: &str) -> Result<Name, Thrown> {
        let atom = unsafe { qjs::JS_NewAtomLen(self.0, text.as_ptr().cast(), text.len() as _) };
        if atom == 0 {
            Err(Thrown)
        } else {
            Ok(Name(atom))
        }
    }

    /// Interns any name.
    pub(crate) fn any_name(self, text: &str) -> Result<Name, Thrown> {
        let value = self.string(text)?;
        let atom = unsafe { qjs::JS_ValueToAtom(self.0, value.0) };
        self.free(value);
        if atom == 0 {
            Err(Thrown)
        } else {
            Ok(Name(atom))
        }
    }

    pub(crate) fn free_name(self, name: Name) {
        unsafe { qjs::JS_FreeAtom(self.0, name.0) };
    }

    /// The name of an array's item.
    pub(crate) fn index(self, index: usize) -> Result<Name, Thrown> {
        let atom = unsafe { qjs::JS_NewAtomUInt32(self.0, index as u32) };
        if atom == 0 {
            Err(Thrown)
        } else {
            Ok(Name(atom))
        }
    }

    pub(crate) fn name_value(self, name: Name) -> Value {
        Value(unsafe { qjs::JS_AtomToValue(self.0, name.0) })
    }

    pub(crate) fn object(self) -> Result<Value, Thrown> {
        self.check(unsafe { qjs::JS_NewObject(self.0) })
    }

    pub(crate) fn global(self) -> Value {
        Value(unsafe { qjs::JS_GetGlobalObject(self.0) })
    }

    pub(crate) fn get(self, object: Value, name: Name) -> Result<Value, Thrown> {
        self.check(unsafe { qjs::JS_GetProperty(self.0, object.0, name.0) })
    }

    /// Defines an own, enumerable, writable property; never calls a setter,
    /// whatever the name.
    pub(crate) fn define(self, object: Value, name: Name, value: Value) -> Result<(), Thrown> {
        self.define_with(object, name, value, qjs::JS_PROP_C_W_E)
    }

    /// Defines an own property as built-in ones are: not enumerable.
    pub(crate) fn define_hidden(
        self,
        object: Value,
        name: Name,
        value: Value,
    ) -> Result<(), Thrown> {
        let flags = qjs::JS_PROP_CONFIGURABLE | qjs::JS_PROP_WRITABLE;
        self.define_with(object, name, value, flags)
    }

    fn define_with(
        self,
        object: Value,
        name: Name,
        value: Value,
        flags: u32,
    ) -> Result<(), Thrown> {
        let done = unsafe {
            qjs::JS_DefinePropertyValue(self.0, object.0, name.0, self.another(value), flags as i32)
        };
        if done < 0 { Err(Thrown) } else { Ok(()) }
    }

    /// As `define`, handing over the caller's reference to the value, which
    /// the caller must not use any more.
    pub(crate) fn define_taking(
        self,
        object: Value,
        name: Name,
        value: Value,
    ) -> Result<(), Thrown> {
        let flags = qjs::JS_PROP_C_W_E as i32;
        let done = unsafe { qjs::JS_DefinePropertyValue(self.0, object.0, name.0, value.0, flags) };
        if done < 0 { Err(Thrown) } else { Ok(()) }
    }

    /// An array of values whose references it takes over.
    pub(crate) fn array_taking(self, values: &[Value]) -> Result<Value, Thrown> {
        let first = values.as_ptr().cast::<qjs::JSValue>();
        self.check(unsafe { qjs::JS_NewArrayFrom(self.0, values.len() as i32, first) })
    }

    pub(crate) fn call(
        self,
        function: Value,
        this: Value,
        arguments: &[Value],
    ) -> Result<Value, Thrown> {
        let count = arguments.len() as i32;
        let first = arguments.as_ptr().cast::<qjs::JSValue>().cast_mut();
        self.check(unsafe { qjs::JS_Call(self.0, function.0, this.0, count, first) })
    }

    /// Parses JSON with the engine's own parser, whatever the program did to
    /// `JSON.parse`.
    pub(crate) fn parse_json(self, text: &str) -> Result<Value, Thrown> {
        let bytes = terminated(text);
        let name = c"<payload>";
        self.check(unsafe {
            qjs::JS_ParseJSON(
                self.0,
                bytes.as_ptr().cast(),
                text.len() as _,
                name.as_ptr(),
            )
        })
    }

    /// Serialises as `JSON.stringify` does, whatever the program did to it;
    /// `undefined` for what has no JSON.
    pub(crate) fn to_json(self, value: Value) -> Result<Value, Thrown> {
        let none = qjs::JS_UNDEFINED;
        self.check(unsafe { qjs::JS_JSONStringify(self.0, value.0, none, none) })
    }

    pub(crate) fn number_of(self, value: Value) -> Result<f64, Thrown> {
        let mut number = 0.0;
        let failed = unsafe { qjs::JS_ToFloat64(self.0, &mut number, value.0) };
        if failed < 0 { Err(Thrown) } else { Ok(number) }
    }

    /// A block of the engine's own memory.
    pub(crate) fn block(self, bytes: usize) -> Block {
        Block(unsafe { qjs::js_malloc(self.0, bytes as _) })
    }

    pub(crate) fn free_block(self, block: Block) {
        unsafe { qjs::js_free(self.0, block.0) };
    }

    /// Lets calls use the stack down to `bytes` below where it is now.
    pub(crate) fn limit_stack(self, bytes: usize) {
        unsafe {
            let runtime = qjs::JS_GetRuntime(self.0);
            qjs::JS_UpdateStackTop(runtime);
            qjs::JS_SetMaxStackSize(runtime, bytes as _);
        }
    }
}

fn terminated(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() + 1);
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(0);
    bytes
}

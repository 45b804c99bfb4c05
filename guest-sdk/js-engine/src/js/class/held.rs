//! What objects of native classes hold.

use core::any::Any;
use core::cell::Cell;
use core::ffi::c_void;
use std::rc::Rc;

use rquickjs::qjs;

use super::Class;
use crate::js::{Error, Js, Thrown, Value};

/// An object's state, and a value that lives as long as it does.
struct Held {
    state: Rc<dyn Any>,
    kept: Cell<Option<Value>>,
}

// SAFETY, for every block below: see `js.rs`.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Js {
    /// What objects of a class inherit from.
    pub(crate) fn prototype_of(self, class: &Class) -> Value {
        Value(unsafe { qjs::JS_GetClassProto(self.0, class.id()) })
    }

    /// A new object of a class; `new_target` as its constructor was called
    /// with, or undefined.
    pub(crate) fn hold(
        self,
        class: &Class,
        new_target: Value,
        state: Rc<dyn Any>,
    ) -> Result<Value, Thrown> {
        let wanted = match new_target.is_object() {
            true => self.get(new_target, self.name("prototype"))?,
            false => Value::UNDEFINED,
        };
        let prototype = match wanted.is_object() {
            true => wanted,
            false => self.prototype_of(class),
        };
        let object = unsafe { qjs::JS_NewObjectProtoClass(self.0, prototype.0, class.id()) };
        self.free(prototype);
        let object = self.check(object)?;
        let kept = Cell::new(None);
        let held = Box::into_raw(Box::new(Held { state, kept }));
        unsafe { qjs::JS_SetOpaque(object.0, held.cast()) };
        Ok(object)
    }

    /// The state of an object of a class; none for any other value.
    pub(crate) fn held<T: Any>(self, class: &Class, value: Value) -> Option<Rc<T>> {
        let held = self.held_raw(class, value)?;
        Rc::downcast(Rc::clone(&held.state)).ok()
    }

    /// As [`Js::held`] for a method's `this`, which must be of the class.
    pub(crate) fn this<T: Any>(self, class: &Class, this: Value) -> Result<Rc<T>, Thrown> {
        self.held(class, this).ok_or_else(|| {
            let message = format!("Value of \"this\" must be of type {}", class.name);
            self.throw_coded(Error::Type, "ERR_INVALID_THIS", &message)
        })
    }

    /// The value that an object keeps alive, with a reference of its own.
    pub(crate) fn attached(self, class: &Class, object: Value) -> Option<Value> {
        let kept = self.held_raw(class, object)?.kept.get()?;
        Some(Value(self.another(kept)))
    }

    /// Lets an object keep a value alive, once in its life.
    pub(crate) fn attach(self, class: &Class, object: Value, value: Value) {
        if let Some(held) = self.held_raw(class, object) {
            held.kept.set(Some(Value(self.another(value))));
        }
    }

    /// Lent for as long as the caller has the object, which is a call's time.
    fn held_raw<'a>(self, class: &Class, value: Value) -> Option<&'a Held> {
        let held = unsafe { qjs::JS_GetOpaque(value.0, class.id()) };
        unsafe { held.cast::<Held>().as_ref() }
    }
}

/// # Safety
/// Only the engine calls this, with an object of a [`Class`].
pub(super) unsafe extern "C" fn finalize(runtime: *mut qjs::JSRuntime, object: qjs::JSValue) {
    // SAFETY: the opaque value is what `hold` put there, or null; the engine
    // calls this once for each object.
    unsafe {
        let held = opaque(object);
        if !held.is_null() {
            let held = Box::from_raw(held);
            if let Some(kept) = held.kept.get() {
                qjs::JS_FreeValueRT(runtime, kept.0);
            }
        }
    }
}

/// # Safety
/// As for [`finalize`].
pub(super) unsafe extern "C" fn mark(
    runtime: *mut qjs::JSRuntime,
    object: qjs::JSValue,
    mark: qjs::JS_MarkFunc,
) {
    // SAFETY: as in `finalize`.
    unsafe {
        if let Some(kept) = opaque(object).as_ref().and_then(|held| held.kept.get()) {
            qjs::JS_MarkValue(runtime, kept.0, mark);
        }
    }
}

/// # Safety
/// `object` is an object.
unsafe fn opaque(object: qjs::JSValue) -> *mut Held {
    let mut id = 0;
    // SAFETY: promised by the caller.
    unsafe { qjs::JS_GetAnyOpaque(object, &mut id) }
        .cast::<c_void>()
        .cast()
}

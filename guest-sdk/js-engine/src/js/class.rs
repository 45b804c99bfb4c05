//! Classes whose methods are Rust functions and whose objects hold Rust state.
//!
//! What a global keeps lives on this side, out of the program's reach, and is
//! dropped with its object. A method must not hold a borrow of that state
//! while it calls a program's code, which may come back into the same object.

use core::any::Any;
use core::cell::Cell;
use core::ffi::c_void;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::rc::Rc;

use rquickjs::qjs;

use super::{Js, Name, Thrown, Value, terminated};

/// A method: takes `this` (`new.target` when it constructs) and the arguments.
pub(crate) type Method = fn(Js, Value, &[Value]) -> Result<Value, Thrown>;

/// A step of an iteration, on `this`.
pub(crate) type Step = fn(Js, Value) -> Result<Option<Value>, Thrown>;

/// A class of native objects.
pub(crate) struct Class {
    name: &'static str,
    /// What `new` does; none for objects that only native code makes.
    construct: Option<(i32, Method)>,
    members: &'static [Feature],
    /// The engine's number for it, from the moment it is installed.
    id: AtomicU32,
}

/// What a class's prototype, or its constructor, has.
pub(crate) enum Feature {
    /// An iterator's `next`: what it gives, or none at its end.
    Next(Step),
    Method(&'static str, i32, Method),
    Static(&'static str, i32, Method),
    Getter(&'static str, Method),
    Accessor(&'static str, Method, Method),
}

/// An object's state, and a value that lives as long as it does.
struct Held {
    state: Rc<dyn Any>,
    kept: Cell<Option<Value>>,
}

/// The member number of a constructor.
const CONSTRUCT: usize = 127;

impl Class {
    pub(crate) const fn new(
        name: &'static str,
        construct: Option<(i32, Method)>,
        members: &'static [Feature],
    ) -> Self {
        let id = AtomicU32::new(0);
        Self {
            name,
            construct,
            members,
            id,
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    fn id(&self) -> qjs::JSClassID {
        self.id.load(Relaxed)
    }
}

/// Whether two types of signature are the same to the engine is promised by
/// the number that goes with the function.
fn entry<F: Copy>(function: F) -> qjs::JSCFunction {
    const { assert!(size_of::<F>() == size_of::<qjs::JSCFunction>()) };
    // SAFETY: function pointers of the same size; the engine calls each by
    // the type that the number at `Js::function` names.
    unsafe { core::mem::transmute_copy(&function) }
}

// SAFETY, for every block below: see the parent module.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Js {
    /// Makes a class known and gives its constructor; undefined for a class
    /// without one. `index` is its place in [`crate::globals::CLASSES`].
    pub(crate) fn install(self, class: &Class, index: usize) -> Result<Value, Thrown> {
        let name = terminated(class.name);
        let mut id = 0;
        let definition = qjs::JSClassDef {
            class_name: name.as_ptr().cast(),
            finalizer: Some(finalize),
            gc_mark: Some(mark),
            call: None,
            exotic: core::ptr::null_mut(),
        };
        unsafe {
            let runtime = qjs::JS_GetRuntime(self.0);
            qjs::JS_NewClassID(runtime, &mut id);
            if qjs::JS_NewClass(runtime, id, &definition) < 0 {
                return Err(Thrown);
            }
        }
        class.id.store(id, Relaxed);
        let prototype = self.object()?;
        unsafe { qjs::JS_SetClassProto(self.0, id, self.another(prototype)) };
        let constructor = match class.construct {
            None => Value::UNDEFINED,
            Some((length, _)) => {
                let kind = qjs::JSCFunctionEnum_JS_CFUNC_constructor_magic;
                let magic = magic(index, CONSTRUCT, false);
                let enter: EnterMethod = enter_method;
                let constructor = self.function(class.name, length, kind, entry(enter), magic)?;
                if unsafe { qjs::JS_SetConstructor(self.0, constructor.0, prototype.0) } < 0 {
                    return Err(Thrown);
                }
                constructor
            }
        };
        for (place, member) in class.members.iter().enumerate() {
            self.add_member(prototype, constructor, member, (index, place))?;
        }
        let tag = self.well_known("toStringTag")?;
        let flags = qjs::JS_PROP_CONFIGURABLE;
        self.define_with(prototype, tag, self.string(class.name)?, flags)?;
        Ok(constructor)
    }

    fn add_member(
        self,
        prototype: Value,
        constructor: Value,
        member: &Feature,
        (index, place): (usize, usize),
    ) -> Result<(), Thrown> {
        let getter = |name: &str| {
            let kind = qjs::JSCFunctionEnum_JS_CFUNC_getter_magic;
            let enter: EnterGetter = enter_getter;
            let magic = magic(index, place, false);
            self.function(&format!("get {name}"), 0, kind, entry(enter), magic)
        };
        match member {
            Feature::Method(name, length, _) | Feature::Static(name, length, _) => {
                let kind = qjs::JSCFunctionEnum_JS_CFUNC_generic_magic;
                let enter: EnterMethod = enter_method;
                let magic = magic(index, place, false);
                let method = self.function(name, *length, kind, entry(enter), magic)?;
                let target = match member {
                    Feature::Static(..) => constructor,
                    _ => prototype,
                };
                self.define_taking(target, self.name(name), method)
            }
            Feature::Next(_) => {
                // `for of` calls such a function without making an object of
                // its result.
                let kind = qjs::JSCFunctionEnum_JS_CFUNC_iterator_next;
                let enter: EnterNext = enter_next;
                let magic = magic(index, place, false);
                let next = self.function("next", 0, kind, entry(enter), magic)?;
                self.define_taking(prototype, self.name("next"), next)
            }
            Feature::Getter(name, _) => {
                self.define_accessor(prototype, name, getter(name)?, Value::UNDEFINED)
            }
            Feature::Accessor(name, _, _) => {
                let kind = qjs::JSCFunctionEnum_JS_CFUNC_setter_magic;
                let enter: EnterSetter = enter_setter;
                let magic = magic(index, place, true);
                let setter = self.function(&format!("set {name}"), 1, kind, entry(enter), magic)?;
                self.define_accessor(prototype, name, getter(name)?, setter)
            }
        }
    }

    fn function(
        self,
        name: &str,
        length: i32,
        kind: qjs::JSCFunctionEnum,
        entry: qjs::JSCFunction,
        magic: i32,
    ) -> Result<Value, Thrown> {
        let name = terminated(name);
        let name = name.as_ptr().cast();
        self.check(unsafe { qjs::JS_NewCFunction2(self.0, entry, name, length, kind, magic) })
    }

    /// Defines an enumerable accessor; takes its functions over.
    fn define_accessor(
        self,
        object: Value,
        name: &'static str,
        getter: Value,
        setter: Value,
    ) -> Result<(), Thrown> {
        let flags = qjs::JS_PROP_CONFIGURABLE | qjs::JS_PROP_ENUMERABLE;
        let name = self.name(name);
        let done = unsafe {
            qjs::JS_DefinePropertyGetSet(self.0, object.0, name.0, getter.0, setter.0, flags as i32)
        };
        if done < 0 { Err(Thrown) } else { Ok(()) }
    }

    /// The name that a well-known symbol is.
    pub(crate) fn well_known(self, name: &'static str) -> Result<Name, Thrown> {
        let symbols = self.get(self.global(), self.name("Symbol"))?;
        let symbol = self.get(symbols, self.name(name))?;
        Ok(Name(unsafe { qjs::JS_ValueToAtom(self.0, symbol.0) }))
    }

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
            self.throw_coded(super::Error::Type, "ERR_INVALID_THIS", &message)
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

fn magic(class: usize, member: usize, setter: bool) -> i32 {
    ((class << 8) | (member << 1) | usize::from(setter)) as i32
}

fn member(magic: i32) -> (&'static Class, usize) {
    let magic = magic as usize;
    (crate::globals::CLASSES[magic >> 8], magic >> 1 & 127)
}

fn method(magic: i32) -> Method {
    let (class, place) = member(magic);
    if place == CONSTRUCT {
        return class.construct.expect("only constructors are installed").1;
    }
    match class.members[place] {
        Feature::Method(_, _, call) | Feature::Static(_, _, call) | Feature::Getter(_, call) => {
            call
        }
        Feature::Accessor(_, get, set) => {
            if magic & 1 == 0 {
                get
            } else {
                set
            }
        }
        Feature::Next(_) => unreachable!("`next` has an entry of its own"),
    }
}

fn answer(result: Result<Value, Thrown>) -> qjs::JSValue {
    match result {
        Ok(value) => value.0,
        Err(Thrown) => qjs::JS_EXCEPTION,
    }
}

type EnterMethod = unsafe extern "C" fn(
    *mut qjs::JSContext,
    qjs::JSValue,
    i32,
    *mut qjs::JSValue,
    i32,
) -> qjs::JSValue;
type EnterGetter = unsafe extern "C" fn(*mut qjs::JSContext, qjs::JSValue, i32) -> qjs::JSValue;
type EnterSetter =
    unsafe extern "C" fn(*mut qjs::JSContext, qjs::JSValue, qjs::JSValue, i32) -> qjs::JSValue;

/// # Safety
/// Only the engine calls this, with a context, `count` arguments and the
/// number that [`magic`] gave.
unsafe extern "C" fn enter_method(
    context: *mut qjs::JSContext,
    this: qjs::JSValue,
    count: i32,
    arguments: *mut qjs::JSValue,
    magic: i32,
) -> qjs::JSValue {
    let arguments = match count {
        0 => &[],
        // SAFETY: promised by the engine; `Value` is one `JSValue`.
        _ => unsafe { core::slice::from_raw_parts(arguments.cast::<Value>(), count as usize) },
    };
    answer(method(magic)(Js(context), Value(this), arguments))
}

/// # Safety
/// As for [`enter_method`].
unsafe extern "C" fn enter_getter(
    context: *mut qjs::JSContext,
    this: qjs::JSValue,
    magic: i32,
) -> qjs::JSValue {
    answer(method(magic)(Js(context), Value(this), &[]))
}

/// # Safety
/// As for [`enter_method`].
unsafe extern "C" fn enter_setter(
    context: *mut qjs::JSContext,
    this: qjs::JSValue,
    value: qjs::JSValue,
    magic: i32,
) -> qjs::JSValue {
    answer(method(magic)(Js(context), Value(this), &[Value(value)]))
}

type EnterNext = unsafe extern "C" fn(
    *mut qjs::JSContext,
    qjs::JSValue,
    i32,
    *mut qjs::JSValue,
    *mut i32,
    i32,
) -> qjs::JSValue;

/// # Safety
/// As for [`enter_method`]; `done` can be written.
unsafe extern "C" fn enter_next(
    context: *mut qjs::JSContext,
    this: qjs::JSValue,
    _count: i32,
    _arguments: *mut qjs::JSValue,
    done: *mut i32,
    magic: i32,
) -> qjs::JSValue {
    let (class, place) = member(magic);
    let Feature::Next(step) = class.members[place] else {
        unreachable!("only `next` has this entry");
    };
    let step = step(Js(context), Value(this));
    // SAFETY: promised by the engine.
    unsafe { *done = i32::from(matches!(step, Ok(None))) };
    answer(step.map(|value| value.unwrap_or(Value::UNDEFINED)))
}

/// # Safety
/// Only the engine calls this, with an object of a [`Class`].
unsafe extern "C" fn finalize(runtime: *mut qjs::JSRuntime, object: qjs::JSValue) {
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
unsafe extern "C" fn mark(
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

//! Where the engine enters the methods of native classes.
//!
//! A small number beside each function says which member of which class it is.

use core::cell::RefCell;

use rquickjs::qjs;

use super::{Class, Feature, Method};
use crate::js::{Js, Thrown, Value};

static CLASSES: Classes = Classes(RefCell::new(Vec::new()));

struct Classes(RefCell<Vec<&'static Class>>);

// SAFETY: the target has no threads.
unsafe impl Sync for Classes {}

/// The member number of a constructor.
pub(super) const CONSTRUCT: usize = 127;

/// Keeps a class for the calls that will come; gives its place.
pub(super) fn keep(class: &'static Class) -> usize {
    let mut classes = CLASSES.0.borrow_mut();
    classes.push(class);
    classes.len() - 1
}

/// Whether two types of signature are the same to the engine is promised by
/// the number that goes with the function.
pub(super) fn entry<F: Copy>(function: F) -> qjs::JSCFunction {
    const { assert!(size_of::<F>() == size_of::<qjs::JSCFunction>()) };
    // SAFETY: function pointers of the same size; the engine calls each by
    // the type that the kind given with it names.
    unsafe { core::mem::transmute_copy(&function) }
}

/// The number for a member of the class at a place.
pub(super) fn magic(class: usize, member: usize, setter: bool) -> i32 {
    ((class << 8) | (member << 1) | usize::from(setter)) as i32
}

fn member(magic: i32) -> (&'static Class, usize) {
    let magic = magic as usize;
    (CLASSES.0.borrow()[magic >> 8], magic >> 1 & 127)
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

pub(super) type EnterMethod = unsafe extern "C" fn(
    *mut qjs::JSContext,
    qjs::JSValue,
    i32,
    *mut qjs::JSValue,
    i32,
) -> qjs::JSValue;
pub(super) type EnterGetter =
    unsafe extern "C" fn(*mut qjs::JSContext, qjs::JSValue, i32) -> qjs::JSValue;
pub(super) type EnterSetter =
    unsafe extern "C" fn(*mut qjs::JSContext, qjs::JSValue, qjs::JSValue, i32) -> qjs::JSValue;

/// # Safety
/// Only the engine calls this, with a context, `count` arguments and the
/// number that [`magic`] gave.
pub(super) unsafe extern "C" fn enter_method(
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
pub(super) unsafe extern "C" fn enter_getter(
    context: *mut qjs::JSContext,
    this: qjs::JSValue,
    magic: i32,
) -> qjs::JSValue {
    answer(method(magic)(Js(context), Value(this), &[]))
}

/// # Safety
/// As for [`enter_method`].
pub(super) unsafe extern "C" fn enter_setter(
    context: *mut qjs::JSContext,
    this: qjs::JSValue,
    value: qjs::JSValue,
    magic: i32,
) -> qjs::JSValue {
    answer(method(magic)(Js(context), Value(this), &[Value(value)]))
}

pub(super) type EnterNext = unsafe extern "C" fn(
    *mut qjs::JSContext,
    qjs::JSValue,
    i32,
    *mut qjs::JSValue,
    *mut i32,
    i32,
) -> qjs::JSValue;

/// # Safety
/// As for [`enter_method`]; `done` can be written.
pub(super) unsafe extern "C" fn enter_next(
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

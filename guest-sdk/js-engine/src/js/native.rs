//! Functions of JavaScript whose body is a Rust function.
//!
//! The engine has room for a small number beside a function's entry, so the
//! Rust functions are kept here and the number says which one is meant. All of
//! them are made before the snapshot.

use core::cell::RefCell;

use rquickjs::qjs;

use super::{Js, Thrown, Value, terminated};

/// A native function: takes the arguments, returns or throws.
pub(crate) type Native = fn(Js, &[Value]) -> Result<Value, Thrown>;

static NATIVES: Natives = Natives(RefCell::new(Vec::new()));

struct Natives(RefCell<Vec<Native>>);

// SAFETY: the target has no threads.
unsafe impl Sync for Natives {}

impl Js {
    /// A function that calls `native`.
    pub(crate) fn native(self, name: &str, length: i32, native: Native) -> Result<Value, Thrown> {
        let mut natives = NATIVES.0.borrow_mut();
        let index = natives.len() as i32;
        natives.push(native);
        let name = terminated(name);
        let magic = qjs::JSCFunctionEnum_JS_CFUNC_generic_magic;
        // SAFETY: the context is alive, and the entry has the type that
        // `magic` stands for.
        self.check(unsafe {
            let entry =
                core::mem::transmute::<qjs::JSCFunctionMagic, qjs::JSCFunction>(Some(enter_native));
            qjs::JS_NewCFunction2(self.0, entry, name.as_ptr().cast(), length, magic, index)
        })
    }
}

/// Calls the native function that `index` stands for.
///
/// # Safety
/// Only the engine calls this, with a context, `count` arguments and the
/// index that `Js::native` was given.
unsafe extern "C" fn enter_native(
    context: *mut qjs::JSContext,
    _this: qjs::JSValue,
    count: i32,
    arguments: *mut qjs::JSValue,
    index: i32,
) -> qjs::JSValue {
    let arguments = match count {
        0 => &[],
        // SAFETY: promised by the engine; `Value` is one `JSValue`.
        _ => unsafe { core::slice::from_raw_parts(arguments.cast::<Value>(), count as usize) },
    };
    let native = NATIVES.0.borrow()[index as usize];
    match native(Js(context), arguments) {
        Ok(value) => value.0,
        Err(Thrown) => qjs::JS_EXCEPTION,
    }
}

//! Programs as the engine sees them: compiling, bytecode, scripts, modules.
//!
//! It must not decide what a handler is; `program` does.

use rquickjs::qjs;

use super::{Js, Thrown, Value, terminated};

/// How a source is to be understood.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Script,
    Module,
}

/// Where a promise stands.
#[derive(PartialEq)]
pub(crate) enum Promise {
    Not,
    Pending,
    Fulfilled,
    Rejected(Value),
}

// SAFETY, for every block below: see the parent module.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Js {
    /// Compiles a source without running it.
    pub(crate) fn compile(
        self,
        source: &str,
        file_name: &str,
        kind: Kind,
    ) -> Result<Value, Thrown> {
        let text = terminated(source);
        let file = terminated(file_name);
        let flags = qjs::JS_EVAL_FLAG_COMPILE_ONLY
            | match kind {
                Kind::Script => qjs::JS_EVAL_TYPE_GLOBAL,
                Kind::Module => qjs::JS_EVAL_TYPE_MODULE,
            };
        self.check(unsafe {
            qjs::JS_Eval(
                self.0,
                text.as_ptr().cast(),
                source.len() as _,
                file.as_ptr().cast(),
                flags as i32,
            )
        })
    }

    pub(crate) fn write_bytecode(self, compiled: Value) -> Result<Vec<u8>, Thrown> {
        self.write(compiled, qjs::JS_WRITE_OBJ_STRIP_SOURCE)
    }

    fn write(self, compiled: Value, strip: u32) -> Result<Vec<u8>, Thrown> {
        let mut length = 0;
        let flags = (qjs::JS_WRITE_OBJ_BYTECODE | strip) as i32;
        let bytes = unsafe { qjs::JS_WriteObject(self.0, &mut length, compiled.0, flags) };
        if bytes.is_null() {
            return Err(Thrown);
        }
        Ok(unsafe { core::slice::from_raw_parts(bytes, length as usize) }.to_vec())
    }

    /// Compiles a script of ours to bytecode without source and positions.
    pub(crate) fn compile_stripped(self, source: &str, file_name: &str) -> Result<Vec<u8>, Thrown> {
        let compiled = self.compile(source, file_name, Kind::Script)?;
        self.write(compiled, qjs::JS_WRITE_OBJ_STRIP_DEBUG)
    }

    /// Reads what `write_bytecode` of this very engine has written; anything
    /// else may do whatever the sandbox lets it.
    pub(crate) fn read_bytecode(self, bytes: &[u8]) -> Result<Value, Thrown> {
        let flags = qjs::JS_READ_OBJ_BYTECODE as i32;
        self.check(unsafe { qjs::JS_ReadObject(self.0, bytes.as_ptr(), bytes.len() as _, flags) })
    }

    pub(crate) fn is_module(self, compiled: Value) -> bool {
        compiled.tag() == qjs::JS_TAG_MODULE
    }

    /// Runs a compiled script and gives its last statement's value.
    pub(crate) fn run_script(self, compiled: Value) -> Result<Value, Thrown> {
        self.check(unsafe { qjs::JS_EvalFunction(self.0, self.another(compiled)) })
    }

    /// Links and runs a compiled module; gives its promise and namespace.
    pub(crate) fn run_module(self, compiled: Value) -> Result<(Value, Value), Thrown> {
        if unsafe { qjs::JS_ResolveModule(self.0, compiled.0) } < 0 {
            return Err(Thrown);
        }
        let module = unsafe { qjs::JS_VALUE_GET_PTR(compiled.0) }.cast::<qjs::JSModuleDef>();
        let promise = self.run_script(compiled)?;
        let namespace = self.check(unsafe { qjs::JS_GetModuleNamespace(self.0, module) })?;
        Ok((promise, namespace))
    }

    /// Refuses every import, naming what was asked for.
    pub(crate) fn refuse_imports(self) {
        unsafe {
            let runtime = qjs::JS_GetRuntime(self.0);
            qjs::JS_SetModuleLoaderFunc(runtime, None, Some(refuse_import), core::ptr::null_mut());
        }
    }

    /// From now on running programs ask whether they are over.
    pub(crate) fn ask_whether_over(self) {
        unsafe {
            let runtime = qjs::JS_GetRuntime(self.0);
            qjs::JS_SetInterruptHandler(runtime, Some(is_over), core::ptr::null_mut());
        }
    }

    pub(crate) fn promise(self, value: Value) -> Promise {
        match unsafe { qjs::JS_PromiseState(self.0, value.0) } {
            qjs::JSPromiseStateEnum_JS_PROMISE_PENDING => Promise::Pending,
            qjs::JSPromiseStateEnum_JS_PROMISE_FULFILLED => Promise::Fulfilled,
            qjs::JSPromiseStateEnum_JS_PROMISE_REJECTED => {
                Promise::Rejected(Value(unsafe { qjs::JS_PromiseResult(self.0, value.0) }))
            }
            _ => Promise::Not,
        }
    }
}

/// # Safety
/// Only the engine calls this.
unsafe extern "C" fn is_over(_: *mut qjs::JSRuntime, _: *mut qjs::c_void) -> i32 {
    crate::interrupt::is_over().into()
}

/// # Safety
/// Only the engine calls this, with a context and a terminated name.
unsafe extern "C" fn refuse_import(
    context: *mut qjs::JSContext,
    module: *const qjs::c_char,
    _opaque: *mut qjs::c_void,
) -> *mut qjs::JSModuleDef {
    // SAFETY: promised by the engine.
    let module = unsafe { core::ffi::CStr::from_ptr(module) }.to_string_lossy();
    Js(context).throw_type_error(&format!(
        "cannot import \"{module}\": a transform is one file; bundle what it needs into it (in \
         TypeScript, `import type` is removed)"
    ));
    core::ptr::null_mut()
}

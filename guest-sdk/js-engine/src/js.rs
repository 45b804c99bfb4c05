//! A thin, copying face on the JavaScript engine's C interface.
//!
//! The per-event path wants no reference counting, no scopes and no checks
//! that the event's short life makes pointless: a [`Value`] is never freed
//! unless [`Js::free`] is called on it, so it stays valid as long as the
//! instance, and every method here is safe to call. That is also its limit:
//! code that runs in loops at the program's will must free what it gets.
//!
//! All unsafe calls into the engine's C code are in this file.

use rquickjs::qjs;

/// The engine's one context. Copies refer to the same context.
#[derive(Clone, Copy)]
pub(crate) struct Js(*mut qjs::JSContext);

/// A JavaScript value, alive as long as the instance is.
#[derive(Clone, Copy, PartialEq)]
#[repr(transparent)]
pub(crate) struct Value(qjs::JSValue);

/// An interned property name.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Name(qjs::JSAtom);

/// JavaScript has thrown; [`Js::take_exception`] gives what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thrown;

/// A native function: takes the arguments, returns or throws.
pub(crate) type Native = fn(Js, &[Value]) -> Result<Value, Thrown>;

/// How a source is to be understood.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Script,
    Module,
}

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

/// Where a promise stands.
#[derive(PartialEq)]
pub(crate) enum Promise {
    Not,
    Pending,
    Fulfilled,
    Rejected(Value),
}

impl Value {
    pub(crate) const UNDEFINED: Value = Value(qjs::JS_UNDEFINED);
    pub(crate) const NULL: Value = Value(qjs::JS_NULL);

    pub(crate) fn bool(value: bool) -> Self {
        Self(if value { qjs::JS_TRUE } else { qjs::JS_FALSE })
    }

    pub(crate) fn integer(value: i32) -> Self {
        Self(qjs::JS_MKVAL(qjs::JS_TAG_INT, value))
    }

    pub(crate) fn number(value: f64) -> Self {
        Self(qjs::JS_NewFloat64(value))
    }

    pub(crate) fn is_undefined(self) -> bool {
        self.tag() == qjs::JS_TAG_UNDEFINED
    }

    pub(crate) fn is_null(self) -> bool {
        self.tag() == qjs::JS_TAG_NULL
    }

    pub(crate) fn is_object(self) -> bool {
        self.tag() == qjs::JS_TAG_OBJECT
    }

    pub(crate) fn is_string(self) -> bool {
        matches!(
            self.tag(),
            qjs::JS_TAG_STRING | qjs::JS_TAG_STRING_ROPE
        )
    }

    pub(crate) fn is_symbol(self) -> bool {
        self.tag() == qjs::JS_TAG_SYMBOL
    }

    pub(crate) fn is_bigint(self) -> bool {
        matches!(
            self.tag(),
            qjs::JS_TAG_BIG_INT | qjs::JS_TAG_SHORT_BIG_INT
        )
    }

    pub(crate) fn is_number(self) -> bool {
        // SAFETY: looks at the value's own bits only.
        unsafe { qjs::JS_IsNumber(self.0) }
    }

    pub(crate) fn as_integer(self) -> Option<i32> {
        // SAFETY: looks at the value's own bits only.
        (self.tag() == qjs::JS_TAG_INT).then(|| unsafe { qjs::JS_VALUE_GET_INT(self.0) })
    }

    pub(crate) fn as_bool(self) -> Option<bool> {
        match self.0 {
            qjs::JS_TRUE => Some(true),
            qjs::JS_FALSE => Some(false),
            _ => None,
        }
    }

    fn tag(self) -> i32 {
        // SAFETY: looks at the value's own bits only.
        unsafe { qjs::JS_VALUE_GET_TAG(self.0) }
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

    /// Gives up one reference to a value, which must not be used again
    /// through it.
    pub(crate) fn free(self, value: Value) {
        unsafe { qjs::JS_FreeValue(self.0, value.0) };
    }

    pub(crate) fn string(self, text: &str) -> Result<Value, Thrown> {
        self.check(unsafe { qjs::JS_NewStringLen(self.0, text.as_ptr().cast(), text.len() as _) })
    }

    /// Interns a name known at build time: ASCII and not a number.
    pub(crate) fn name(self, text: &'static str) -> Name {
        Name(unsafe { qjs::JS_NewAtomLen(self.0, text.as_ptr().cast(), text.len() as _) })
    }

    /// Interns a name that the caller knows to be ASCII.
    pub(crate) fn ascii_name(self, text: &str) -> Result<Name, Thrown> {
        let atom = unsafe { qjs::JS_NewAtomLen(self.0, text.as_ptr().cast(), text.len() as _) };
        if atom == 0 { Err(Thrown) } else { Ok(Name(atom)) }
    }

    /// Interns any name.
    pub(crate) fn any_name(self, text: &str) -> Result<Name, Thrown> {
        let value = self.string(text)?;
        let atom = unsafe { qjs::JS_ValueToAtom(self.0, value.0) };
        self.free(value);
        if atom == 0 { Err(Thrown) } else { Ok(Name(atom)) }
    }

    pub(crate) fn free_name(self, name: Name) {
        unsafe { qjs::JS_FreeAtom(self.0, name.0) };
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
    pub(crate) fn define_hidden(self, object: Value, name: Name, value: Value) -> Result<(), Thrown> {
        let flags = qjs::JS_PROP_CONFIGURABLE | qjs::JS_PROP_WRITABLE;
        self.define_with(object, name, value, flags)
    }

    fn define_with(self, object: Value, name: Name, value: Value, flags: u32) -> Result<(), Thrown> {
        let done = unsafe {
            qjs::JS_DefinePropertyValue(self.0, object.0, name.0, self.another(value), flags as i32)
        };
        if done < 0 { Err(Thrown) } else { Ok(()) }
    }

    /// As `define`, handing over the caller's reference to the value, which
    /// the caller must not use any more.
    pub(crate) fn define_taking(self, object: Value, name: Name, value: Value) -> Result<(), Thrown> {
        let flags = qjs::JS_PROP_C_W_E as i32;
        let done = unsafe { qjs::JS_DefinePropertyValue(self.0, object.0, name.0, value.0, flags) };
        if done < 0 { Err(Thrown) } else { Ok(()) }
    }

    /// An array of values whose references it takes over.
    pub(crate) fn array_taking(self, values: &[Value]) -> Result<Value, Thrown> {
        let first = values.as_ptr().cast::<qjs::JSValue>();
        self.check(unsafe { qjs::JS_NewArrayFrom(self.0, values.len() as i32, first) })
    }

    pub(crate) fn call(self, function: Value, this: Value, arguments: &[Value]) -> Result<Value, Thrown> {
        let count = arguments.len() as i32;
        let first = arguments.as_ptr().cast::<qjs::JSValue>().cast_mut();
        self.check(unsafe { qjs::JS_Call(self.0, function.0, this.0, count, first) })
    }

    /// A function backed by `natives[index]`.
    pub(crate) fn native(self, name: &str, length: i32, index: usize) -> Result<Value, Thrown> {
        let name = terminated(name);
        let magic = qjs::JSCFunctionEnum_JS_CFUNC_generic_magic;
        self.check(unsafe {
            let entry = core::mem::transmute::<qjs::JSCFunctionMagic, qjs::JSCFunction>(Some(enter_native));
            qjs::JS_NewCFunction2(self.0, entry, name.as_ptr().cast(), length, magic, index as i32)
        })
    }

    /// Parses JSON with the engine's own parser, whatever the program did to
    /// `JSON.parse`.
    pub(crate) fn parse_json(self, text: &str) -> Result<Value, Thrown> {
        let bytes = terminated(text);
        let name = c"<payload>";
        self.check(unsafe {
            qjs::JS_ParseJSON(self.0, bytes.as_ptr().cast(), text.len() as _, name.as_ptr())
        })
    }

    /// Serialises as `JSON.stringify` does, whatever the program did to it;
    /// `undefined` for what has no JSON.
    pub(crate) fn to_json(self, value: Value) -> Result<Value, Thrown> {
        let none = qjs::JS_UNDEFINED;
        self.check(unsafe { qjs::JS_JSONStringify(self.0, value.0, none, none) })
    }

    /// The text of a string, or of what `String(value)` gives. Lone
    /// surrogates become U+FFFD.
    pub(crate) fn text(self, value: Value) -> Result<String, Thrown> {
        let mut length: qjs::size_t = 0;
        let bytes = unsafe { qjs::JS_ToCStringLen2(self.0, &mut length, value.0, false) };
        if bytes.is_null() {
            return Err(Thrown);
        }
        let owned = unsafe { core::slice::from_raw_parts(bytes.cast::<u8>(), length as usize) }.to_vec();
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

    pub(crate) fn name_text(self, name: Name) -> Result<String, Thrown> {
        let value = self.name_value(name);
        let text = self.text(value);
        self.free(value);
        text
    }

    pub(crate) fn number_of(self, value: Value) -> Result<f64, Thrown> {
        let mut number = 0.0;
        let failed = unsafe { qjs::JS_ToFloat64(self.0, &mut number, value.0) };
        if failed < 0 { Err(Thrown) } else { Ok(number) }
    }

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

    /// Whether a plain object's prototype is this one.
    pub(crate) fn has_prototype(self, value: Value, prototype: Value) -> bool {
        let found = Value(unsafe { qjs::JS_GetPrototype(self.0, value.0) });
        self.free(found);
        found == prototype
    }

    pub(crate) fn length(self, array: Value) -> Result<usize, Thrown> {
        let mut length = 0;
        let failed = unsafe { qjs::JS_GetLength(self.0, array.0, &mut length) };
        if failed < 0 { Err(Thrown) } else { Ok(length as usize) }
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
        // The table itself is given up with the instance.
        let entries = match count {
            0 => &[],
            _ => unsafe { core::slice::from_raw_parts(table, count as usize) },
        };
        Ok(entries.iter().map(|entry| Name(entry.atom)).collect())
    }

    pub(crate) fn own_property(self, object: Value, name: Name) -> Result<Option<Property>, Thrown> {
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

    /// Compiles a source without running it.
    pub(crate) fn compile(self, source: &str, file_name: &str, kind: Kind) -> Result<Value, Thrown> {
        let text = terminated(source);
        let file = terminated(file_name);
        let flags = qjs::JS_EVAL_FLAG_COMPILE_ONLY
            | match kind {
                Kind::Script => qjs::JS_EVAL_TYPE_GLOBAL,
                Kind::Module => qjs::JS_EVAL_TYPE_MODULE,
            };
        self.check(unsafe {
            qjs::JS_Eval(self.0, text.as_ptr().cast(), source.len() as _, file.as_ptr().cast(), flags as i32)
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

    /// Lets calls use the stack down to `bytes` below where it is now.
    pub(crate) fn limit_stack(self, bytes: usize) {
        unsafe {
            let runtime = qjs::JS_GetRuntime(self.0);
            qjs::JS_UpdateStackTop(runtime);
            qjs::JS_SetMaxStackSize(runtime, bytes as _);
        }
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
    match crate::globals::native(index as usize)(Js(context), arguments) {
        Ok(value) => value.0,
        Err(Thrown) => qjs::JS_EXCEPTION,
    }
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
        "cannot import \"{module}\": a transform is one file without imports"
    ));
    core::ptr::null_mut()
}

fn terminated(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() + 1);
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(0);
    bytes
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

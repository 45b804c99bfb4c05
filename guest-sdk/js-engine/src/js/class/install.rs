//! Making native classes known to the engine, with all they have.

use core::sync::atomic::Ordering::Relaxed;

use rquickjs::qjs;

use super::entry::{
    CONSTRUCT, EnterGetter, EnterMethod, EnterNext, EnterSetter, enter_getter, enter_method,
    enter_next, enter_setter, entry, keep, magic,
};
use super::held::{finalize, mark};
use super::{Class, Feature};
use crate::js::{Js, Name, Thrown, Value, terminated};

// SAFETY, for every block below: see `js.rs`.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Js {
    /// Makes a class known and gives its constructor; undefined for a class
    /// without one.
    pub(crate) fn install(self, class: &'static Class) -> Result<Value, Thrown> {
        let index = keep(class);
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
}

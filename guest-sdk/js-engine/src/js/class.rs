//! Classes whose methods are Rust functions and whose objects hold Rust state.
//!
//! What a global keeps lives on this side, out of the program's reach, and is
//! dropped with its object. A method must not hold a borrow of that state
//! while it calls a program's code, which may come back into the same object.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rquickjs::qjs;

use super::{Js, Thrown, Value};

mod entry;
mod held;
mod install;

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

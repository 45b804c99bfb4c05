//! The one JavaScript context, and what every event finds beside it.
//!
//! It is made before the snapshot ([`crate::snapshot`]); afterwards it is only
//! looked up.

use core::cell::{Cell, OnceCell};

use rquickjs::Context;

use crate::js::{Js, Value};
use crate::names::Names;

/// The part of the 288 KiB stack that JavaScript may use; the rest is for what
/// the engine's own functions need beyond the check they make.
const JS_STACK_BYTES: usize = 268 << 10;

static INSTANCE: Slot = Slot(OnceCell::new());

struct Slot(OnceCell<Instance>);

// SAFETY: the target has no threads.
unsafe impl Sync for Slot {}

/// The context with its prepared names.
pub(crate) struct Instance {
    pub(crate) js: Js,
    pub(crate) names: Names,
    /// The program that this instance began with.
    pub(crate) inside: Cell<Option<Inside>>,
    /// Keeps the context alive.
    _context: Context,
    /// Keep the shapes of the input object known to the engine, so that
    /// making one finds them instead of building them.
    _shapes: Vec<Value>,
}

/// What an instance begins with besides the engine.
#[derive(Clone, Copy)]
pub(crate) enum Inside {
    /// A program that has not run.
    Loaded(&'static [u8]),
    /// A program that has run, and its handler.
    Started(&'static [u8], Value),
}

/// The instance.
pub(crate) fn get() -> &'static Instance {
    INSTANCE.0.get().expect("the shipped module is initialised")
}

/// Keeps what the build has made.
pub(crate) fn keep(
    js: Js,
    names: Names,
    context: Context,
    shapes: Vec<Value>,
) -> &'static Instance {
    INSTANCE.0.get_or_init(|| Instance {
        js,
        names,
        inside: Cell::new(None),
        _context: context,
        _shapes: shapes,
    })
}

impl Instance {
    /// Prepares for running JavaScript in this call from the host.
    pub(crate) fn enter(&self) -> Js {
        self.js.limit_stack(JS_STACK_BYTES);
        self.js
    }
}

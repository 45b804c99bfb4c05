//! The one JavaScript context, and what is prepared in it before the snapshot.
//!
//! Creating a context and its globals costs several times what an event does;
//! the build runs [`initialise`] once and keeps the memory. It must not read a
//! clock or call an import: there is none then.

use core::cell::{Cell, OnceCell};
use core::slice;

use rquickjs::{Context, Runtime};

use crate::frozen::Inside;
use crate::js::{Intrinsics, Js, Name, Value, check_layout};
use crate::{clock, globals, heap, input, warm};

/// Garbage cycles are collected only beyond this: an event's instance seldom
/// lives long enough to profit.
const COLLECT_ABOVE_BYTES: usize = 16 << 20;
/// The part of the 288 KiB stack that JavaScript may use; the rest is for what
/// the engine's own functions need beyond the check they make.
const JS_STACK_BYTES: usize = 268 << 10;
/// Clean memory ready behind the snapshot: what an ordinary event allocates.
const SPARE_BYTES: usize = 24 << 10;

static INSTANCE: Slot = Slot(OnceCell::new());

struct Slot(OnceCell<Instance>);

// SAFETY: the target has no threads.
unsafe impl Sync for Slot {}

/// The context with its prepared names.
pub(crate) struct Instance {
    pub(crate) js: Js,
    pub(crate) names: Names,
    /// What is called of the language's own functions.
    pub(crate) intrinsics: Intrinsics,
    /// The program that this instance began with.
    pub(crate) inside: Cell<Option<Inside>>,
    /// Keeps the context alive.
    _context: Context,
    /// Keep the shapes of the input object known to the engine, so that
    /// making one finds them instead of building them.
    _shapes: Vec<Value>,
}

/// Property names and objects that every event needs.
pub(crate) struct Names {
    pub(crate) event_type: Name,
    pub(crate) url: Name,
    pub(crate) method: Name,
    pub(crate) headers: Name,
    pub(crate) payload: Name,
    pub(crate) cancel: Name,
    pub(crate) env: Name,
    pub(crate) params: Name,
    pub(crate) name: Name,
    pub(crate) message: Name,
    pub(crate) stack: Name,
    pub(crate) handler: Name,
    pub(crate) default: Name,
    pub(crate) to_json: Name,
    /// What objects and arrays inherit from, also when the program puts
    /// something else in the constructors' place.
    pub(crate) object_prototype: Value,
    pub(crate) array_prototype: Value,
}

/// The instance.
pub(crate) fn get() -> &'static Instance {
    INSTANCE.0.get().expect("the shipped module is initialised")
}

/// Makes the instance; `programs` are the compiled globals.
fn make(programs: &[u8]) -> &'static Instance {
    INSTANCE.0.get_or_init(|| {
        let runtime = Runtime::new_with_alloc(heap::JsAllocator);
        let runtime = runtime.expect("an empty heap has room for a runtime");
        runtime.set_max_stack_size(0);
        runtime.set_gc_threshold(COLLECT_ABOVE_BYTES);
        let context = Context::full(&runtime).expect("an empty heap has room for a context");
        // SAFETY: `_context` keeps it, and the instance is never dropped.
        let js = unsafe { Js::from_raw(context.as_raw().as_ptr()) };
        js.refuse_imports();
        warm::make_room(js).expect("an empty heap has room for names");
        let names = Names::new(js);
        let checked = check_layout(js, names.object_prototype, names.array_prototype);
        checked.expect("the engine lays its objects out as js/layout.rs has it");
        let intrinsics = Intrinsics::new(js).expect("a fresh context has the built-ins");
        globals::install(js, programs).expect("a fresh context accepts the globals");
        warm::intern_names(js);
        globals::intl::intern_names(js);
        let shapes = input::shapes(js, &names).expect("a fresh context makes objects");
        Instance {
            js,
            names,
            intrinsics,
            inside: Cell::new(None),
            _context: context,
            _shapes: shapes,
        }
    })
}

impl Instance {
    /// Prepares for running JavaScript in this call from the host.
    pub(crate) fn enter(&self) -> Js {
        self.js.limit_stack(JS_STACK_BYTES);
        self.js
    }
}

impl Names {
    fn new(js: Js) -> Self {
        let prototype = |constructor| {
            let constructor = js.get(js.global(), js.name(constructor));
            let prototype = constructor.and_then(|object| js.get(object, js.name("prototype")));
            prototype.expect("a fresh context has the built-in constructors")
        };
        Self {
            event_type: js.name("eventType"),
            url: js.name("url"),
            method: js.name("method"),
            headers: js.name("headers"),
            payload: js.name("payload"),
            cancel: js.name("cancel"),
            env: js.name("env"),
            params: js.name("transformationsParams"),
            name: js.name("name"),
            message: js.name("message"),
            stack: js.name("stack"),
            handler: js.name("handler"),
            default: js.name("default"),
            to_json: js.name("toJSON"),
            object_prototype: prototype("Object"),
            array_prototype: prototype("Array"),
        }
    }
}

/// Compiles the globals that are written in JavaScript. The build calls it in
/// an instance that it then throws away. Returns the address of the result's
/// address and length.
#[unsafe(export_name = "hookmill-globals")]
extern "C" fn compile_globals() -> *const [usize; 2] {
    let programs = globals::compile(make(&[]).js).expect("the globals' own sources are valid");
    let programs = programs.leak();
    Box::leak(Box::new([programs.as_ptr() as usize, programs.len()]))
}

/// Makes room for the tables of `Intl`, which the build then fills: first of
/// all. Returns their address.
#[unsafe(export_name = "hookmill-tables")]
extern "C" fn reserve_tables(length: usize) -> *mut u8 {
    heap::reserve_tables(length)
}

/// Prepares the memory that is shipped. The build calls it once, with what
/// `hookmill-globals` gave and with the tables, and then takes the snapshot.
/// The build may put the globals anywhere that is not in use, such as the
/// stack's deep end.
///
/// # Safety
/// Both starts and lengths describe readable memory; the tables stay.
#[unsafe(export_name = "hookmill-initialise")]
unsafe extern "C" fn initialise(
    start: *const u8,
    length: usize,
    tables: *const u8,
    tables_length: usize,
) {
    // SAFETY: promised by the caller.
    hookmill_js_intl::tables::install(unsafe { slice::from_raw_parts(tables, tables_length) });
    globals::intl::prepare();
    // SAFETY: promised by the caller.
    let instance = make(unsafe { slice::from_raw_parts(start, length) });
    warm::carve_blocks(instance.js);
    clock::start();
    instance.js.ask_whether_over();
    heap::seal_shipped(SPARE_BYTES);
}

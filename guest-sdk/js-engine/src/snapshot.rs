//! What the build prepares in the memory that is shipped.
//!
//! Creating a context and its globals costs several times what an event does;
//! the build runs [`initialise`] once and keeps the memory. It must not read a
//! clock or call an import: there is none then.

use core::slice;

use rquickjs::{Context, Runtime};

use crate::instance::{self, Instance};
use crate::js::{Js, check_layout};
use crate::names::Names;
use crate::{clock, globals, heap, input, warm};

/// Garbage cycles are collected only beyond this: an event's instance seldom
/// lives long enough to profit.
const COLLECT_ABOVE_BYTES: usize = 16 << 20;
/// Clean memory ready behind the snapshot: what an ordinary event allocates.
const SPARE_BYTES: usize = 24 << 10;

/// Makes the instance; `programs` are the compiled globals.
fn make(programs: &[u8]) -> &'static Instance {
    let runtime = Runtime::new_with_alloc(heap::JsAllocator);
    let runtime = runtime.expect("an empty heap has room for a runtime");
    runtime.set_max_stack_size(0);
    runtime.set_gc_threshold(COLLECT_ABOVE_BYTES);
    let context = Context::full(&runtime).expect("an empty heap has room for a context");
    // SAFETY: the instance keeps the context, and is never dropped.
    let js = unsafe { Js::from_raw(context.as_raw().as_ptr()) };
    js.refuse_imports();
    warm::make_room(js).expect("an empty heap has room for names");
    let names = Names::new(js);
    let taken = js.take_intrinsics();
    taken.expect("a fresh context has the built-ins");
    check_layout(js).expect("the engine lays its objects out as js/layout.rs has it");
    globals::install(js, programs).expect("a fresh context accepts the globals");
    warm::intern_names(js);
    globals::intl::intern_names(js);
    let shapes = input::shapes(js, &names).expect("a fresh context makes objects");
    instance::keep(js, names, context, shapes)
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

//! How frames of a guest's call stack are called.
//!
//! Names come from the guest's own name section, so they are its maker's text:
//! they are shown, and nothing is decided by them.

use wasmtime::FrameInfo;

/// The function's name as its source has it; its number when it has none.
pub(crate) fn function_name(frame: &FrameInfo) -> String {
    match frame.func_name() {
        // Without the hash at the end, which differs from build to build.
        Some(name) => format!("{:#}", rustc_demangle::demangle(name)),
        None => format!("function {}", frame.func_index()),
    }
}

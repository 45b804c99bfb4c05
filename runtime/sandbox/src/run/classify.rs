//! Whose failure was it, and which: from a typed error to a fault.
//!
//! Decided by the error's type alone, never by its text, which changes from
//! release to release; with one exception, whose type is private. What remains
//! unknown after the guest's code ran is the guest's: it broke the calling
//! convention.

use crate::caps::{TABLE_ELEMENTS_MAX, WASI_RESOURCES_MAX, WASM_STACK_BYTES_MAX};
use crate::run::frames::function_name;
use crate::run::guest::Stop;
use crate::run::invocation::{Busy, RunError};
use crate::run::limiter::{MemoryBreach, TableBreach};
use crate::wasi::http::NoNetwork;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::fault::{Fault, FaultCode};
use std::fmt::Write as _;
use wasmtime::component::ResourceTableError;
use wasmtime::{PoolConcurrencyLimitError, Trap, WasmBacktrace};
use wasmtime_wasi::I32Exit;

/// The transform's fault, or ours.
pub(crate) fn classify(error: &wasmtime::Error, caps: &SandboxCaps) -> Result<Fault, RunError> {
    let mut fault = if error.is::<PoolConcurrencyLimitError>() {
        return Err(RunError::Busy(Busy::Pool));
    } else if error.is::<wasmtime::error::OutOfMemory>() || error.is::<std::io::Error>() {
        return Err(RunError::Internal(format!("{error:#}")));
    } else if let Some(breach) = error.downcast_ref::<MemoryBreach>() {
        memory_exceeded(breach.bytes_max)
    } else if error.is::<TableBreach>() {
        Fault::new(
            FaultCode::MemoryExceeded,
            format!("The tables grew beyond {TABLE_ELEMENTS_MAX} elements, which can't be raised."),
        )
    } else if let Some(exit) = error.downcast_ref::<I32Exit>() {
        Fault::new(
            FaultCode::Exited,
            format!(
                "The transform called `exit` with status {} instead of returning.",
                exit.0
            ),
        )
    } else if let Some(call) = error.downcast_ref::<NoNetwork>() {
        Fault::new(FaultCode::Trap, format!("Refused: {call}."))
    } else if let Some(ResourceTableError::Full) = error.downcast_ref() {
        Fault::new(
            FaultCode::Trap,
            format!(
                "The transform holds more than {WASI_RESOURCES_MAX} WASI resources at once, \
                 which can't be raised."
            ),
        )
    } else if copied_too_much(error) {
        too_much_handed_over(error, caps)
    } else if let Some(trap) = error.downcast_ref::<Trap>() {
        trapped(*trap, caps)
    } else {
        Fault::new(
            FaultCode::Trap,
            format!(
                "The component broke the calling convention: {}.",
                error.root_cause()
            ),
        )
    };
    fault.stack = stack(error);
    Ok(fault)
}

/// The memory limit was reached.
pub(crate) fn memory_exceeded(bytes_max: usize) -> Fault {
    Fault::new(
        FaultCode::MemoryExceeded,
        format!(
            "The transform needs more than {bytes_max} bytes of memory; \
             `memory_bytes_max` in hookmill.toml raises the limit."
        ),
    )
}

/// The fuel or the time was used up.
pub(crate) fn stopped(stop: Stop, caps: &SandboxCaps) -> Fault {
    match stop {
        Stop::Fuel => Fault::new(
            FaultCode::OutOfFuel,
            format!(
                "The transform used up its {} units of fuel; \
                 `fuel_max` in hookmill.toml raises the limit.",
                caps.fuel_max
            ),
        ),
        Stop::Deadline => Fault::new(
            FaultCode::DeadlineExceeded,
            format!(
                "The transform ran longer than {} ms; \
                 `deadline_ms` in hookmill.toml raises the limit.",
                caps.deadline_ms
            ),
        ),
    }
}

/// The call stack limit was reached.
pub(crate) fn stack_overflow() -> Fault {
    Fault::new(
        FaultCode::StackOverflow,
        format!(
            "The call stack overflowed: a recursion is too deep or never ends. \
             The limit of {} MiB can't be raised.",
            WASM_STACK_BYTES_MAX >> 20
        ),
    )
}

/// The result is larger than the limit.
pub(crate) fn output_too_large(bytes: usize, caps: &SandboxCaps) -> Fault {
    Fault::new(
        FaultCode::OutputTooLarge,
        format!(
            "The result has {bytes} bytes, more than {}; \
             `output_bytes_max` in hookmill.toml raises the limit.",
            caps.output_bytes_max
        ),
    )
}

/// Whether a guest handed over more at once than [`host_bytes_max`]. The
/// engine's own type for it is private, so its text has to do; the corpus of
/// hostile guests notices when it changes.
fn copied_too_much(error: &wasmtime::Error) -> bool {
    let root = error.root_cause().to_string();
    root.starts_with("too much data is being copied between the host and the guest")
}

/// A result is handed over when no code runs any more; an argument of an import
/// while the guest waits for it.
fn too_much_handed_over(error: &wasmtime::Error, caps: &SandboxCaps) -> Fault {
    let is_argument = error
        .downcast_ref::<WasmBacktrace>()
        .is_some_and(|backtrace| !backtrace.frames().is_empty());
    if is_argument {
        let bytes_max = host_bytes_max(caps);
        let message = format!("The transform handed over more than {bytes_max} bytes in one call.");
        return Fault::new(FaultCode::Trap, message);
    }
    Fault::new(
        FaultCode::OutputTooLarge,
        format!(
            "The result has more than {} bytes; \
             `output_bytes_max` in hookmill.toml raises the limit.",
            caps.output_bytes_max
        ),
    )
}

/// Bytes that the host copies from a guest in one call. A guest can hand over
/// one buffer many times, so its memory limit alone does not bound them.
/// Results that only break the output limit fit below this.
pub(crate) fn host_bytes_max(caps: &SandboxCaps) -> usize {
    caps.memory_bytes_max.saturating_add(caps.output_bytes_max)
}

fn trapped(trap: Trap, caps: &SandboxCaps) -> Fault {
    match trap {
        Trap::OutOfFuel => stopped(Stop::Fuel, caps),
        Trap::Interrupt => stopped(Stop::Deadline, caps),
        Trap::StackOverflow => stack_overflow(),
        Trap::UnreachableCodeReached => Fault::new(
            FaultCode::Trap,
            "The transform aborted, as languages compiled to WebAssembly do on a panic \
             or a failed assertion; its log may say why.",
        ),
        trap => Fault::new(FaultCode::Trap, format!("The transform trapped: {trap}.")),
    }
}

fn stack(error: &wasmtime::Error) -> String {
    let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() else {
        return String::new();
    };
    let mut stack = String::new();
    for frame in backtrace.frames() {
        let name = function_name(frame);
        let offset = frame.module_offset().unwrap_or(0);
        // Writing to a String can't fail.
        let _ = writeln!(stack, "{name} (byte {offset:#x})");
    }
    stack
}

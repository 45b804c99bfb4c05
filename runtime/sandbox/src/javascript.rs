//! JavaScript handlers: compiled to bytecode and run by one shared engine
//! guest, inside the same sandbox as any component.
//!
//! Bytecode is only ever the engine's own output for a source that we hold;
//! tenants never supply it. It must never be kept longer than the engine that
//! made it.

use crate::bindings::javascript::SharedEnginePre;
use crate::bindings::javascript::exports::hookmill::js_engine::engine as js;
use crate::classify::classify;
use crate::execute::{Outcome, context_of, webhook_of};
use crate::guest::Guest;
use crate::host::Host;
use crate::invocation::{Invocation, RunError};
use crate::outcome;
use hookmill_domain::UnixMs;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::fault::Fault;
use wasmtime::Store;

/// The engine guest: a pre-initialised core module with its world inside.
pub(crate) const ENGINE: &[u8] = include_bytes!("../../../guest-sdk/js-engine/engine.wasm");

/// What compiling one source may use: far more than any source of the allowed
/// size needs, and still bounded.
pub(crate) const COMPILE_CAPS: SandboxCaps = SandboxCaps {
    fuel_max: 5_000_000_000,
    deadline_ms: 5_000,
    memory_bytes_max: 128 << 20,
    output_bytes_max: 16 << 20,
    log_bytes_max: 0,
};

/// Why a source gives no bytecode.
pub(crate) enum CompileError {
    /// The engine refused it.
    Refused(js::Diagnostic),
    /// Compiling broke a limit.
    Fault(Fault),
    /// Ours.
    Ours(RunError),
}

/// Compiles a source, on the thread that calls.
pub(crate) fn compile(
    host: &Host,
    engine: &SharedEnginePre<Guest>,
    name: &str,
    source: &str,
) -> Result<Vec<u8>, CompileError> {
    let caps = host.admit(&COMPILE_CAPS);
    let _ticking = host.ticking();
    let mut store = host
        .store(&caps, Guest::new(&caps, UnixMs(0)))
        .map_err(|error| CompileError::Ours(RunError::Internal(format!("{error:#}"))))?;
    let result = engine.instantiate(&mut store).and_then(|instance| {
        instance
            .hookmill_js_engine_engine()
            .call_compile(&mut store, source, name)
    });
    match result {
        Ok(Ok(bytecode)) => Ok(bytecode),
        Ok(Err(diagnostic)) => Err(CompileError::Refused(diagnostic)),
        Err(error) => Err(match classify(&error, &caps) {
            Ok(fault) => CompileError::Fault(fault),
            Err(error) => CompileError::Ours(error),
        }),
    }
}

/// Runs bytecode over one event.
pub(crate) fn run(
    store: &mut Store<Guest>,
    engine: &SharedEnginePre<Guest>,
    bytecode: &[u8],
    invocation: &Invocation,
) -> Outcome {
    let webhook = webhook_of(invocation)?;
    let context = context_of(invocation)?;
    let log_bytes_max = u32::try_from(invocation.caps.log_bytes_max).unwrap_or(u32::MAX);
    let result = engine.instantiate(&mut *store).and_then(|instance| {
        instance.hookmill_js_engine_engine().call_run(
            &mut *store,
            bytecode,
            &webhook,
            &context,
            log_bytes_max,
        )
    });
    match result {
        Ok(Ok(request)) => Ok(outcome::from_javascript(request, invocation)),
        Ok(Err(fault)) => Ok(Err(outcome::from_engine_fault(fault, &invocation.caps))),
        Err(error) => classify(&error, &invocation.caps).map(Err),
    }
}

//! JavaScript handlers: compiled to bytecode and run by one shared engine
//! guest, inside the same sandbox as any component.
//!
//! Bytecode is only ever the engine's own output for a source that we hold;
//! tenants never supply it. It must never be kept longer than the engine that
//! made it.

use crate::bindings::javascript::SharedEnginePre;
use crate::bindings::javascript::exports::hookmill::js_engine::engine as js;
use crate::caps::{COMPILE_CAPS, FROZEN_PROGRAM_BYTES_MAX, POSITION_FUEL};
use crate::program::loaded::JavaScript;
use crate::run::classify::{classify, stopped};
use crate::run::guest::{Guest, Stop};
use crate::run::host::Host;
use crate::run::input::{context_of, webhook_of};
use crate::run::invocation::{Invocation, RunError};
use crate::run::outcome::{self, Outcome};
use hookmill_domain::UnixMs;
use hookmill_domain::fault::Fault;
use wasmtime::Store;

/// The engine guest: a pre-initialised core module with its world inside.
pub(crate) const ENGINE: &[u8] = include_bytes!("../../../../guest-sdk/js-engine/engine.wasm");

/// Why a source gives no bytecode.
pub(crate) enum CompileError {
    /// The engine refused it.
    Refused(js::Diagnostic),
    /// Compiling broke a limit.
    Fault(Fault),
    /// Ours.
    Ours(RunError),
}

/// What came of running a program's top level once.
pub(crate) struct TopLevelRun {
    /// Units of fuel that it used, reading the bytecode included.
    pub(crate) fuel: u64,
    /// What an instance begins with that goes on from there; none when the
    /// next time would give something else, when it is too large, and when it
    /// does not pay.
    pub(crate) memory: Option<Vec<u8>>,
}

/// Compiles a source, on the thread that calls.
pub(crate) fn compile(
    host: &Host,
    engine: &SharedEnginePre<Guest>,
    name: &str,
    source: &str,
) -> Result<Vec<u8>, CompileError> {
    with_engine(host, |store| {
        let instance = engine.instantiate(&mut *store)?;
        let engine = instance.hookmill_js_engine_engine();
        engine.call_compile(store, source, name)
    })
    .map(|(bytecode, _)| bytecode)
}

/// Runs a program's top level, on the thread that calls, and checks that it
/// gives a handler. What it leaves is kept when it uses more fuel than this.
pub(crate) fn run_top_level(
    host: &Host,
    engine: &SharedEnginePre<Guest>,
    bytecode: &[u8],
    fuel_max: u64,
) -> Result<TopLevelRun, CompileError> {
    let memory_bytes_max = u32::try_from(FROZEN_PROGRAM_BYTES_MAX).unwrap_or(u32::MAX);
    let (run, _) = with_engine(host, |store| {
        let instance = engine.instantiate(&mut *store)?;
        let engine = instance.hookmill_js_engine_engine();
        let given = store.get_fuel()?;
        let drew_random = match engine.call_start(&mut *store, bytecode)? {
            Ok(drew_random) => drew_random,
            Err(diagnostic) => return Ok(Err(diagnostic)),
        };
        let fuel = given.saturating_sub(store.get_fuel()?);
        let is_the_same_each_time = !drew_random && !store.data().reached_out;
        let memory = if is_the_same_each_time && fuel > fuel_max {
            engine.call_memory(&mut *store, memory_bytes_max)?
        } else {
            None
        };
        Ok(Ok(TopLevelRun { fuel, memory }))
    })?;
    Ok(run)
}

/// Does something with the engine on behalf of no event.
fn with_engine<R>(
    host: &Host,
    work: impl FnOnce(&mut Store<Guest>) -> wasmtime::Result<Result<R, js::Diagnostic>>,
) -> Result<(R, Store<Guest>), CompileError> {
    let caps = host.admit(&COMPILE_CAPS);
    let _ticking = host.ticking();
    let guest = Guest::new(&caps, UnixMs(0)).with_fuel_reserve(POSITION_FUEL);
    let mut store = host
        .store(&caps, guest)
        .map_err(|error| CompileError::Ours(RunError::Internal(format!("{error:#}"))))?;
    let result = work(&mut store);
    // A program that was stopped has its own words for it.
    if let (Some(stop), Ok(Err(diagnostic))) = (store.data().stop, &result) {
        let fault = outcome::located(stopped(stop, &caps), diagnostic);
        return Err(CompileError::Fault(fault));
    }
    match result {
        Ok(Ok(done)) => Ok((done, store)),
        Ok(Err(diagnostic)) => Err(CompileError::Refused(diagnostic)),
        Err(error) => Err(match classify(&error, &caps) {
            Ok(fault) => CompileError::Fault(fault),
            Err(error) => CompileError::Ours(error),
        }),
    }
}

/// Runs a program over one event.
pub(crate) fn run(
    store: &mut Store<Guest>,
    program: &JavaScript,
    invocation: &Invocation,
) -> Outcome {
    let webhook = webhook_of(invocation)?;
    let context = context_of(invocation)?;
    let log_bytes_max = u32::try_from(invocation.caps.log_bytes_max).unwrap_or(u32::MAX);
    let result = match program {
        JavaScript::Afresh { engine, bytecode } => {
            engine.instantiate(&mut *store).and_then(|instance| {
                let engine = instance.hookmill_js_engine_engine();
                engine.call_run(&mut *store, bytecode, &webhook, &context, log_bytes_max)
            })
        }
        JavaScript::Frozen(frozen) => frozen.engine.instantiate(&mut *store).and_then(|instance| {
            let engine = instance.hookmill_js_engine_engine();
            engine.call_run_frozen(&mut *store, &webhook, &context, log_bytes_max)
        }),
    };
    let caps = &invocation.caps;
    match result {
        Ok(Err(js::Fault::Stopped(diagnostic))) => {
            let stop = store.data().stop.unwrap_or(Stop::Fuel);
            Ok(Err(outcome::located(stopped(stop, caps), &diagnostic)))
        }
        // Between two looks, into the reserve.
        Ok(_) if store.get_fuel().unwrap_or(0) < store.data().fuel_reserve => {
            Ok(Err(stopped(Stop::Fuel, caps)))
        }
        Ok(Ok(request)) => Ok(outcome::from_javascript(request, invocation)),
        Ok(Err(fault)) => Ok(Err(outcome::from_engine_fault(fault, caps))),
        Err(error) => classify(&error, caps).map(Err),
    }
}

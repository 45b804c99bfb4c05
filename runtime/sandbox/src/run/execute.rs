//! One run, from invocation to result, on the thread that calls.
//!
//! Instances are made for it and dropped with it. Nothing of a run outlives
//! its [`Run`].

use crate::bindings::transform::TransformPre;
use crate::caps::POSITION_FUEL;
use crate::program::loaded::{Code, Loaded, WasiUse};
use crate::run::classify::classify;
use crate::run::fault_text;
use crate::run::guest::Guest;
use crate::run::host::Host;
use crate::run::input::{context_of, webhook_of};
use crate::run::invocation::{Invocation, Run, RunError};
use crate::run::outcome::{self, Outcome};
use crate::run::{fuel, javascript, warnings};
use hookmill_domain::attempt::RunUsage;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::fault::Fault;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use wasmtime::Store;

/// Runs a program. A panic of the host is caught and is ours.
pub(crate) fn execute(
    host: &Host,
    program: &Loaded,
    mut invocation: Invocation,
) -> Result<Run, RunError> {
    invocation.caps = host.admit_for(&invocation.caps, invocation.payload.len());
    let run = AssertUnwindSafe(|| run(host, program, &invocation));
    catch_unwind(run).unwrap_or_else(|panic| Err(panicked(&*panic)))
}

/// Why no instance could be made, and what the guest logged until then.
pub(crate) struct InstantiationFailure {
    pub(crate) fault: Fault,
    pub(crate) logs: String,
}

/// Makes an instance and drops it, to learn at load whether that works.
pub(crate) fn try_instantiate(
    host: &Host,
    pre: &TransformPre<Guest>,
    wasi: WasiUse,
    invocation: &Invocation,
) -> Result<Result<(), InstantiationFailure>, RunError> {
    let attempt = AssertUnwindSafe(|| {
        let _ticking = host.ticking();
        let mut store = store(host, guest(wasi, invocation), invocation)?;
        match pre.instantiate(&mut store) {
            Ok(_) => Ok(Ok(())),
            Err(error) => {
                let fault = classify(&error, &invocation.caps)?;
                let logs = std::mem::take(&mut store.data_mut().log).finish();
                Ok(Err(InstantiationFailure { fault, logs }))
            }
        }
    });
    catch_unwind(attempt).unwrap_or_else(|panic| Err(panicked(&*panic)))
}

fn run(host: &Host, program: &Loaded, invocation: &Invocation) -> Result<Run, RunError> {
    let started = Instant::now();
    let _ticking = host.ticking();
    let mut store = store_for(host, program, invocation)?;
    let outcome = start(&mut store, program, invocation)?;
    let usage = usage(&store, &invocation.caps, started);
    let logs = std::mem::take(&mut store.data_mut().log).finish();
    let warnings = outcome.as_ref().map(|it| warnings::of(it, invocation));
    Ok(Run {
        warnings: warnings.unwrap_or_default(),
        outcome: outcome.map_err(fault_text::bounded),
        caps: invocation.caps,
        usage,
        logs,
    })
}

/// The store of one run of this program.
pub(crate) fn store_for(
    host: &Host,
    program: &Loaded,
    invocation: &Invocation,
) -> Result<Store<Guest>, RunError> {
    let guest = match &program.code {
        Code::Component { wasi, .. } => guest(*wasi, invocation),
        Code::JavaScript(_) => guest(WasiUse::None, invocation).with_fuel_reserve(POSITION_FUEL),
    };
    store(host, guest, invocation)
}

/// Makes an instance in a fresh store, and calls its handler.
pub(crate) fn start(
    store: &mut Store<Guest>,
    program: &Loaded,
    invocation: &Invocation,
) -> Outcome {
    match &program.code {
        Code::Component { pre, .. } => component(store, pre, invocation),
        Code::JavaScript(program) => javascript::run(store, program, invocation),
    }
}

fn guest(wasi: WasiUse, invocation: &Invocation) -> Guest {
    let guest = Guest::new(&invocation.caps, invocation.received_at);
    match wasi {
        WasiUse::None => guest,
        WasiUse::Linked => guest.with_wasi(invocation),
    }
}

fn store(host: &Host, guest: Guest, invocation: &Invocation) -> Result<Store<Guest>, RunError> {
    host.store(&invocation.caps, guest)
        .map_err(|error| RunError::Internal(format!("{error:#}")))
}

fn component(
    store: &mut Store<Guest>,
    pre: &TransformPre<Guest>,
    invocation: &Invocation,
) -> Outcome {
    let webhook = webhook_of(invocation)?;
    let context = context_of(invocation)?;
    let result = pre
        .instantiate(&mut *store)
        .and_then(|instance| instance.call_handler(&mut *store, &webhook, &context));
    match result {
        Ok(Ok(webhook)) => Ok(outcome::from_component(webhook, invocation)),
        Ok(Err(failure)) => Ok(Err(outcome::from_failure(failure))),
        Err(error) => classify(&error, &invocation.caps).map(Err),
    }
}

pub(crate) fn usage(store: &Store<Guest>, caps: &SandboxCaps, started: Instant) -> RunUsage {
    RunUsage {
        fuel: fuel::used(store, caps),
        time_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        memory_bytes: store.data().limiter.memory_bytes() as u64,
    }
}

pub(crate) fn panicked(panic: &(dyn Any + Send)) -> RunError {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message");
    RunError::Internal(message.to_owned())
}

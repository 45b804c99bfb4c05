//! One run, from invocation to result, on the thread that calls.
//!
//! Instances are made for it and dropped with it. Nothing of a run outlives
//! its [`Run`].

use crate::bindings::transform::TransformPre;
use crate::bindings::transform::hookmill::transform::types;
use crate::program::loaded::{Code, Loaded, WasiUse};
use crate::run::classify::classify;
use crate::run::fault_text;
use crate::run::guest::Guest;
use crate::run::host::Host;
use crate::run::invocation::{Invocation, Run, RunError};
use crate::run::{javascript, outcome, warnings};
use hookmill_domain::attempt::RunUsage;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::fault::Fault;
use hookmill_domain::request::Method;
use hookmill_domain::webhook::Webhook;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use wasmtime::Store;

/// What a guest's code came to: a webhook or its fault; or our failure.
pub(crate) type Outcome = Result<Result<Webhook, Fault>, RunError>;

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
pub(crate) struct Stillborn {
    pub(crate) fault: Fault,
    pub(crate) logs: String,
}

/// Makes an instance and drops it, to learn at load whether that works.
pub(crate) fn rehearse(
    host: &Host,
    pre: &TransformPre<Guest>,
    wasi: WasiUse,
    invocation: &Invocation,
) -> Result<Result<(), Stillborn>, RunError> {
    let attempt = AssertUnwindSafe(|| {
        let _ticking = host.ticking();
        let mut store = store(host, guest(wasi, invocation), invocation)?;
        match pre.instantiate(&mut store) {
            Ok(_) => Ok(Ok(())),
            Err(error) => {
                let fault = classify(&error, &invocation.caps)?;
                let logs = std::mem::take(&mut store.data_mut().log).finish();
                Ok(Err(Stillborn { fault, logs }))
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
        Code::JavaScript(_) => {
            guest(WasiUse::None, invocation).with_fuel_reserve(javascript::FUEL_RESERVE)
        }
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
    let left = store.get_fuel().unwrap_or(0);
    // What the last words took is ours.
    let left = left.saturating_sub(store.data().fuel_reserve);
    RunUsage {
        fuel: caps.fuel_max.saturating_sub(left),
        time_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        memory_bytes: store.data().limiter.memory_bytes() as u64,
    }
}

/// What the handler is given.
pub(crate) fn webhook_of(invocation: &Invocation) -> Result<types::Webhook, RunError> {
    Ok(types::Webhook {
        event_type: invocation.event_type.clone(),
        url: invocation.url.clone(),
        method: match invocation.method {
            Method::Post => types::Method::Post,
            Method::Put => types::Method::Put,
            Method::Patch => types::Method::Patch,
            Method::Delete => types::Method::Delete,
            Method::Get => types::Method::Get,
        },
        headers: invocation
            .headers
            .iter()
            .map(|(name, value)| types::Header {
                name: name.clone(),
                value: value.clone(),
            })
            .collect(),
        payload: text(&invocation.payload, "payload")?.into(),
        cancel: false,
    })
}

/// What the handler may know besides.
pub(crate) fn context_of(invocation: &Invocation) -> Result<types::Context, RunError> {
    let params = text(&invocation.params, "params")?;
    Ok(types::Context {
        event_id: invocation.event_id.clone(),
        delivery_id: invocation.delivery_id.clone(),
        received_at_ms: invocation.received_at.0,
        env: invocation
            .env
            .iter()
            .map(|(name, value)| types::Variable {
                name: name.clone(),
                value: value.clone(),
            })
            .collect(),
        params: if params.is_empty() { "{}" } else { params }.to_owned(),
    })
}

fn text<'a>(bytes: &'a [u8], part: &'static str) -> Result<&'a str, RunError> {
    std::str::from_utf8(bytes).map_err(|_| RunError::NotText { part })
}

pub(crate) fn panicked(panic: &(dyn Any + Send)) -> RunError {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message");
    RunError::Internal(message.to_owned())
}

//! The host's side of one instance: what its imports act on.
//!
//! Small on purpose: one is made for every event. Whatever only some
//! components need (WASI) is boxed and made for them alone.

use crate::bindings::transform::hookmill::transform::{clock, log, types};
use crate::run::invocation::Invocation;
use crate::run::limiter::Limiter;
use crate::run::log::Log;
use crate::wasi::state::Wasi;
use hookmill_domain::UnixMs;
use hookmill_domain::caps::SandboxCaps;

pub(crate) struct Guest {
    pub(crate) limiter: Limiter,
    pub(crate) log: Log,
    pub(crate) received_at: UnixMs,
    wasi: Option<Box<Wasi>>,
    /// Whether it logged or read the clock: what it does then depends on the
    /// event, or is seen.
    pub(crate) reached_out: bool,
    /// Units of fuel beyond its own, to say where it was when those are used
    /// up; 0 for a guest that can't.
    pub(crate) fuel_reserve: u64,
    /// Why it is to end, once it is.
    pub(crate) stop: Option<Stop>,
}

/// Why a run is over although its code is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Fuel,
    Deadline,
}

impl Guest {
    pub(crate) fn new(caps: &SandboxCaps, received_at: UnixMs) -> Self {
        Self {
            limiter: Limiter::new(caps.memory_bytes_max),
            log: Log::new(caps.log_bytes_max),
            received_at,
            wasi: None,
            reached_out: false,
            fuel_reserve: 0,
            stop: None,
        }
    }

    /// Lets it say where it was when its fuel is used up.
    pub(crate) fn with_fuel_reserve(mut self, units: u64) -> Self {
        self.fuel_reserve = units;
        self
    }

    /// Adds WASI, whose random numbers follow from the delivery's id.
    pub(crate) fn with_wasi(mut self, invocation: &Invocation) -> Self {
        self.wasi = Some(Box::new(Wasi::new(&invocation.delivery_id)));
        self
    }

    pub(crate) fn wasi(&mut self) -> &mut Wasi {
        self.wasi
            .as_mut()
            .expect("a program that imports WASI gets it with its guest")
    }
}

impl types::Host for Guest {}

impl log::Host for Guest {
    fn write(&mut self, level: log::Level, message: String) {
        let level = match level {
            log::Level::Trace => "trace",
            log::Level::Debug => "debug",
            log::Level::Info => "info",
            log::Level::Warn => "warn",
            log::Level::Error => "error",
        };
        self.reached_out = true;
        self.log.message(level, &message);
    }
}

impl clock::Host for Guest {
    fn now_ms(&mut self) -> u64 {
        self.reached_out = true;
        self.received_at.0
    }
}

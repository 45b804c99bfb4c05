//! The host's side of one instance: what its imports act on.
//!
//! Small on purpose: one is made for every event. Whatever only some
//! components need (WASI) is boxed and made for them alone.

use crate::bindings::transform::hookmill::transform::{clock, log, types};
use crate::invocation::Invocation;
use crate::limiter::Limiter;
use crate::log::Log;
use crate::wasi::Wasi;
use hookmill_domain::UnixMs;
use hookmill_domain::caps::SandboxCaps;

pub(crate) struct Guest {
    pub(crate) limiter: Limiter,
    pub(crate) log: Log,
    pub(crate) received_at: UnixMs,
    pub(crate) wasi: Option<Box<Wasi>>,
}

impl Guest {
    pub(crate) fn new(caps: &SandboxCaps, received_at: UnixMs) -> Self {
        Self {
            limiter: Limiter::new(caps.memory_bytes_max),
            log: Log::new(caps.log_bytes_max),
            received_at,
            wasi: None,
        }
    }

    /// Adds WASI, whose random numbers follow from the delivery's id.
    pub(crate) fn with_wasi(mut self, invocation: &Invocation) -> Self {
        self.wasi = Some(Box::new(Wasi::new(&invocation.delivery_id)));
        self
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
        self.log.message(level, &message);
    }
}

impl clock::Host for Guest {
    fn now_ms(&mut self) -> u64 {
        self.received_at.0
    }
}

//! What all runs share: the engine, its clock of epochs, and what guests may
//! import. And the way from an invocation to a fresh store.

use crate::bindings::transform;
use crate::caps::RESOURCE_HANDLES_MAX;
use crate::config::Config;
use crate::engine;
use crate::run::classify::host_bytes_max;
use crate::run::deadline;
use crate::run::fuel;
use crate::run::guest::Guest;
use crate::run::ticker::{Ticker, Ticking};
use crate::wasi::wasi_0_2 as wasi;
use hookmill_domain::caps::SandboxCaps;
use wasmtime::component::{HasSelf, Linker};
use wasmtime::{Engine, Store};

pub(crate) struct Host {
    pub(crate) engine: Engine,
    pub(crate) linker: Linker<Guest>,
    ticker: Ticker,
    ceiling: SandboxCaps,
}

impl Host {
    pub(crate) fn start(config: &Config) -> wasmtime::Result<Self> {
        let engine = engine::start(config)?;
        let mut linker = Linker::new(&engine);
        transform::Transform::add_to_linker::<_, HasSelf<Guest>>(&mut linker, |guest| guest)?;
        wasi::link(&mut linker)?;
        let ticker = Ticker::start(engine.weak())?;
        Ok(Self {
            engine,
            linker,
            ticker,
            ceiling: config.ceiling,
        })
    }

    /// The caps that apply to a run: what was asked for, and what the event's
    /// size brings, within the ceiling.
    pub(crate) fn admit_for(&self, caps: &SandboxCaps, event_bytes: usize) -> SandboxCaps {
        self.admit(&caps.for_event(event_bytes))
    }

    /// The caps that apply: what was asked for, within the ceiling.
    pub(crate) fn admit(&self, caps: &SandboxCaps) -> SandboxCaps {
        SandboxCaps {
            fuel_max: caps.fuel_max.min(self.ceiling.fuel_max),
            deadline_ms: caps.deadline_ms.min(self.ceiling.deadline_ms),
            memory_bytes_max: caps.memory_bytes_max.min(self.ceiling.memory_bytes_max),
            output_bytes_max: caps.output_bytes_max.min(self.ceiling.output_bytes_max),
            log_bytes_max: caps.log_bytes_max.min(self.ceiling.log_bytes_max),
        }
    }

    /// Keeps deadlines going for as long as the value lives; needed around
    /// everything that runs a guest's code.
    pub(crate) fn ticking(&self) -> Ticking<'_> {
        self.ticker.ticking()
    }

    /// A store for one run, within its caps. The deadline begins now.
    pub(crate) fn store(&self, caps: &SandboxCaps, guest: Guest) -> wasmtime::Result<Store<Guest>> {
        let mut store = Store::try_new(&self.engine, guest)?;
        store.limiter(|guest| &mut guest.limiter);
        fuel::fill(&mut store, caps)?;
        deadline::set(&mut store, caps);
        store.set_hostcall_fuel(host_bytes_max(caps));
        store.set_max_component_handles(RESOURCE_HANDLES_MAX);
        Ok(store)
    }
}

//! The JavaScript engine as all programs share it: one component without a
//! memory of its own, and the memory that an instance of it begins with.
//!
//! The memory is a core module that holds nothing but data, and the engine
//! imports it. So a program that has memory of its own, with its top level run
//! already, needs no code of its own: the engine is compiled once, and making
//! such a module compiles nothing. Instances map its data, copying what they
//! write, as they do with any program's.

use crate::bindings::javascript::SharedEnginePre;
use crate::program::engine_memory::{MEMORY, memory_module};
use crate::run::guest::{Guest, Stop};
use crate::run::host::Host;
use std::sync::Arc;
use wasmtime::component::{Component, Linker};
use wasmtime::{Module, StoreContextMut};

/// What the engine asks of its host, and no transform may.
pub(crate) const ENGINE_HOST: &str = "hookmill:js-engine/host@1.0.0";

/// The engine, ready to be instantiated with any memory.
pub(crate) struct SharedEngine {
    component: Component,
    linker: Linker<Guest>,
    /// With the memory that it was shipped with.
    pub(crate) shipped: Arc<SharedEnginePre<Guest>>,
}

impl SharedEngine {
    /// Puts together the component that
    /// [`without_memory`](crate::program::engine_memory::without_memory) gave and
    /// the memory that was taken from it.
    pub(crate) fn new(host: &Host, component: Component, memory: &[u8]) -> wasmtime::Result<Self> {
        let mut linker = host.linker.clone();
        linker
            .instance(ENGINE_HOST)?
            .func_wrap("is-over", |store: StoreContextMut<'_, Guest>, (): ()| {
                is_over(store).map(|is_over| (is_over,))
            })?;
        let shipped = Arc::new(with_memory(host, &linker, &component, memory)?);
        Ok(Self {
            component,
            linker,
            shipped,
        })
    }

    /// The engine with another memory to begin with, which it has left itself.
    pub(crate) fn with_memory(
        &self,
        host: &Host,
        memory: &[u8],
    ) -> wasmtime::Result<SharedEnginePre<Guest>> {
        with_memory(host, &self.linker, &self.component, memory)
    }
}

fn with_memory(
    host: &Host,
    linker: &Linker<Guest>,
    component: &Component,
    memory: &[u8],
) -> wasmtime::Result<SharedEnginePre<Guest>> {
    // There is no code in it, whatever the data are.
    let module = Module::new(&host.engine, memory_module(memory))?;
    module.initialize_copy_on_write_image()?;
    let mut linker = linker.clone();
    linker.root().module(MEMORY, &module)?;
    SharedEnginePre::new(linker.instantiate_pre(component)?)
}

/// Whether a run has used up its fuel or its time. It may use its reserve to
/// say where it was.
fn is_over(mut store: StoreContextMut<'_, Guest>) -> wasmtime::Result<bool> {
    let left = store.get_fuel()?;
    let guest = store.data_mut();
    if guest.stop.is_none() && left <= guest.fuel_reserve {
        guest.stop = Some(Stop::Fuel);
    }
    Ok(guest.stop.is_some())
}

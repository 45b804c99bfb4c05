//! Pre-initialises the JavaScript engine guest.
//!
//! `cargo run -p hookmill-sandbox --example preinitialise -- IN OUT` runs the
//! freshly built engine module up to the point where every event starts (the
//! context made, the globals installed) and writes a module that begins there.
//! It is an example of this crate so that wasmtime is compiled only once; see
//! `guest-sdk/js-engine/README.md`. The output must depend on the input only.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use wasmtime::{Config, Engine, Error, Instance, Linker, Module, Result, Store, Val};
use wasmtime_wizer::{InstanceState, SnapshotVal, ValType, Wizer};

/// The guest's export that prepares its memory; not part of the output.
const INITIALISE: &str = "hookmill-initialise";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output] = arguments.as_slice() else {
        return Err(Error::msg("usage: preinitialise IN OUT"));
    };
    let module = std::fs::read(input)?;
    std::fs::write(output, preinitialise(&module)?)?;
    Ok(())
}

fn preinitialise(module: &[u8]) -> Result<Vec<u8>> {
    let mut wizer = Wizer::new();
    wizer.init_func(INITIALISE);
    let (context, instrumented) = wizer.instrument(module)?;
    let engine = Engine::new(&Config::new())?;
    let instrumented = Module::new(&engine, &instrumented)?;
    let mut linker = Linker::new(&engine);
    // Preparing must not depend on the outside: any import is an error.
    linker.define_unknown_imports_as_traps(&instrumented)?;
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &instrumented)?;
    let initialise = instance.get_typed_func::<(), ()>(&mut store, INITIALISE)?;
    initialise.call(&mut store, ())?;
    let mut state = State { store, instance };
    state.clear_stack()?;
    let mut snapshot = pin!(wizer.snapshot(&context, &mut state));
    // Reading an instance never waits, so one poll is enough.
    match snapshot
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(module) => module,
        Poll::Pending => Err(Error::msg("the snapshot is never asynchronous")),
    }
}

/// The initialised instance, as the snapshot reads it.
struct State {
    store: Store<()>,
    instance: Instance,
}

impl State {
    /// Zeroes what the initialisation left on the stack, which is the memory
    /// below the stack pointer: left-overs would only make the image larger.
    fn clear_stack(&mut self) -> Result<()> {
        // The one mutable global of a module without threads or relocation.
        let Val::I32(top) = self.global("__wizer_global_0")? else {
            return Err(Error::msg("the stack pointer is an i32"));
        };
        let memory = self
            .instance
            .get_memory(&mut self.store, "memory")
            .ok_or_else(|| Error::msg("the engine exports its memory"))?;
        memory.data_mut(&mut self.store)[..top as usize].fill(0);
        Ok(())
    }

    fn global(&mut self, name: &str) -> Result<Val> {
        let global = self.instance.get_global(&mut self.store, name);
        let global = global.ok_or_else(|| Error::msg(format!("there is no global {name}")))?;
        Ok(global.get(&mut self.store))
    }
}

impl InstanceState for State {
    async fn global_get(&mut self, name: &str, _: ValType) -> SnapshotVal {
        match self
            .global(name)
            .expect("the instrumented module exports its globals")
        {
            Val::I32(value) => SnapshotVal::I32(value),
            Val::I64(value) => SnapshotVal::I64(value),
            Val::F32(bits) => SnapshotVal::F32(bits),
            Val::F64(bits) => SnapshotVal::F64(bits),
            _ => unreachable!("the engine has only numeric globals"),
        }
    }

    async fn memory_contents(&mut self, name: &str, contents: impl FnOnce(&[u8]) + Send) {
        let memory = self.instance.get_memory(&mut self.store, name);
        contents(
            memory
                .expect("the engine exports its memory")
                .data(&self.store),
        );
    }
}

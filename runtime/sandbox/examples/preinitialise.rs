//! Pre-initialises the JavaScript engine guest.
//!
//! `cargo run -p hookmill-sandbox --example preinitialise -- IN TABLES OUT` runs
//! the freshly built engine module up to the point where every event starts
//! (the context made, the globals installed) and writes a module that begins
//! there, with the tables in its memory.
//! It is an example of this crate so that wasmtime is compiled only once; see
//! `guest-sdk/js-engine/README.md`. The output must depend on the input only.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use wasmtime::{Config, Engine, Error, Instance, Linker, Memory, Module, Result, Store, Val};
use wasmtime_wizer::{InstanceState, SnapshotVal, ValType, Wizer};

/// The guest's export that compiles its globals.
const GLOBALS: &str = "hookmill-globals";
/// The guest's export that makes room for tables.
const TABLES: &str = "hookmill-tables";
/// The guest's export that prepares its memory; not part of the output.
const INITIALISE: &str = "hookmill-initialise";
/// An address that the stack, growing down from its top, does not reach.
const DEEP_STACK: usize = 4_096;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, tables, output] = arguments.as_slice() else {
        return Err(Error::msg("usage: preinitialise IN TABLES OUT"));
    };
    let module = std::fs::read(input)?;
    let tables = std::fs::read(tables)?;
    std::fs::write(output, preinitialise(&module, &tables)?)?;
    Ok(())
}

fn preinitialise(module: &[u8], tables: &[u8]) -> Result<Vec<u8>> {
    let mut wizer = Wizer::new();
    wizer.init_func(INITIALISE);
    let (context, instrumented) = wizer.instrument(module)?;
    let engine = Engine::new(&Config::new())?;
    let instrumented = Module::new(&engine, &instrumented)?;
    // One instance compiles the globals, another one starts with a clean heap.
    let globals = State::new(&engine, &instrumented)?.globals()?;
    let mut state = State::new(&engine, &instrumented)?;
    state.initialise(&globals, tables)?;
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

/// An instance of the guest, which the snapshot reads once it is initialised.
struct State {
    store: Store<()>,
    instance: Instance,
}

impl State {
    fn new(engine: &Engine, module: &Module) -> Result<Self> {
        let mut linker = Linker::new(engine);
        // Preparing must not depend on the outside: any import is an error.
        linker.define_unknown_imports_as_traps(module)?;
        let mut store = Store::new(engine, ());
        let instance = linker.instantiate(&mut store, module)?;
        Ok(Self { store, instance })
    }

    /// The compiled globals; the guest returns the address of their address
    /// and length.
    fn globals(mut self) -> Result<Vec<u8>> {
        let compile = self
            .instance
            .get_typed_func::<(), u32>(&mut self.store, GLOBALS)?;
        let result = compile.call(&mut self.store, ())?;
        let [start, length] = [self.word(result)?, self.word(result + 4)?];
        let mut bytes = vec![0; length as usize];
        self.memory()?
            .read(&self.store, start as usize, &mut bytes)?;
        Ok(bytes)
    }

    fn initialise(&mut self, globals: &[u8], tables: &[u8]) -> Result<()> {
        let reserve = self
            .instance
            .get_typed_func::<u32, u32>(&mut self.store, TABLES)?;
        let place = reserve.call(&mut self.store, tables.len() as u32)?;
        self.memory()?
            .write(&mut self.store, place as usize, tables)?;
        let initialise = self
            .instance
            .get_typed_func::<(u32, u32, u32, u32), ()>(&mut self.store, INITIALISE)?;
        // The deep end of the stack, where it is cleared afterwards: in the
        // heap it would leave a hole.
        self.memory()?.write(&mut self.store, DEEP_STACK, globals)?;
        let globals = (DEEP_STACK as u32, globals.len() as u32);
        let tables = (place, tables.len() as u32);
        initialise.call(&mut self.store, (globals.0, globals.1, tables.0, tables.1))
    }

    fn memory(&mut self) -> Result<Memory> {
        let memory = self.instance.get_memory(&mut self.store, "memory");
        memory.ok_or_else(|| Error::msg("the engine exports its memory"))
    }

    fn word(&mut self, address: u32) -> Result<u32> {
        let mut bytes = [0; 4];
        self.memory()?
            .read(&self.store, address as usize, &mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    /// Zeroes what the initialisation left on the stack, which is the memory
    /// below the stack pointer: left-overs would only make the image larger.
    fn clear_stack(&mut self) -> Result<()> {
        // The one mutable global of a module without threads or relocation.
        let Val::I32(top) = self.global("__wizer_global_0")? else {
            return Err(Error::msg("the stack pointer is an i32"));
        };
        self.memory()?.data_mut(&mut self.store)[..top as usize].fill(0);
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

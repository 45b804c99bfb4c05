//! A JavaScript handler and its engine in one component, for whoever wants
//! one file that runs on any host of `hookmill:transform`.
//!
//! The engine is started with the program in its memory, and what its memory
//! then holds becomes the component's initial memory. The program itself runs
//! afresh for each event, as in the shared engine. The steps and the engine's
//! exports are described in the engine guest's README; it speaks the canonical
//! ABI, which is written out here because a core module is what can be
//! snapshotted.

use crate::build::{BuildError, component_from_core_module};
use crate::config::Compile;
use crate::javascript;
use crate::typescript;
use hookmill_domain::fault::Position;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use wasm_encoder::{ProducersField, ProducersSection, RawSection, Section as _};
use wasmparser::{Parser, Payload};
use wasmtime::{Config, Engine, Instance, Linker, Memory, Module, OptLevel, Store, Val};
use wasmtime_wizer::{InstanceState, SnapshotVal, ValType, Wizer};
use wit_component::StringEncoding;
use wit_parser::Resolve;

/// The contract, for the description inside the component.
const CONTRACT: &str = include_str!("../../../wit/transform.wit");

const COMPILE: &str = "hookmill:js-engine/engine@1.0.0#compile";
const LOAD: &str = "hookmill-load";

/// Fuel for compiling one source, including what its top level does.
const FUEL_MAX: u64 = 5_000_000_000;

/// Makes a component of the world `hookmill:transform/transform` that runs
/// this handler and imports nothing but `log` and `clock`.
///
/// # Errors
/// [`BuildError::Source`] says where the source is wrong; the others are ours.
pub fn standalone_from_javascript(name: &str, source: &str) -> Result<Vec<u8>, BuildError> {
    let mut wizer = Wizer::new();
    wizer.init_func(LOAD);
    let (context, instrumented) = wizer.instrument(javascript::ENGINE).map_err(broken)?;
    // The code runs once: generating it fast matters more than fast code.
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .cranelift_opt_level(OptLevel::None);
    let engine = Engine::new(&config).map_err(broken)?;
    let module = Module::new(&engine, &instrumented).map_err(broken)?;
    let program = Snapshot::start(&engine, &module)
        .and_then(|mut throwaway| throwaway.compile(name, source))
        .map_err(broken)??;
    let mut state = Snapshot::start(&engine, &module).map_err(broken)?;
    state.load(&program).map_err(broken)?;
    let mut snapshot = pin!(wizer.snapshot(&context, &mut state));
    let module = match snapshot
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(module) => module.map_err(broken)?,
        Poll::Pending => unreachable!("reading an instance never waits"),
    };
    let component = component_from_core_module(&describe(&module)?)?;
    Ok(signed(component))
}

/// The same for TypeScript, whose types are removed first, in this process.
///
/// # Errors
/// The same, and [`BuildError::Source`] for what can't be removed.
pub fn standalone_from_typescript(name: &str, source: &str) -> Result<Vec<u8>, BuildError> {
    let stripped = typescript::strip_in(&Compile::InProcess, source)
        .map_err(BuildError::Engine)?
        .map_err(|refused| BuildError::Source {
            name: name.to_owned(),
            position: Some(refused.position()),
            message: refused.message,
        })?;
    standalone_from_javascript(name, &stripped)
}

fn broken(error: wasmtime::Error) -> BuildError {
    BuildError::Engine(format!("{error:#}"))
}

/// Says of a component that it is JavaScript: its code is the engine's, which
/// was written in other languages.
fn signed(mut component: Vec<u8>) -> Vec<u8> {
    let mut tool = ProducersField::new();
    tool.value("hookmill-javascript", env!("CARGO_PKG_VERSION"));
    let mut producers = ProducersSection::new();
    producers.field("processed-by", &tool);
    producers.append_to(&mut component);
    component
}

/// Replaces the engine's description of its own world by the contract's.
fn describe(module: &[u8]) -> Result<Vec<u8>, BuildError> {
    let failed = |error: String| BuildError::Engine(error);
    let mut out = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(|error| failed(error.to_string()))?;
        if matches!(&payload, Payload::CustomSection(section) if section.name().starts_with("component-type"))
        {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            out.section(&RawSection {
                id,
                data: &module[range],
            });
        }
    }
    let mut described = out.finish();
    let mut resolve = Resolve::default();
    let embed = |described: &mut Vec<u8>| {
        let package = resolve.push_str("transform.wit", CONTRACT)?;
        let world = resolve.select_world(&[package], Some("transform"))?;
        wit_component::embed_component_metadata(described, &resolve, world, StringEncoding::UTF8)
    };
    let mut embed = embed;
    embed(&mut described).map_err(|error| failed(format!("{error:#}")))?;
    Ok(described)
}

/// An instance of the engine, as the snapshot reads it.
struct Snapshot {
    store: Store<()>,
    instance: Instance,
    memory: Memory,
}

impl Snapshot {
    fn start(engine: &Engine, module: &Module) -> wasmtime::Result<Self> {
        let mut linker = Linker::new(engine);
        let mut store = Store::new(engine, ());
        // A program's top level may log or read the time; here nobody listens
        // and it is 1970, so nothing of the outside gets into the result.
        linker.define_unknown_imports_as_default_values(&mut store, module)?;
        store.set_fuel(FUEL_MAX)?;
        let instance = linker.instantiate(&mut store, module)?;
        let memory = instance
            .get_memory(&mut store, "memory")
            .ok_or_else(|| wasmtime::format_err!("the engine exports no memory"))?;
        Ok(Self {
            store,
            instance,
            memory,
        })
    }

    /// Calls `compile: func(string, string) -> result<list<u8>, diagnostic>`.
    fn compile(
        &mut self,
        name: &str,
        source: &str,
    ) -> wasmtime::Result<Result<Vec<u8>, BuildError>> {
        let compile = self
            .instance
            .get_typed_func::<(i32, i32, i32, i32), i32>(&mut self.store, COMPILE)?;
        let (source, source_len) = self.put(source.as_bytes())?;
        let (file, file_len) = self.put(name.as_bytes())?;
        let result = compile.call(&mut self.store, (source, source_len, file, file_len))?;
        let at = usize::try_from(result)?;
        if self.bytes(at, 1)? == [0] {
            return self.list(at + 4).map(Ok);
        }
        let message = String::from_utf8_lossy(&self.list(at + 4)?).into_owned();
        let position = if self.bytes(at + 12, 1)? == [1] {
            Some(Position {
                line: self.word(at + 16)?,
                column: self.word(at + 20)?,
            })
        } else {
            None
        };
        Ok(Err(BuildError::Source {
            name: name.to_owned(),
            message,
            position,
        }))
    }

    /// Hands the program over.
    fn load(&mut self, program: &[u8]) -> wasmtime::Result<()> {
        let load = self
            .instance
            .get_typed_func::<(i32, i32), i32>(&mut self.store, LOAD)?;
        let (start, length) = self.put(program)?;
        match load.call(&mut self.store, (start, length))? {
            0 => Ok(()),
            code => Err(wasmtime::format_err!("`{LOAD}` returned {code}")),
        }
    }

    fn put(&mut self, bytes: &[u8]) -> wasmtime::Result<(i32, i32)> {
        let realloc = self
            .instance
            .get_typed_func::<(i32, i32, i32, i32), i32>(&mut self.store, "cabi_realloc")?;
        let length = i32::try_from(bytes.len())?;
        let start = realloc.call(&mut self.store, (0, 0, 1, length))?;
        self.memory
            .write(&mut self.store, usize::try_from(start)?, bytes)?;
        Ok((start, length))
    }

    fn bytes(&self, start: usize, length: usize) -> wasmtime::Result<&[u8]> {
        self.memory
            .data(&self.store)
            .get(start..start.saturating_add(length))
            .ok_or_else(|| wasmtime::format_err!("the engine points outside its memory"))
    }

    fn word(&self, at: usize) -> wasmtime::Result<u32> {
        Ok(u32::from_le_bytes(self.bytes(at, 4)?.try_into()?))
    }

    fn list(&self, at: usize) -> wasmtime::Result<Vec<u8>> {
        let start = usize::try_from(self.word(at)?)?;
        let length = usize::try_from(self.word(at + 4)?)?;
        Ok(self.bytes(start, length)?.to_vec())
    }
}

impl InstanceState for Snapshot {
    async fn global_get(&mut self, name: &str, _: ValType) -> SnapshotVal {
        let global = self
            .instance
            .get_global(&mut self.store, name)
            .expect("the instrumented engine exports its globals");
        match global.get(&mut self.store) {
            Val::I32(value) => SnapshotVal::I32(value),
            Val::I64(value) => SnapshotVal::I64(value),
            Val::F32(bits) => SnapshotVal::F32(bits),
            Val::F64(bits) => SnapshotVal::F64(bits),
            _ => unreachable!("the engine has only numeric globals"),
        }
    }

    async fn memory_contents(&mut self, name: &str, contents: impl FnOnce(&[u8]) + Send) {
        let memory = self
            .instance
            .get_memory(&mut self.store, name)
            .expect("the instrumented engine exports its memory");
        contents(memory.data(&self.store));
    }
}

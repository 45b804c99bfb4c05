//! A JavaScript handler and its engine in one component, for authors who
//! want one file that runs on any host of `hookmill:transform`.
//!
//! The engine runs the program's top level, and what its memory then holds
//! becomes the component's initial memory. A top level that reads the clock,
//! draws random numbers or logs would give something else the next time: such a
//! program runs afresh for each event, as in the shared engine. The steps and
//! the engine's exports are described in the engine guest's README; it speaks
//! the canonical ABI, which is written out here because a core module is what
//! can be snapshotted.

use crate::build::component::{self, BuildError};
use crate::build::contract;
use crate::caps::{COMPILE_CAPS, FROZEN_PROGRAM_BYTES_MAX};
use crate::program::excerpt::Excerpt;
use crate::program::shared_engine::ENGINE_HOST;
use crate::program::typescript;
use crate::run::javascript;
use hookmill_domain::fault::Position;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use wasm_encoder::RawSection;
use wasm_metadata::Producers;
use wasmparser::Parser;
use wasmtime::{Caller, Config, Engine, Instance, Linker, Memory, Module, OptLevel, Store, Val};
use wasmtime_wizer::{InstanceState, SnapshotVal, ValType, Wizer};

const COMPILE: &str = "hookmill:js-engine/engine@1.0.0#compile";
const START: &str = "hookmill:js-engine/engine@1.0.0#start";
const MEMORY: &str = "hookmill:js-engine/engine@1.0.0#memory";
const LOAD: &str = "hookmill-load";

/// A component made of a handler.
#[derive(Clone, Debug)]
pub struct Standalone {
    /// The component.
    pub component: Vec<u8>,
    /// When its top level runs.
    pub top_level: TopLevel,
}

/// When a program's top level runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopLevel {
    /// It has run: events find what it left.
    Ahead,
    /// For each event, because it reads the clock or logs.
    ReachesOut,
    /// For each event, because it draws random numbers.
    DrawsRandom,
    /// For each event, because it leaves more memory than may be kept.
    TooLarge,
}

/// Makes a component of the world `hookmill:transform/transform` that runs
/// this handler and imports nothing but `log` and `clock`.
///
/// # Errors
/// [`BuildError::Source`] says where the source is wrong; the others are ours.
pub fn standalone_from_javascript(name: &str, source: &str) -> Result<Standalone, BuildError> {
    standalone(Origin { name, source }, source)
}

/// `code` is what runs of the source, with the same lines and columns.
fn standalone(origin: Origin<'_>, code: &str) -> Result<Standalone, BuildError> {
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
        .and_then(|mut throwaway| throwaway.compile(origin, code))
        .map_err(broken)??;
    let mut state = Snapshot::start(&engine, &module).map_err(broken)?;
    let top_level = state.run_top_level(origin, &program).map_err(broken)??;
    if top_level != TopLevel::Ahead {
        state = Snapshot::start(&engine, &module).map_err(broken)?;
        state.load(&program).map_err(broken)?;
    }
    let mut snapshot = pin!(wizer.snapshot(&context, &mut state));
    let module = match snapshot
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(module) => module.map_err(broken)?,
        Poll::Pending => unreachable!("reading an instance never waits"),
    };
    let component = component::encode(&describe(&module)?, Some((ENGINE_HOST, &no_engine_host())))
        .map_err(BuildError::Encode)?;
    Ok(Standalone {
        component: signed(&component)?,
        top_level,
    })
}

/// A source, for messages.
#[derive(Clone, Copy)]
struct Origin<'a> {
    name: &'a str,
    source: &'a str,
}

/// Makes a component of a handler in TypeScript, whose types are removed first,
/// in this process; otherwise as [`standalone_from_javascript`] does.
///
/// # Errors
/// [`BuildError::Source`] says where the source is wrong, or has types that can't
/// be removed; the others are ours.
pub fn standalone_from_typescript(name: &str, source: &str) -> Result<Standalone, BuildError> {
    let stripped = typescript::strip(source)
        .map_err(BuildError::Engine)?
        .map_err(|refused| BuildError::Source {
            name: name.to_owned(),
            position: Some(refused.position()),
            excerpt: Excerpt::of(source, refused.position()),
            message: refused.message,
        })?;
    standalone(Origin { name, source }, &stripped)
}

fn broken(error: wasmtime::Error) -> BuildError {
    BuildError::Engine(format!("{error:#}"))
}

/// Says of a component that it is JavaScript: its code is the engine's, which
/// was written in other languages.
fn signed(component: &[u8]) -> Result<Vec<u8>, BuildError> {
    let mut producers = Producers::empty();
    let version = env!("CARGO_PKG_VERSION");
    producers.add("processed-by", "hookmill-javascript", version);
    let signed = producers.add_to_wasm(component);
    signed.map_err(|error| BuildError::Engine(format!("{error:#}")))
}

/// Answers what the JavaScript engine asks of its own host, where it has another
/// one: a run is never over before the sandbox ends it.
fn no_engine_host() -> Vec<u8> {
    use wasm_encoder::{
        CodeSection, ExportKind, ExportSection, Function, FunctionSection, Module, TypeSection,
        ValType,
    };
    let mut types = TypeSection::new();
    types.ty().function([], [ValType::I32]);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut exports = ExportSection::new();
    exports.export("is-over", ExportKind::Func, 0);
    let mut code = CodeSection::new();
    let mut function = Function::new([]);
    function.instructions().i32_const(0).end();
    code.function(&function);
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&exports)
        .section(&code);
    module.finish()
}

/// Replaces the engine's description of its own world by the contract's.
fn describe(module: &[u8]) -> Result<Vec<u8>, BuildError> {
    let failed = BuildError::Engine;
    let mut out = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(|error| failed(error.to_string()))?;
        if contract::is_description(&payload) {
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
    contract::describe(&mut described).map_err(failed)?;
    Ok(described)
}

/// An instance of the engine, as the snapshot reads it.
struct Snapshot {
    /// Whether the program read the clock or logged.
    store: Store<bool>,
    instance: Instance,
    memory: Memory,
    /// The memory to keep, once the top level has run.
    kept: Option<Vec<u8>>,
}

impl Snapshot {
    fn start(engine: &Engine, module: &Module) -> wasmtime::Result<Self> {
        let mut linker = Linker::new(engine);
        let mut store = Store::new(engine, false);
        // A program's top level may log or read the time; here nobody listens
        // and it is 1970, so nothing of the outside gets into the result.
        for import in module.imports() {
            let Some(of) = import.ty().func().cloned() else {
                continue;
            };
            let is_ours = import.module() == ENGINE_HOST;
            let answer = of.clone();
            linker.func_new(
                import.module(),
                import.name(),
                of,
                move |mut caller: Caller<'_, bool>, _, results| {
                    *caller.data_mut() |= !is_ours;
                    for (result, of) in results.iter_mut().zip(answer.results()) {
                        *result = Val::default_for_ty(&of).unwrap_or(Val::I32(0));
                    }
                    Ok(())
                },
            )?;
        }
        store.set_fuel(COMPILE_CAPS.fuel_max)?;
        let instance = linker.instantiate(&mut store, module)?;
        let memory = instance
            .get_memory(&mut store, "memory")
            .ok_or_else(|| wasmtime::format_err!("the engine exports no memory"))?;
        Ok(Self {
            store,
            instance,
            memory,
            kept: None,
        })
    }

    /// Calls `compile: func(string, string) -> result<list<u8>, diagnostic>`.
    fn compile(
        &mut self,
        origin: Origin<'_>,
        code: &str,
    ) -> wasmtime::Result<Result<Vec<u8>, BuildError>> {
        let compile = self
            .instance
            .get_typed_func::<(i32, i32, i32, i32), i32>(&mut self.store, COMPILE)?;
        let (source, source_len) = self.put(code.as_bytes())?;
        let (file, file_len) = self.put(origin.name.as_bytes())?;
        let result = compile.call(&mut self.store, (source, source_len, file, file_len))?;
        let at = usize::try_from(result)?;
        if self.bytes(at, 1)? == [0] {
            return self.list(at + 4).map(Ok);
        }
        self.diagnostic(origin, at + 4).map(Err)
    }

    /// Calls `start: func(list<u8>) -> result<bool, diagnostic>`, and then
    /// `memory: func(u32) -> option<list<u8>>`.
    fn run_top_level(
        &mut self,
        origin: Origin<'_>,
        program: &[u8],
    ) -> wasmtime::Result<Result<TopLevel, BuildError>> {
        let start = self
            .instance
            .get_typed_func::<(i32, i32), i32>(&mut self.store, START)?;
        let memory = self
            .instance
            .get_typed_func::<i32, i32>(&mut self.store, MEMORY)?;
        let (program, length) = self.put(program)?;
        let at = usize::try_from(start.call(&mut self.store, (program, length))?)?;
        if self.bytes(at, 1)? != [0] {
            return self.diagnostic(origin, at + 4).map(Err);
        }
        if *self.store.data() {
            return Ok(Ok(TopLevel::ReachesOut));
        }
        if self.bytes(at + 4, 1)? == [1] {
            return Ok(Ok(TopLevel::DrawsRandom));
        }
        let bytes_max = i32::try_from(FROZEN_PROGRAM_BYTES_MAX)?;
        let at = usize::try_from(memory.call(&mut self.store, bytes_max)?)?;
        if self.bytes(at, 1)? == [0] {
            return Ok(Ok(TopLevel::TooLarge));
        }
        self.kept = Some(self.list(at + 4)?);
        Ok(Ok(TopLevel::Ahead))
    }

    /// Reads a diagnostic.
    fn diagnostic(&self, origin: Origin<'_>, at: usize) -> wasmtime::Result<BuildError> {
        let message = String::from_utf8_lossy(&self.list(at)?).into_owned();
        let position = if self.bytes(at + 8, 1)? == [1] {
            Some(Position {
                line: self.word(at + 12)?,
                column: self.word(at + 16)?,
            })
        } else {
            None
        };
        Ok(BuildError::Source {
            name: origin.name.to_owned(),
            message,
            position,
            excerpt: position.and_then(|at| Excerpt::of(origin.source, at)),
        })
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
        contents(self.kept.as_deref().unwrap_or(memory.data(&self.store)));
    }
}

//! Compiling WebAssembly: in this process, or in a child that can be killed.
//!
//! A hostile component can make any compiler run for minutes or use all
//! memory, and wasmtime does not count that as a bug of its own. So untrusted
//! components compile in a [`child`].

use crate::caps::ChildLimits;
use crate::child::{self, Answer, Breach, Failure, Task};
use crate::config::Compile;
use crate::engine;
use crate::program::artifact::Artifact;
use crate::program::explain::{Refusal, explain};
use crate::program::pool_limit::PoolLimit;
use std::io;
use wasmtime::Engine;
use wasmtime::error::OutOfMemory;

/// Why there is no compiled code.
#[derive(Debug)]
pub(crate) enum CompileError {
    /// The component is at fault.
    Refused(Refusal),
    /// It is too much for the compiler.
    Breach(Breach),
    /// Its code exceeds a limit of the pool of instances.
    PoolLimit(PoolLimit),
    /// We are at fault.
    Ours(String),
}

/// Compiles a component.
pub(crate) fn compile(
    engine: &Engine,
    wasm: &[u8],
    how: &Compile,
    limits: &ChildLimits,
) -> Result<Artifact, CompileError> {
    let code =
        match how {
            Compile::InProcess => precompile(engine, wasm)
                .map_err(|error| CompileError::Refused(explain(wasm, &error))),
            Compile::Child { exe } => {
                child::run(exe, Task::Compile, wasm, limits).map_err(|failure| match failure {
                    Failure::Refused(why) => Refusal::from_bytes(&why)
                        .map_or_else(CompileError::Ours, CompileError::Refused),
                    Failure::Breach(breach) => CompileError::Breach(breach),
                    Failure::Ours(why) => CompileError::Ours(why),
                })
            }
        };
    code.map(Artifact::from_compiler)
}

/// The child's side of it: says also why a component is refused, because to
/// find that out means to parse all of it, several times.
pub(crate) fn perform(wasm: &[u8]) -> Answer {
    match engine::compiler().and_then(|engine| precompile(&engine, wasm)) {
        Ok(code) => Answer::Result(code),
        Err(error) if is_out_of_memory(&error) => Answer::OutOfMemory,
        Err(error) => Answer::Refused(explain(wasm, &error).to_bytes()),
    }
}

fn precompile(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Vec<u8>> {
    engine.precompile_component(wasm)
}

/// Whether a failure comes from the lack of memory, wherever in its chain.
fn is_out_of_memory(error: &wasmtime::Error) -> bool {
    let of_system = |error: &io::Error| error.kind() == io::ErrorKind::OutOfMemory;
    error.is::<OutOfMemory>()
        || error
            .chain()
            .any(|error| error.downcast_ref().is_some_and(of_system))
}

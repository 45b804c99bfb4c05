//! From what a tenant gave to a program that can run, or a sentence that says
//! why not.
//!
//! Order matters: cheap looks first, then the compiler, then an instance. No
//! tenant's code runs here but a component's start functions, within limits.

use crate::bindings::transform::TransformPre;
use crate::caps::{COMPILE_CAPS, ChildLimits, TRIAL_DEADLINE_MS};
use crate::config::{Compile, Config};
use crate::program::artifact::Artifact;
use crate::program::asynchronous;
use crate::program::cache::Cache;
use crate::program::compile::{CompileError, compile};
use crate::program::engine_memory;
use crate::program::excerpt::Excerpt;
use crate::program::explain::ASYNCHRONOUS;
use crate::program::file_kind::FileKind;
use crate::program::frozen::{Budget, Frozen};
use crate::program::load_error::LoadError;
use crate::program::load_failure::{at_load, not_compiled, refused, unavailable};
use crate::program::loaded::{Code, JavaScript, Loaded, WasiUse};
use crate::program::pool_limit;
use crate::program::shared_engine::SharedEngine;
use crate::program::survey::survey;
use crate::program::typescript;
use crate::run::execute::try_instantiate;
use crate::run::fault_text;
use crate::run::host::Host;
use crate::run::invocation::{Invocation, RunError};
use crate::run::javascript;
use crate::wasi::http;
use bytes::Bytes;
use hookmill_domain::UnixMs;
use hookmill_domain::caps::{SOURCE_BYTES_MAX, SandboxCaps};
use hookmill_domain::program::{ProgramDigest, ProgramKind};
use hookmill_domain::request::Method;
use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use wasmtime::component::Component;

/// Loads programs and keeps what they share: the cache and the JavaScript
/// engine.
pub(crate) struct Loader {
    cache: Cache,
    compile: Compile,
    child: ChildLimits,
    memory_bytes_max: usize,
    top_level_fuel_max: u64,
    frozen: Budget,
    engine: Mutex<Option<Arc<SharedEngine>>>,
}

impl Loader {
    pub(crate) fn new(cache: Cache, config: &Config) -> Self {
        Self {
            cache,
            compile: config.compile.clone(),
            child: config.child,
            memory_bytes_max: config.ceiling.memory_bytes_max,
            top_level_fuel_max: config.top_level_fuel_max,
            frozen: Budget::new(config.frozen_bytes_max),
            engine: Mutex::new(None),
        }
    }

    /// Loads a component, on a thread that may run guests.
    pub(crate) fn component(
        &self,
        host: &Host,
        name: &str,
        wasm: &[u8],
    ) -> Result<Loaded, LoadError> {
        let survey = survey(name, wasm, self.memory_bytes_max)?;
        let digest = ProgramDigest::of(wasm);
        let component = self
            .compiled(host, &digest, &self.compile, || Ok(wasm.to_vec()))
            .map_err(|error| match not_compiled(name, error) {
                LoadError::NeedsFeature { name, feature, .. } if feature == ASYNCHRONOUS => {
                    let advice = asynchronous::advice(wasm);
                    LoadError::NeedsFeature {
                        name,
                        feature,
                        advice,
                    }
                }
                error => error,
            })?;
        let mut linker = Cow::Borrowed(&host.linker);
        let linked = if survey.imports_http {
            http::link(linker.to_mut(), &component)
        } else {
            Ok(())
        };
        let pre = linked
            .and_then(|()| linker.instantiate_pre(&component))
            .map_err(|error| LoadError::WrongImport {
                name: name.to_owned(),
                message: fault_text::sentence(&format!("{error:#}")),
            })?;
        let pre = TransformPre::new(pre).map_err(|error| LoadError::WrongExport {
            name: name.to_owned(),
            message: fault_text::sentence(&format!("{error:#}")),
        })?;
        let wasi = if survey.imports_wasi {
            WasiUse::Linked
        } else {
            WasiUse::None
        };
        let trial = trial_invocation(host);
        match try_instantiate(host, &pre, wasi, &trial) {
            Ok(Ok(())) => Ok(Loaded {
                name: name.to_owned(),
                digest,
                kind: ProgramKind::Component,
                code: Code::Component { pre, wasi },
            }),
            Ok(Err(failure)) => Err(LoadError::InstantiationFailed {
                name: name.to_owned(),
                fault: at_load(failure.fault, &trial.caps),
                log_begins: fault_text::sentence(failure.logs.lines().next().unwrap_or("")),
            }),
            Err(source) => Err(unavailable(name, source)),
        }
    }

    /// Loads a JavaScript source, on a thread that may run guests.
    pub(crate) fn javascript(
        &self,
        host: &Host,
        name: &str,
        source: &str,
    ) -> Result<Loaded, LoadError> {
        check_source(name, source)?;
        Ok(Loaded {
            name: name.to_owned(),
            digest: ProgramDigest::of(source.as_bytes()),
            kind: ProgramKind::JavaScript,
            code: self.program(host, name, source, source)?,
        })
    }

    /// Loads a TypeScript source, on a thread that may run guests.
    pub(crate) fn typescript(
        &self,
        host: &Host,
        name: &str,
        source: &str,
    ) -> Result<Loaded, LoadError> {
        check_source(name, source)?;
        let digest = ProgramDigest::of(source.as_bytes());
        let stripped = self.stripped(name, source, &digest)?;
        Ok(Loaded {
            name: name.to_owned(),
            digest,
            kind: ProgramKind::TypeScript,
            code: self.program(host, name, &stripped, source)?,
        })
    }

    /// A TypeScript source without its types, from the cache or made now.
    fn stripped(
        &self,
        name: &str,
        source: &str,
        digest: &ProgramDigest,
    ) -> Result<String, LoadError> {
        let key = Cache::text_key(digest);
        if let Some(text) = self.cache.read_text(&key) {
            return Ok(text);
        }
        let stripped = typescript::strip_in(&self.compile, source)
            .map_err(|error| not_compiled(name, error))?;
        let text = stripped.map_err(|refused| LoadError::SyntaxError {
            name: name.to_owned(),
            position: Some(refused.position()),
            message: fault_text::kept(&refused.message),
            excerpt: Excerpt::of(source, refused.position()),
        })?;
        self.cache.write_text(&key, &text);
        Ok(text)
    }

    /// Compiles JavaScript to bytecode, and runs its top level once. `source` is
    /// what its owner wrote, with the same lines and columns.
    fn program(
        &self,
        host: &Host,
        name: &str,
        code: &str,
        source: &str,
    ) -> Result<Code, LoadError> {
        let engine = self
            .javascript_engine(host)
            .map_err(|error| unavailable(name, error))?;
        let refused = |error| match error {
            javascript::CompileError::Refused(diagnostic) => refused(name, source, diagnostic),
            javascript::CompileError::Fault(fault) => LoadError::CompileFailed {
                name: name.to_owned(),
                message: at_load(fault, &host.admit(&COMPILE_CAPS)).message,
            },
            javascript::CompileError::Ours(error) => unavailable(name, error),
        };
        let shipped = &engine.shipped;
        let bytecode = javascript::compile(host, shipped, name, code).map_err(refused)?;
        let started = javascript::run_top_level(host, shipped, &bytecode, self.top_level_fuel_max)
            .map_err(refused)?;
        if let Some(memory) = &started.memory {
            if let Some(reserved) = self.frozen.reserve(memory.len()) {
                let engine = engine
                    .with_memory(host, memory)
                    .map_err(|error| unavailable(name, RunError::Internal(format!("{error:#}"))))?;
                let frozen = Frozen::new(engine, reserved);
                return Ok(Code::JavaScript(JavaScript::Frozen(frozen)));
            }
            tracing::warn!(
                transform.name = name,
                "its top level takes {} units of fuel for each event: there is no room to keep what it leaves",
                started.fuel
            );
        }
        Ok(Code::JavaScript(JavaScript::Afresh {
            engine: Arc::clone(shipped),
            bytecode,
        }))
    }

    /// The JavaScript engine, made ready on first use.
    pub(crate) fn javascript_engine(&self, host: &Host) -> Result<Arc<SharedEngine>, RunError> {
        let mut slot = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(engine) = &*slot {
            return Ok(Arc::clone(engine));
        }
        let digest = ProgramDigest::of(javascript::ENGINE);
        let broken = |error: &dyn std::fmt::Debug| {
            RunError::Internal(format!("the JavaScript engine: {error:?}"))
        };
        // Our own guest is trusted, so it compiles here.
        let component = self
            .compiled(host, &digest, &Compile::InProcess, || {
                crate::build::component_from_core_module(javascript::ENGINE)
                    .map_err(|error| error.to_string())
                    .and_then(|component| engine_memory::without_memory(&component))
                    .map_err(CompileError::Ours)
            })
            .map_err(|error| broken(&error))?;
        let memory =
            engine_memory::memory_of(javascript::ENGINE).map_err(|error| broken(&error))?;
        let engine = SharedEngine::new(host, component, &memory).map_err(|error| broken(&error))?;
        Ok(Arc::clone(slot.insert(Arc::new(engine))))
    }

    /// The component from the cache, or compiled and put there.
    fn compiled(
        &self,
        host: &Host,
        digest: &ProgramDigest,
        how: &Compile,
        wasm: impl FnOnce() -> Result<Vec<u8>, CompileError>,
    ) -> Result<Component, CompileError> {
        let key = self.cache.key(digest);
        let ready = |artifact: &Artifact| -> wasmtime::Result<Component> {
            let component = artifact.load(&host.engine)?;
            component.initialize_copy_on_write_image()?;
            Ok(component)
        };
        if let Some(component) = self.cache.read(&key).and_then(|code| ready(&code).ok()) {
            return Ok(component);
        }
        let artifact = compile(&host.engine, &wasm()?, how, &self.child)?;
        let ours = |error: wasmtime::Error| CompileError::Ours(format!("{error:#}"));
        let component = artifact.load(&host.engine);
        let component = component.map_err(|error| match pool_limit::exceeded(&artifact) {
            Some(limit) => CompileError::PoolLimit(limit),
            None => ours(error),
        })?;
        // Needs memory of the system's: when that fails, nothing is too large.
        component.initialize_copy_on_write_image().map_err(ours)?;
        self.cache.write(&key, &artifact);
        Ok(component)
    }
}

/// What can be told of a source without parsing it.
fn check_source(name: &str, source: &str) -> Result<(), LoadError> {
    if source.len() > SOURCE_BYTES_MAX {
        return Err(LoadError::TooLarge {
            name: name.to_owned(),
            bytes: source.len(),
            bytes_max: SOURCE_BYTES_MAX,
        });
    }
    // To a parser of JavaScript it would be a stray character.
    match FileKind::of(source.as_bytes()) {
        kind @ (FileKind::CoreModule | FileKind::Component | FileKind::Precompiled) => {
            Err(LoadError::NotJavaScript {
                name: name.to_owned(),
                kind,
            })
        }
        _ => Ok(()),
    }
}

/// What a component is instantiated with to see whether it can be.
fn trial_invocation(host: &Host) -> Invocation {
    Invocation {
        event_type: String::new(),
        url: String::new(),
        method: Method::Post,
        headers: Vec::new(),
        content_type: None,
        payload: Bytes::from_static(b"{}"),
        event_id: String::new(),
        delivery_id: String::new(),
        received_at: UnixMs(0),
        env: Arc::new([]),
        params: Bytes::new(),
        // Fuel decides, not the clock: what is refused must not depend on how
        // busy the machine is. Memory is what any endpoint may be given: which
        // one this is for, and so its limit, is not known here.
        caps: host.admit(&SandboxCaps {
            deadline_ms: TRIAL_DEADLINE_MS,
            memory_bytes_max: SandboxCaps::CEILING.memory_bytes_max,
            ..SandboxCaps::default()
        }),
    }
}

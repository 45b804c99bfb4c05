//! The sandbox of a process: loads programs, runs them, ends.

use crate::caps::THREAD_STACK_BYTES;
use crate::config::Config;
use crate::engine;
use crate::program::cache::Cache;
use crate::program::load::Loader;
use crate::program::load_error::LoadError;
use crate::program::loaded::{Loaded, Program};
use crate::program::source::Source;
use crate::run::execute::{execute, panicked};
use crate::run::host::Host;
use crate::run::invocation::{Invocation, Run, RunError};
use crate::run::profile::{Profile, profile};
use crate::turns::{JobNumber, Queue};
use hookmill_domain::TenantId;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use tokio::sync::oneshot;

/// The sandbox of a process. Cheap to clone; the last clone to go ends its
/// threads.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    /// First, so that the threads have ended before what they use goes.
    queue: Queue,
    shared: Arc<Shared>,
}

struct Shared {
    host: Host,
    loader: Loader,
}

/// The sandbox can't start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The machine gives no address space for instances, or no thread.
    #[error("the sandbox can't start: {0}")]
    Engine(String),
    /// The cache folder can't be used.
    #[error("can't use the cache folder {path}: {message}")]
    CacheDir {
        /// The folder.
        path: String,
        /// Why.
        message: String,
    },
}

impl Sandbox {
    /// Reserves address space and prepares the cache folder. Cheap: threads
    /// and the JavaScript engine start when they are first needed.
    ///
    /// # Errors
    /// [`StartError`]: the machine lacks something.
    pub fn start(config: Config) -> Result<Self, StartError> {
        let host =
            Host::start(&config).map_err(|error| StartError::Engine(format!("{error:#}")))?;
        let compatibility = engine::compatibility(&host.engine);
        let cache = Cache::open(&config.cache_dir, compatibility).map_err(|error| {
            StartError::CacheDir {
                path: config.cache_dir.display().to_string(),
                message: error.to_string(),
            }
        })?;
        let loader = Loader::new(cache, &config);
        Ok(Self(Arc::new(Inner {
            queue: Queue::new(config.threads, config.queue_max),
            shared: Arc::new(Shared { host, loader }),
        })))
    }

    /// Loads a program and checks everything that can be known before its
    /// first event. Blocks for as long as compiling takes; never call it on a
    /// thread of an async runtime.
    ///
    /// # Errors
    /// [`LoadError`], each a sentence for the program's owner.
    pub fn load(&self, source: Source<'_>) -> Result<Program, LoadError> {
        let shared = &self.0.shared;
        // Guests need a stack of known size, and compiling must not take the
        // sandbox's threads away from events: so a thread of its own.
        std::thread::scope(|scope| {
            let work = || {
                let load = AssertUnwindSafe(|| shared.load(source));
                catch_unwind(load).unwrap_or_else(|panic| {
                    Err(LoadError::Unavailable {
                        name: source.name().to_owned(),
                        source: panicked(&*panic),
                    })
                })
            };
            let failed = |error: String| LoadError::Unavailable {
                name: source.name().to_owned(),
                source: RunError::Internal(error),
            };
            std::thread::Builder::new()
                .name("sandbox-load".into())
                .stack_size(THREAD_STACK_BYTES)
                .spawn_scoped(scope, work)
                .map_err(|error| failed(format!("can't start a thread: {error}")))?
                .join()
                .unwrap_or_else(|panic| Err(failed(panicked(&*panic).to_string())))
        })
        .map(|loaded| Program(Arc::new(loaded)))
    }

    /// Makes the JavaScript engine ready, which otherwise the first JavaScript
    /// program does. Blocks; the first time on a machine it compiles.
    ///
    /// # Errors
    /// [`RunError::Internal`] when the engine does not load.
    pub fn warm_up(&self) -> Result<(), RunError> {
        let shared = &self.0.shared;
        shared.loader.javascript_engine(&shared.host).map(|_| ())
    }

    /// Runs a program over one event, on a fresh instance, on a thread of the
    /// sandbox; tenants take turns there. Dropping the future takes the run
    /// out of the queue, unless it has begun: then it goes on to its end, and
    /// its result is dropped.
    ///
    /// # Errors
    /// [`RunError`], never the program's fault.
    pub async fn run(
        &self,
        tenant: TenantId,
        program: &Program,
        invocation: Invocation,
    ) -> Result<Run, RunError> {
        let (sender, receiver) = oneshot::channel();
        let shared = Arc::clone(&self.0.shared);
        let program = Arc::clone(&program.0);
        let job = Box::new(move || {
            // Nobody waits any more when it is closed: the result has no use.
            if !sender.is_closed() {
                let _ = sender.send(execute(&shared.host, &program, invocation));
            }
        });
        let number = self.0.queue.submit(tenant, job)?;
        let _waiting = Waiting {
            queue: &self.0.queue,
            tenant,
            number,
        };
        receiver.await.unwrap_or(Err(RunError::Stopped))
    }

    /// Runs a program over one event as [`Sandbox::run`] does, for callers without
    /// an async runtime or tenants.
    ///
    /// # Errors
    /// [`RunError`], never the program's fault.
    pub fn run_blocking(&self, program: &Program, invocation: Invocation) -> Result<Run, RunError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let shared = Arc::clone(&self.0.shared);
        let program = Arc::clone(&program.0);
        let job = Box::new(move || {
            // The receiver waits below.
            let _ = sender.send(execute(&shared.host, &program, invocation));
        });
        self.0.queue.submit(TenantId::UNDECLARED, job)?;
        receiver.recv().unwrap_or(Err(RunError::Stopped))
    }

    /// Runs a program on the calling thread, which must have at least 4 MiB of
    /// stack left: a guest that exhausts a smaller one ends the process. For
    /// benchmarks and batch tools with threads of their own.
    ///
    /// # Errors
    /// [`RunError`], never the program's fault.
    pub fn run_here(&self, program: &Program, invocation: Invocation) -> Result<Run, RunError> {
        execute(&self.0.shared.host, &program.0, invocation)
    }

    /// Tells where a run's fuel goes, whatever it comes to. Takes much longer
    /// than the run itself, on a thread of its own, which this one waits for.
    ///
    /// # Errors
    /// [`RunError`], never the program's fault.
    pub fn profile(&self, program: &Program, invocation: Invocation) -> Result<Profile, RunError> {
        let host = &self.0.shared.host;
        let work = || {
            let profile = AssertUnwindSafe(|| profile(host, &program.0, invocation));
            catch_unwind(profile).unwrap_or_else(|panic| Err(panicked(&*panic)))
        };
        std::thread::scope(|scope| {
            std::thread::Builder::new()
                .name("sandbox-profile".into())
                .stack_size(THREAD_STACK_BYTES)
                .spawn_scoped(scope, work)
                .map_err(|error| RunError::Internal(format!("can't start a thread: {error}")))?
                .join()
                .unwrap_or_else(|panic| Err(panicked(&*panic)))
        })
    }

    /// The engine that guests run in. For the tests of the WebAssembly core
    /// specification alone, whose modules are not components: nothing else may
    /// go around [`Sandbox::run`].
    #[doc(hidden)]
    #[must_use]
    pub fn engine(&self) -> &wasmtime::Engine {
        &self.0.shared.host.engine
    }

    /// Refuses new runs, finishes those that wait, and ends the threads.
    /// Blocks until they have ended; a second call does nothing.
    pub fn stop(&self) {
        self.0.queue.stop();
    }
}

/// A run that somebody waits for. Dropping it takes the run out of the queue,
/// where it is still there.
struct Waiting<'q> {
    queue: &'q Queue,
    tenant: TenantId,
    number: JobNumber,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.queue.withdraw(self.tenant, self.number);
    }
}

impl Shared {
    fn load(&self, source: Source<'_>) -> Result<Loaded, LoadError> {
        match source {
            Source::JavaScript { name, text } => self.loader.javascript(&self.host, name, text),
            Source::TypeScript { name, text } => self.loader.typescript(&self.host, name, text),
            Source::Component { name, wasm } => self.loader.component(&self.host, name, wasm),
        }
    }
}

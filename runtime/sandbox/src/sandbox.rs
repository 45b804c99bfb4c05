//! The sandbox.
use crate::config::Config;
use crate::invocation::{Invocation, Run, RunError};
use crate::load_error::LoadError;
use crate::program::{Program, Source};
use std::sync::Arc;

/// The sandbox of a process. Cheap to clone.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    config: Config,
}

/// The sandbox can't start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The machine gives us no address space for instances.
    #[error("can't reserve address space for instances: {0}")]
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
        Ok(Self(Arc::new(Inner { config })))
    }

    /// Loads a program and checks everything that can be known before its
    /// first event. Blocks for as long as compiling takes.
    ///
    /// # Errors
    /// [`LoadError`], each a sentence for the program's owner.
    pub fn load(&self, source: Source<'_>) -> Result<Program, LoadError> {
        let _ = (&self.0.config, source);
        Err(LoadError::CompileFailed {
            name: String::new(),
            message: String::new(),
        })
    }

    /// Runs a program over one event, on a fresh instance, on a thread of the
    /// sandbox. Dropping the future takes the run out of the queue.
    ///
    /// # Errors
    /// [`RunError`], never the program's fault.
    pub async fn run(&self, program: &Program, invocation: Invocation) -> Result<Run, RunError> {
        let _ = (program, invocation);
        Err(RunError::Stopped)
    }

    /// The same as [`Sandbox::run`], for callers without an async runtime.
    ///
    /// # Errors
    /// [`RunError`], never the program's fault.
    pub fn run_blocking(&self, program: &Program, invocation: Invocation) -> Result<Run, RunError> {
        let _ = (program, invocation);
        Err(RunError::Stopped)
    }

    /// Refuses new runs, finishes those that wait, and ends the threads.
    /// Blocks until they have ended; a second call does nothing.
    pub fn stop(&self) {}
}

//! A sandbox without a relay: loads, runs and builds single transforms, for
//! the command line.
//!
//! It is the same sandbox, with the same limits, as the one that serves; only
//! smaller, and it compiles in this process, because the person who runs it
//! chose the transform. It must not open the store or the network.

use crate::caps::{FRAMES_MAX, QUEUE_MAX, SLOTS};
use hookmill_domain::program::ProgramKind;
use hookmill_sandbox::{
    Config, Invocation, LoadError, Profile, Program, Run, RunError, Sandbox, Source, StartError,
};
use std::path::Path;

/// A small sandbox.
pub(crate) struct AuthorSandbox {
    sandbox: Sandbox,
}

impl AuthorSandbox {
    /// Starts the sandbox. What it compiles is kept in `cache_dir`, which is
    /// made when it is missing, so that the next start need not compile again.
    ///
    /// # Errors
    /// The machine lacks something that the sandbox needs.
    pub(crate) fn open(cache_dir: &Path) -> Result<Self, StartError> {
        let config = Config {
            threads: 1,
            queue_max: QUEUE_MAX,
            slots: SLOTS,
            frames_max: FRAMES_MAX,
            ..Config::new(cache_dir)
        };
        Ok(Self {
            sandbox: Sandbox::start(config)?,
        })
    }

    /// Loads a transform; `name` stands in messages about it.
    ///
    /// # Errors
    /// What is wrong with it, in one sentence.
    pub(crate) fn load(
        &self,
        name: &str,
        kind: ProgramKind,
        bytes: &[u8],
    ) -> Result<Program, LoadError> {
        self.sandbox.load(Source::new(name, kind, bytes)?)
    }

    /// Runs a transform over one event. A fault of the transform is part of
    /// the result.
    ///
    /// # Errors
    /// The sandbox itself failed.
    pub(crate) fn run(&self, program: &Program, invocation: Invocation) -> Result<Run, RunError> {
        self.sandbox.run_blocking(program, invocation)
    }

    /// Makes ready what all programs of a kind share, so that loading one takes
    /// what it takes itself.
    ///
    /// # Errors
    /// The sandbox itself failed.
    pub(crate) fn warm_up_for(&self, kind: ProgramKind) -> Result<(), RunError> {
        match kind {
            ProgramKind::Component => Ok(()),
            _ => self.sandbox.warm_up(),
        }
    }

    /// Tells where the fuel of a run over one event goes.
    ///
    /// # Errors
    /// The sandbox itself failed.
    pub(crate) fn profile(
        &self,
        program: &Program,
        invocation: Invocation,
    ) -> Result<Profile, RunError> {
        self.sandbox.profile(program, invocation)
    }
}

//! Programs that are loaded.
//!
//! A [`Program`] exists only when everything that can be known before the
//! first event has been checked. It holds no state of any run.

use crate::bindings::javascript::SharedEnginePre;
use crate::bindings::transform::TransformPre;
use crate::program::frozen::Frozen;
use crate::run::guest::Guest;
use hookmill_domain::program::{ProgramDigest, ProgramKind};
use std::fmt;
use std::sync::Arc;

/// A program that is ready to run. Cheap to clone; belongs to the
/// [`Sandbox`](crate::Sandbox) that loaded it.
#[derive(Clone)]
pub struct Program(pub(crate) Arc<Loaded>);

pub(crate) struct Loaded {
    pub(crate) name: String,
    pub(crate) digest: ProgramDigest,
    pub(crate) kind: ProgramKind,
    pub(crate) code: Code,
}

pub(crate) enum Code {
    Component {
        pre: TransformPre<Guest>,
        wasi: WasiUse,
    },
    JavaScript(JavaScript),
}

/// A JavaScript program in the shared engine.
pub(crate) enum JavaScript {
    /// Its top level runs for each event.
    Afresh {
        /// The engine that made the bytecode.
        engine: Arc<SharedEnginePre<Guest>>,
        bytecode: Vec<u8>,
    },
    /// Its top level has run: instances begin with the memory that it left.
    Frozen(Frozen),
}

/// Whether a component imports WASI. One that doesn't never pays for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WasiUse {
    None,
    Linked,
}

impl Program {
    /// The digest of what was loaded: the source or the component.
    #[must_use]
    pub fn digest(&self) -> ProgramDigest {
        self.0.digest
    }

    /// Which kind of program it is.
    #[must_use]
    pub fn kind(&self) -> ProgramKind {
        self.0.kind
    }

    /// Bytes of memory that a JavaScript program's instances begin with, where
    /// its top level has run already; none where it runs for each event.
    #[must_use]
    pub fn frozen_bytes(&self) -> Option<usize> {
        match &self.0.code {
            Code::JavaScript(JavaScript::Frozen(frozen)) => Some(frozen.bytes()),
            _ => None,
        }
    }

    /// The file name that it was loaded under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("name", &self.name())
            .field("kind", &self.kind())
            .field("digest", &self.digest())
            .finish()
    }
}

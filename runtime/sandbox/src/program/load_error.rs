//! Why a program can't be loaded: one clear sentence for each mistake.
//!
//! Must not wrap foreign errors without naming what, where and what to do:
//! these texts are read by the person who pasted or uploaded the program.

use crate::child::Breach;
use crate::program::excerpt::Excerpt;
use crate::program::file_kind::FileKind;
use crate::run::invocation::RunError;
use hookmill_domain::fault::{Fault, Position};

/// A program was refused, or could not be checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// JavaScript that does not parse, or that throws before it declares its
    /// handler.
    #[error("{name}{}: {message}{}", at(position), excerpt.as_ref().map_or_else(String::new, |it| format!("\n{it}")))]
    SyntaxError {
        /// The file's name.
        name: String,
        /// What the engine says.
        message: String,
        /// Where, when the engine knows.
        position: Option<Position>,
        /// The line of the source, where the position is in it.
        excerpt: Option<Excerpt>,
    },
    /// JavaScript that declares no `handler`.
    #[error("{name}: {message}")]
    MissingHandler {
        /// The file's name.
        name: String,
        /// What is missing and how to write it.
        message: String,
    },
    /// Bytes that are not a WebAssembly component.
    #[error("{name} is {kind}")]
    NotAComponent {
        /// The file's name.
        name: String,
        /// What it is instead.
        kind: FileKind,
    },
    /// Bytes that are not JavaScript.
    #[error("{name} is {kind}")]
    NotJavaScript {
        /// The file's name.
        name: String,
        /// What it is instead.
        kind: FileKind,
    },
    /// A damaged component.
    #[error("{name} is not valid WebAssembly: {message}")]
    Malformed {
        /// The file's name.
        name: String,
        /// What and where (the byte offset).
        message: String,
    },
    /// A component that needs a proposal which is switched off.
    #[error("{name} uses {feature}, which is not supported: {advice}")]
    NeedsFeature {
        /// The file's name.
        name: String,
        /// The proposal's name.
        feature: &'static str,
        /// How to build without it.
        advice: String,
    },
    /// A component that imports WASI 0.3, which comes after what is offered.
    #[error(
        "{name} imports `{interface}` version {version}; Hookmill has WASI 0.2 and not 0.3 yet: {advice}"
    )]
    NeedsWasi03 {
        /// The file's name.
        name: String,
        /// The interface, without its version.
        interface: String,
        /// The version that it asks for.
        version: String,
        /// How to build for 0.2.
        advice: String,
    },
    /// A component that imports what is not offered.
    #[error(
        "{name} imports `{interface}`{}, which Hookmill does not offer; it offers {offered}",
        version_suffix(version)
    )]
    MissingImport {
        /// The file's name.
        name: String,
        /// The interface or function, without its version.
        interface: String,
        /// The version that the component asks for; empty when it has none.
        version: String,
        /// What is offered instead.
        offered: String,
    },
    /// A component that imports an offered interface, but not as it is.
    #[error("{name} imports an interface in another shape than Hookmill offers it: {message}")]
    WrongImport {
        /// The file's name.
        name: String,
        /// Which, and how it differs.
        message: String,
    },
    /// A component without the right `handler`.
    #[error(
        "{name} must export `handler` as the world `hookmill:transform/transform@1.0.0` declares it: {message}"
    )]
    WrongExport {
        /// The file's name.
        name: String,
        /// What it exports instead.
        message: String,
    },
    /// Too many bytes.
    #[error("{name} has {bytes} bytes; at most {bytes_max} can be loaded")]
    TooLarge {
        /// The file's name.
        name: String,
        /// Its size.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// A component that needs more than an instance may have.
    #[error("{name} needs {needs} {resource}; an instance may have {has}, set by the operator")]
    DoesNotFit {
        /// The file's name.
        name: String,
        /// What there is too little of, with its unit.
        resource: &'static str,
        /// How much it needs.
        needs: u64,
        /// How much there is.
        has: u64,
    },
    /// The compiler refused.
    #[error("{name} can't be compiled: {message}")]
    CompileFailed {
        /// The file's name.
        name: String,
        /// Why.
        message: String,
    },
    /// Compiling was stopped at a limit that can't be raised, or crashed.
    #[error("{name} can't be compiled: {breach}; {}", advice(breach))]
    CompileStopped {
        /// The file's name.
        name: String,
        /// The limit.
        breach: Breach,
    },
    /// The component compiles, but making an instance of it fails.
    #[error("{name} can't be instantiated: {}{}", fault.message, said(log_begins))]
    InstantiationFailed {
        /// The file's name.
        name: String,
        /// What went wrong.
        fault: Fault,
        /// The first line of what it logged until then; empty when that is
        /// nothing.
        log_begins: String,
    },
    /// Our failure, not the program's.
    #[error("{name} could not be checked")]
    Unavailable {
        /// The file's name.
        name: String,
        /// Why; see [`RunError::is_retriable`].
        source: RunError,
    },
}

impl LoadError {
    /// The position in a JavaScript source, where it is known.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::SyntaxError { position, .. } => *position,
            Self::InstantiationFailed { fault, .. } => fault.position,
            _ => None,
        }
    }
}

fn said(log_begins: &str) -> String {
    if log_begins.is_empty() {
        return String::new();
    }
    format!(" Its log begins: {log_begins}")
}

fn advice(breach: &Breach) -> &'static str {
    match breach {
        Breach::Crashed { .. } | Breach::Panicked => {
            "a mistake of the compiler, or too much for it: build it smaller, or report it"
        }
        _ => {
            "that limit can't be raised: make it smaller or simpler (a component: optimised for \
             size, without very large functions and what it does not use)"
        }
    }
}

fn at(position: &Option<Position>) -> String {
    position.map_or_else(String::new, |position| format!(":{position}"))
}

fn version_suffix(version: &str) -> String {
    if version.is_empty() {
        String::new()
    } else {
        format!(" version {version}")
    }
}

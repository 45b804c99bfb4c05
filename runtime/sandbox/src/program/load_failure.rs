//! From what went wrong while a program was loaded to a [`LoadError`], in its
//! owner's terms.

use crate::bindings::javascript::exports::hookmill::js_engine::engine::Diagnostic;
use crate::caps::TABLE_ELEMENTS_MAX;
use crate::program::compile::CompileError;
use crate::program::excerpt::Excerpt;
use crate::program::explain::{Refusal, feature};
use crate::program::load_error::LoadError;
use crate::program::pool_limit::{self, PoolLimit};
use crate::run::fault_text;
use crate::run::invocation::RunError;
use crate::run::outcome;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::fault::{Fault, FaultCode};

/// How our engine's diagnostics about a missing handler begin.
const NO_HANDLER: &str = "no handler";

/// Why the engine refused a source, or what its top level threw.
pub(super) fn refused(name: &str, source: &str, mut diagnostic: Diagnostic) -> LoadError {
    diagnostic.message = fault_text::kept(&diagnostic.message);
    if diagnostic.message.starts_with(NO_HANDLER) {
        return LoadError::MissingHandler {
            name: name.to_owned(),
            message: diagnostic.message,
        };
    }
    let position = diagnostic.position.map(outcome::position);
    LoadError::SyntaxError {
        name: name.to_owned(),
        message: diagnostic.message,
        position,
        excerpt: position.and_then(|at| Excerpt::of(source, at)),
    }
}

/// Why there is no compiled code.
pub(super) fn not_compiled(name: &str, error: CompileError) -> LoadError {
    let name = name.to_owned();
    match error {
        CompileError::Refused(Refusal::NeedsFeature(index)) => match feature(index) {
            Some(feature) => LoadError::NeedsFeature {
                name,
                feature: feature.name,
                advice: feature.advice.to_owned(),
            },
            None => unavailable(&name, RunError::Internal("an unknown feature".to_owned())),
        },
        CompileError::Refused(Refusal::Malformed(message)) => LoadError::Malformed {
            name,
            message: fault_text::sentence(&message),
        },
        CompileError::Refused(Refusal::Unsupported(message)) => LoadError::CompileFailed {
            name,
            message: fault_text::sentence(&message),
        },
        CompileError::PoolLimit(PoolLimit::Count {
            resource,
            needs,
            has,
        }) => LoadError::DoesNotFit {
            name,
            resource,
            needs,
            has,
        },
        CompileError::PoolLimit(PoolLimit::Size) => LoadError::CompileFailed {
            name,
            message: pool_limit::size_sentence(),
        },
        CompileError::Breach(breach) => LoadError::CompileStopped { name, breach },
        CompileError::Ours(message) => unavailable(&name, RunError::Internal(message)),
    }
}

/// Our failure.
pub(super) fn unavailable(name: &str, source: RunError) -> LoadError {
    LoadError::Unavailable {
        name: name.to_owned(),
        source,
    }
}

/// A limit that was broken while loading: not the endpoint's, so its key must
/// not be recommended.
pub(super) fn at_load(fault: Fault, caps: &SandboxCaps) -> Fault {
    let what = match fault.code {
        FaultCode::OutOfFuel => format!("used up {} units of fuel", caps.fuel_max),
        FaultCode::DeadlineExceeded => format!("ran longer than {} ms", caps.deadline_ms),
        FaultCode::MemoryExceeded => format!(
            "needs more than {} bytes of memory, or {TABLE_ELEMENTS_MAX} elements in its tables,",
            caps.memory_bytes_max
        ),
        _ => return fault,
    };
    Fault {
        message: format!("it {what} before its handler was called; that limit can't be raised"),
        ..fault
    }
}

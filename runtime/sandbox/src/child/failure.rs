//! Why a child gave no result.
//!
//! A breach is the input's: its text says which limit, names the value, and
//! can be shown to the author of the input. It must not blame the input for
//! what is ours.

use crate::caps::ChildLimits;
use rustix::process::Signal;
use std::time::Duration;

/// Why a child gave no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The task refused its input, in words that its own code reads.
    Refused(Vec<u8>),
    /// A limit was reached, or the child crashed.
    Breach(Breach),
    /// Not the input's fault: the child does not start, or does not work here.
    Ours(String),
}

/// A limit that a child reached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// Address space.
    #[error("it needs more than {} MiB of memory", bytes_max >> 20)]
    Memory {
        /// The limit.
        bytes_max: u64,
    },
    /// Processor time.
    #[error("it takes more than {seconds_max} s of processor time")]
    Processor {
        /// The limit.
        seconds_max: u64,
    },
    /// Time by the clock.
    #[error("it takes longer than {wall_max:?}")]
    Wall {
        /// The limit.
        wall_max: Duration,
    },
    /// Bytes of the result.
    #[error("its result has more than {} MiB", bytes_max >> 20)]
    Output {
        /// The limit.
        bytes_max: u64,
    },
    /// It was ended by a signal that no limit sends.
    #[error("{}", crashed(*signal))]
    Crashed {
        /// The signal's number.
        signal: i32,
    },
    /// It ended by itself, with a failed assertion.
    #[error("it failed with an internal error")]
    Panicked,
}

impl From<Breach> for Failure {
    fn from(breach: Breach) -> Self {
        Self::Breach(breach)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(why) => f.write_str(&String::from_utf8_lossy(why)),
            Self::Breach(breach) => breach.fmt(f),
            Self::Ours(why) => f.write_str(why),
        }
    }
}

impl Failure {
    /// What a signal means, or an exit status that no answer has; `errors` is what
    /// the child said on standard error.
    pub(super) fn of(signal: Option<i32>, errors: &str, limits: &ChildLimits) -> Self {
        let is = |expected: Signal| signal == Some(expected.as_raw());
        let breach = if is(Signal::XCPU) {
            Breach::Processor {
                seconds_max: limits.processor_s_max,
            }
        } else if is(Signal::ABORT) && out_of_memory(errors) {
            Breach::Memory {
                bytes_max: limits.address_bytes_max,
            }
        } else if let Some(signal) = signal {
            Breach::Crashed { signal }
        } else {
            Breach::Panicked
        };
        breach.into()
    }
}

/// How Rust's standard library says, before it aborts, that it got no memory.
/// The child is this same program, so these words are known.
fn out_of_memory(errors: &str) -> bool {
    errors.contains("memory allocation of ")
}

fn crashed(signal: i32) -> String {
    let hint = if signal == Signal::KILL.as_raw() {
        ", as the system does when it runs out of memory"
    } else {
        ""
    };
    format!("it was ended by signal {signal}{hint}")
}

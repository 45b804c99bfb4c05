//! Faults: why a transform gave no request. A fault is an outcome that its
//! owner sees, not an error of ours.

use std::fmt;

/// The stable code of a fault. The texts never change: owners and programs
/// compare them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum FaultCode {
    /// JavaScript threw and nothing caught it.
    Thrown = 0,
    /// The transform returned `failure.reject`.
    Rejected = 1,
    /// The transform returned `failure.retry`.
    RetryRequested = 2,
    /// The result is not a webhook: wrong type, bad URL, method, header or payload.
    InvalidResult = 3,
    /// The fuel ran out.
    OutOfFuel = 4,
    /// The wall deadline passed.
    DeadlineExceeded = 5,
    /// The memory limit was reached.
    MemoryExceeded = 6,
    /// The call stack overflowed.
    StackOverflow = 7,
    /// The result is larger than the limit.
    OutputTooLarge = 8,
    /// The guest trapped: a panic, an access out of bounds, a division by zero.
    Trap = 9,
    /// The guest called `exit`.
    Exited = 10,
}

impl FaultCode {
    /// All codes, in the order of their ordinals.
    pub const ALL: [Self; 11] = [
        Self::Thrown,
        Self::Rejected,
        Self::RetryRequested,
        Self::InvalidResult,
        Self::OutOfFuel,
        Self::DeadlineExceeded,
        Self::MemoryExceeded,
        Self::StackOverflow,
        Self::OutputTooLarge,
        Self::Trap,
        Self::Exited,
    ];

    /// The stable text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Thrown => "thrown",
            Self::Rejected => "rejected",
            Self::RetryRequested => "retry_requested",
            Self::InvalidResult => "invalid_result",
            Self::OutOfFuel => "out_of_fuel",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::MemoryExceeded => "memory_exceeded",
            Self::StackOverflow => "stack_overflow",
            Self::OutputTooLarge => "output_too_large",
            Self::Trap => "trap",
            Self::Exited => "exited",
        }
    }

    /// The persisted ordinal; frozen.
    #[must_use]
    pub const fn ordinal(self) -> u8 {
        self as u8
    }

    /// The code with this ordinal.
    #[must_use]
    pub fn from_ordinal(ordinal: u8) -> Option<Self> {
        Self::ALL.get(usize::from(ordinal)).copied()
    }
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A position in a transform's source, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column, in UTF-16 code units.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// What went wrong in a transform, as its owner is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which kind.
    pub code: FaultCode,
    /// One or more sentences that name what, and for a limit how to raise it.
    pub message: String,
    /// Where in the source, when known.
    pub position: Option<Position>,
    /// The guest's call stack, one frame a line; empty when unknown.
    pub stack: String,
}

impl Fault {
    /// A fault without a position or a stack.
    #[must_use]
    pub fn new(code: FaultCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            position: None,
            stack: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FaultCode;

    #[test]
    fn ordinals_and_texts_are_frozen() {
        let all: Vec<_> = FaultCode::ALL
            .iter()
            .map(|code| format!("{}={code}", code.ordinal()))
            .collect();
        assert_eq!(
            all.join(" "),
            "0=thrown 1=rejected 2=retry_requested 3=invalid_result 4=out_of_fuel \
             5=deadline_exceeded 6=memory_exceeded 7=stack_overflow 8=output_too_large \
             9=trap 10=exited"
        );
        for code in FaultCode::ALL {
            assert_eq!(FaultCode::from_ordinal(code.ordinal()), Some(code));
        }
        assert_eq!(FaultCode::from_ordinal(11), None);
    }
}

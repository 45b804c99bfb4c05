//! What a child answers: some bytes, and an exit status that says what they
//! are.
//!
//! Both sides are one program, so the format has no version.

/// What a task makes of its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Its result.
    Result(Vec<u8>),
    /// Why there is no result, as the parent's side of the task reads it.
    Refused(Vec<u8>),
    /// There was not enough memory.
    OutOfMemory,
}

const EXIT_RESULT: u8 = 0;
const EXIT_REFUSED: u8 = 3;
const EXIT_MEMORY: u8 = 4;

impl Answer {
    /// The exit status of the child that gives this answer.
    pub(super) fn exit_status(&self) -> u8 {
        match self {
            Self::Result(_) => EXIT_RESULT,
            Self::Refused(_) => EXIT_REFUSED,
            Self::OutOfMemory => EXIT_MEMORY,
        }
    }

    /// The bytes that go with the exit status.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Result(bytes) | Self::Refused(bytes) => bytes,
            Self::OutOfMemory => Vec::new(),
        }
    }

    /// The answer of a child that ended with this exit status. None when no
    /// answer has it.
    pub(super) fn of(exit_status: i32, bytes: Vec<u8>) -> Option<Self> {
        match u8::try_from(exit_status).ok()? {
            EXIT_RESULT => Some(Self::Result(bytes)),
            EXIT_REFUSED => Some(Self::Refused(bytes)),
            EXIT_MEMORY => Some(Self::OutOfMemory),
            _ => None,
        }
    }
}

//! A toolchain that is not here, and how to get it.

/// What is missing, and the commands that get it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}. Get it:\n{advice}")]
pub(crate) struct Missing {
    /// What is missing, without a full stop.
    pub(crate) problem: String,
    /// How to get it, one way a line.
    pub(crate) advice: String,
}

impl Missing {
    pub(super) fn new(problem: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            advice: advice.into(),
        }
    }
}

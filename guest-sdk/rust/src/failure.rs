//! Why a transform gives no request.
//!
//! A failure is an answer, not a crash: it is recorded with its text, nothing
//! is sent, and no other endpoint waits. The text is shown to the endpoint's
//! owner and must hold no personal data.

use crate::json;
use std::fmt;

/// Why a transform gives no request. Nothing is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The event can't be transformed. The delivery is parked as
    /// `transform_failed`, to be replayed after a fix.
    Reject(String),
    /// The event can't be transformed now. It is tried again as the endpoint's
    /// retry schedule says.
    Retry(String),
}

impl Failure {
    /// The event can't be transformed; the text says why.
    pub fn reject(reason: impl Into<String>) -> Self {
        Self::Reject(reason.into())
    }

    /// The event can't be transformed now; the text says why.
    pub fn retry(reason: impl Into<String>) -> Self {
        Self::Retry(reason.into())
    }

    /// The text that says why.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Reject(reason) | Self::Retry(reason) => reason,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.reason())
    }
}

impl std::error::Error for Failure {}

/// A payload of the wrong shape stays so: the event is rejected.
impl From<json::Error> for Failure {
    #[cold]
    fn from(error: json::Error) -> Self {
        Self::Reject(error.to_string())
    }
}

/// For transforms that use `serde_json` themselves. Its errors may quote the
/// payload; [`json::Error`] never does.
impl From<serde_json::Error> for Failure {
    #[cold]
    fn from(error: serde_json::Error) -> Self {
        Self::Reject(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test's panic is its failure")]

    use super::*;

    #[test]
    fn json_of_the_wrong_shape_rejects_and_names_the_place() {
        let error = json::from_str::<u8>("{}").unwrap_err();
        let failure = Failure::from(error);
        assert!(matches!(failure, Failure::Reject(_)));
        assert!(failure.to_string().contains("line 1 column"), "{failure}");
    }
}

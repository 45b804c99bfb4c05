//! What a transform may know besides the webhook.
//!
//! All of it is fixed when the event is accepted, so that running a transform
//! again gives the same request. It holds no secrets and never will.

use crate::json;
use serde::Deserialize;

/// What a transform may know besides the webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The event's id; the same for every endpoint it is delivered to.
    pub event_id: String,
    /// The delivery's id; the same for every attempt.
    pub delivery_id: String,
    /// When the event was accepted, in milliseconds since the Unix epoch.
    pub received_at_ms: u64,
    /// The endpoint's variables as name and value, ordered by name.
    pub variables: Vec<(String, String)>,
    /// The parameters given when the event was created: a JSON object, `{}`
    /// when there were none.
    pub params: String,
}

impl Context {
    /// A context for tests: fixed ids, no variables, no parameters, received at
    /// 2026-01-15T12:34:56.789Z.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            event_id: "evt_sample".to_owned(),
            delivery_id: "dlv_sample".to_owned(),
            received_at_ms: 1_768_480_496_789,
            variables: Vec::new(),
            params: "{}".to_owned(),
        }
    }

    /// The context with one more variable, for tests.
    #[must_use]
    pub fn with_env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self.variables.sort();
        self
    }

    /// The endpoint's variable of that name; case matters.
    #[must_use]
    pub fn env(&self, name: &str) -> Option<&str> {
        let mut variables = self.variables.iter();
        let (_, value) = variables.find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The transform's clock, in milliseconds since the Unix epoch: the instant
    /// at which the event was accepted, at every attempt.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.received_at_ms
    }

    /// The values of the parameters.
    ///
    /// # Errors
    /// When the parameters do not have the shape of `T`.
    pub fn params_json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, json::Error> {
        json::from_str(&self.params)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test's panic is its failure")]

    use super::*;

    #[test]
    fn a_variable_is_found_by_its_exact_name() {
        let context = Context::sample().with_env("REGION", "eu");
        assert_eq!(context.env("REGION"), Some("eu"));
        assert_eq!(context.env("region"), None);
    }

    #[test]
    fn parameters_default_to_an_empty_object() {
        let params: serde_json::Map<_, _> = Context::sample().params_json().unwrap();
        assert!(params.is_empty());
    }
}

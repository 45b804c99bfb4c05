//! Which endpoints take no deliveries for now, and why, in memory.
//!
//! The store records what is disabled, and this says it without asking the
//! store. [`crate::disable`] keeps the two in step.

use hookmill_domain::{EndpointId, UnixMs};
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// That an endpoint takes no deliveries for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disabled {
    /// Who or what disabled it.
    pub by: DisabledBy,
    /// Since when; none where its declaration says so.
    pub since: Option<UnixMs>,
}

/// Who or what disabled an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisabledBy {
    /// Its destination answered 410 Gone.
    Gone,
    /// The operator.
    Operator,
    /// `disabled = true` in its declaration.
    Declaration,
}

impl DisabledBy {
    /// The stable word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Operator => "operator",
            Self::Declaration => "declaration",
        }
    }
}

/// How often an endpoint was enabled: an answer to a request that was sent
/// before does not disable it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Term(u64);

/// The endpoints that are, or were, disabled.
#[derive(Debug, Default)]
pub(crate) struct DisabledEndpoints(RwLock<HashMap<EndpointId, State>>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    disabled: Option<Disabled>,
    enabled: u64,
}

impl DisabledEndpoints {
    /// Why an endpoint is disabled; none when it is not.
    pub(crate) fn get(&self, endpoint: EndpointId) -> Option<Disabled> {
        self.read().get(&endpoint)?.disabled
    }

    /// The term that an endpoint is in.
    pub(crate) fn term(&self, endpoint: EndpointId) -> Term {
        let states = self.read();
        Term(states.get(&endpoint).map_or(0, |state| state.enabled))
    }

    pub(crate) fn disable(&self, endpoint: EndpointId, disabled: Disabled) {
        self.write().entry(endpoint).or_default().disabled = Some(disabled);
    }

    pub(crate) fn enable(&self, endpoint: EndpointId) {
        if let Some(state) = self.write().get_mut(&endpoint) {
            state.disabled = None;
            state.enabled += 1;
        }
    }

    /// No holder of the lock panics between two changes.
    fn read(&self) -> RwLockReadGuard<'_, HashMap<EndpointId, State>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<EndpointId, State>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_enabling_begins_a_term() {
        let (endpoints, endpoint) = (
            DisabledEndpoints::default(),
            EndpointId::from_bytes([1; 16]),
        );
        let first = endpoints.term(endpoint);
        let gone = Disabled {
            by: DisabledBy::Gone,
            since: Some(UnixMs(1)),
        };
        endpoints.disable(endpoint, gone);
        assert_eq!(endpoints.get(endpoint), Some(gone));
        assert_eq!(endpoints.term(endpoint), first);
        endpoints.enable(endpoint);
        assert_eq!(endpoints.get(endpoint), None);
        assert_ne!(endpoints.term(endpoint), first);
    }
}

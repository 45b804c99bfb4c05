//! Which endpoints take no deliveries for now, and why, in memory.
//!
//! What is disabled is recorded by the store, and said here; who disables and
//! enables, and in which order, is [`crate::switch`]'s part.

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
pub(crate) struct Switches(RwLock<HashMap<EndpointId, Switch>>);

#[derive(Clone, Copy, Debug, Default)]
struct Switch {
    disabled: Option<Disabled>,
    enabled: u64,
}

impl Switches {
    /// Why an endpoint is disabled; none when it is not.
    pub(crate) fn disabled(&self, endpoint: EndpointId) -> Option<Disabled> {
        self.read().get(&endpoint)?.disabled
    }

    /// The term that an endpoint is in.
    pub(crate) fn term(&self, endpoint: EndpointId) -> Term {
        let switches = self.read();
        Term(switches.get(&endpoint).map_or(0, |switch| switch.enabled))
    }

    pub(crate) fn disable(&self, endpoint: EndpointId, disabled: Disabled) {
        self.write().entry(endpoint).or_default().disabled = Some(disabled);
    }

    pub(crate) fn enable(&self, endpoint: EndpointId) {
        if let Some(switch) = self.write().get_mut(&endpoint) {
            switch.disabled = None;
            switch.enabled += 1;
        }
    }

    /// No holder of the lock panics between two changes.
    fn read(&self) -> RwLockReadGuard<'_, HashMap<EndpointId, Switch>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<EndpointId, Switch>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_enabling_begins_a_term() {
        let (switches, endpoint) = (Switches::default(), EndpointId::from_bytes([1; 16]));
        let first = switches.term(endpoint);
        let gone = Disabled {
            by: DisabledBy::Gone,
            since: Some(UnixMs(1)),
        };
        switches.disable(endpoint, gone);
        assert_eq!(switches.disabled(endpoint), Some(gone));
        assert_eq!(switches.term(endpoint), first);
        switches.enable(endpoint);
        assert_eq!(switches.disabled(endpoint), None);
        assert_ne!(switches.term(endpoint), first);
    }
}

//! Disabling endpoints and enabling them again, while the relay runs.
//!
//! A disabled endpoint gets a delivery for each event that it wants, as ever;
//! nothing is claimed for it, so they stay in the queue, and enabling it is one
//! durable row. There is nothing to move and no way half done for a crash to
//! find.

use crate::clock;
pub use crate::disabled::{Disabled, DisabledBy};
use crate::disabled::{DisabledEndpoints, Term};
use crate::relay::Relay;
use crate::route::Route;
use hookmill_domain::EndpointId;
use hookmill_store::{DisabledUntil, Store, StoreError};

/// An endpoint was not switched.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// No endpoint with this id is declared.
    #[error("no such endpoint")]
    Unknown,
    /// What the declaration says is not for anybody else to change.
    #[error(
        "endpoint `{endpoint}` of `{tenant}` is declared with `disabled = true`: take that line out of the configuration and restart"
    )]
    Declared {
        /// The tenant's name.
        tenant: String,
        /// The endpoint's name.
        endpoint: String,
    },
    /// It could not be recorded.
    #[error("it can't be recorded whether the endpoint is disabled")]
    Store(#[from] StoreError),
}

impl Relay {
    /// Lets an endpoint take no deliveries until it is enabled: durable when it
    /// returns. Those under way end. Does nothing to one that the operator, or
    /// its declaration, has disabled already; one that a 410 has disabled is
    /// the operator's from now on.
    ///
    /// # Errors
    /// [`SwitchError`]; nothing is changed then, as far as the store can tell.
    pub async fn disable_endpoint(&self, id: EndpointId) -> Result<(), SwitchError> {
        let _switching = self.switching.lock().await;
        let route = self.registry.route(id).ok_or(SwitchError::Unknown)?;
        let before = self.registry.disabled(id).map(|disabled| disabled.by);
        if matches!(before, Some(DisabledBy::Operator | DisabledBy::Declaration)) {
            return Ok(());
        }
        let disabled = Disabled {
            by: DisabledBy::Operator,
            since: Some(clock::now()),
        };
        record(&*self.store, id, disabled).await?;
        self.registry.disabled_endpoints().disable(id, disabled);
        let (tenant, endpoint) = names(route);
        tracing::info!(
            tenant.name = tenant, endpoint.name = endpoint, endpoint.id = %id,
            "the operator disabled the endpoint: what it would get waits until it is enabled"
        );
        Ok(())
    }

    /// Lets an endpoint take deliveries again: durable when it returns. What
    /// waited for it is sent. Does nothing to one that is not disabled.
    ///
    /// # Errors
    /// [`SwitchError`]; nothing is changed then, as far as the store can tell.
    pub async fn enable_endpoint(&self, id: EndpointId) -> Result<(), SwitchError> {
        let _switching = self.switching.lock().await;
        let route = self.registry.route(id).ok_or(SwitchError::Unknown)?;
        let (tenant, endpoint) = names(route);
        match self.registry.disabled(id).map(|disabled| disabled.by) {
            None => return Ok(()),
            Some(DisabledBy::Declaration) => {
                return Err(SwitchError::Declared {
                    tenant: tenant.to_owned(),
                    endpoint: endpoint.to_owned(),
                });
            }
            Some(DisabledBy::Gone | DisabledBy::Operator) => {}
        }
        self.store.enable_endpoint(id).await?;
        self.registry.disabled_endpoints().enable(id);
        tracing::info!(
            tenant.name = tenant, endpoint.name = endpoint, endpoint.id = %id,
            "the endpoint is enabled: what waited for it is sent"
        );
        self.places.wake();
        Ok(())
    }

    /// Disables an endpoint whose destination answered 410 to a request of this
    /// term.
    pub(crate) async fn gone(&self, id: EndpointId, term: Term) {
        let _switching = self.switching.lock().await;
        let endpoints = self.registry.disabled_endpoints();
        let Some(route) = self.registry.route(id) else {
            return;
        };
        if self.registry.disabled(id).is_some() || endpoints.term(id) != term {
            return;
        }
        let disabled = Disabled {
            by: DisabledBy::Gone,
            since: Some(clock::now()),
        };
        // First, so that nothing more is claimed meanwhile.
        endpoints.disable(id, disabled);
        let (tenant, endpoint) = names(route);
        tracing::warn!(
            tenant.name = tenant, endpoint.name = endpoint, endpoint.id = %id,
            "the destination answered 410 Gone: the endpoint is disabled, and what it would get waits, until it is enabled or its declaration changes"
        );
        if let Err(error) = record(&*self.store, id, disabled).await {
            tracing::error!(
                tenant.name = tenant, endpoint.name = endpoint, endpoint.id = %id,
                error = &error as &dyn std::error::Error,
                "that the endpoint is disabled could not be recorded: it is enabled after a restart"
            );
        }
    }
}

/// The names of an endpoint's tenant and of itself.
fn names(route: &Route) -> (&str, &str) {
    (&route.tenant_name, &route.endpoint.name)
}

async fn record(
    store: &dyn Store,
    endpoint: EndpointId,
    disabled: Disabled,
) -> Result<(), StoreError> {
    let row = hookmill_store::Disabled {
        endpoint,
        since: disabled.since.unwrap_or_default(),
        until: match disabled.by {
            DisabledBy::Gone => DisabledUntil::Redeclared,
            DisabledBy::Operator | DisabledBy::Declaration => DisabledUntil::Enabled,
        },
        reason: disabled.by.as_str().to_owned(),
    };
    store.disable_endpoint(row).await
}

/// Reads which endpoints are disabled, as the store has it.
pub(crate) async fn restore(
    store: &dyn Store,
    endpoints: &DisabledEndpoints,
) -> Result<(), StoreError> {
    for row in store.disabled_endpoints().await? {
        let disabled = Disabled {
            by: match row.until {
                DisabledUntil::Redeclared => DisabledBy::Gone,
                DisabledUntil::Enabled => DisabledBy::Operator,
            },
            since: Some(row.since),
        };
        endpoints.disable(row.endpoint, disabled);
    }
    Ok(())
}

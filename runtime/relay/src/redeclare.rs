//! Recording the declarations anew while the relay runs, after the file of a
//! transform changed.

use crate::clock;
use crate::relay::Relay;
use crate::resource_rows::resource_rows;
use hookmill_store::{ResourceId, StoreError};

impl Relay {
    /// Records the declarations anew, after the file of a transform changed,
    /// which is part of them: endpoints that a 410 has disabled are enabled.
    pub(crate) async fn redeclare(&self) {
        let _switching = self.switching.lock().await;
        if let Err(error) = self.record_declarations().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the declared resources could not be recorded"
            );
        }
    }

    async fn record_declarations(&self) -> Result<(), StoreError> {
        let resources = resource_rows(&self.registry, &self.fingerprints);
        let reconciled = self.store.reconcile(resources, clock::now()).await?;
        let disabled = self.store.disabled_endpoints().await?;
        for changed in reconciled.changed {
            let ResourceId::Endpoint(id) = changed else {
                continue;
            };
            let stays = disabled.iter().any(|row| row.endpoint == id);
            if stays || self.registry.disabled_endpoints().get(id).is_none() {
                continue;
            }
            self.registry.disabled_endpoints().enable(id);
            self.places.wake();
            if let Some(route) = self.registry.route(id) {
                tracing::info!(
                    tenant.name = &*route.tenant_name,
                    endpoint.name = route.endpoint.name, endpoint.id = %id,
                    "the endpoint is enabled, as its transform's file changed: what waited for it is sent"
                );
            }
        }
        Ok(())
    }
}

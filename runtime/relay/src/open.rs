//! Opens a relay: the store, the sandbox, the HTTP client, and the record of
//! what is declared.

use crate::caps::{LEASE_SLACK_MS, SANDBOX_RUNS_PER_TENANT};
use crate::clock;
use crate::compile_queue::CompileQueue;
use crate::config::Config;
use crate::decoding::Decoding;
use crate::disable;
use crate::fingerprint_key;
use crate::load_queue::LoadQueue;
use crate::places::Places;
use crate::registry::Registry;
use crate::relay::{Relay, UploadState};
use crate::resource_rows::resource_rows;
use crate::turns::Turns;
use crate::unsettled::Unsettled;
use crate::worker::{self, NotStarted};
use hookmill_egress::{Client, ClientError};
use hookmill_sandbox::{Sandbox, StartError};
use hookmill_store::library::{Library, LibraryError};
use hookmill_store::{JournalStore, Reconciled, ResourceId, Store, StoreError};
use std::sync::Arc;
use tokio::sync::watch;

/// Where uploaded transforms are in a data folder.
const TRANSFORMS_DIR: &str = "transforms";

/// The relay can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store can't be opened, or is damaged.
    #[error("the store can't be opened")]
    Store(#[from] hookmill_store::OpenError),
    /// The check before the opening could not be made.
    #[error(transparent)]
    Check(#[from] NotStarted),
    /// The store can't record the declared resources.
    #[error("the declared resources can't be recorded")]
    Reconcile(#[from] StoreError),
    /// The uploaded transforms can't be read.
    #[error("the uploaded transforms can't be read")]
    Library(#[from] LibraryError),
    /// The sandbox can't start.
    #[error("the sandbox can't start")]
    Sandbox(#[from] StartError),
    /// The HTTP client can't be made.
    #[error("the HTTP client can't be made")]
    Egress(#[from] ClientError),
    /// The key of fingerprints can't be had.
    #[error("the data folder can't be used")]
    FingerprintKey(#[from] fingerprint_key::KeyError),
}

impl OpenError {
    /// Whether the store is damaged: starting again will not help.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        use hookmill_store::OpenError as Store;
        matches!(
            self,
            Self::Store(
                Store::Damaged { .. }
                    | Store::AcknowledgedDataMissing { .. }
                    | Store::MarkMissing { .. }
            )
        )
    }
}

impl Relay {
    /// Opens the store, starts the sandbox and records the declared resources.
    /// Loads no program and delivers nothing yet. Blocks: call it outside of
    /// async code, or where blocking does no harm.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(config: Config) -> Result<Arc<Self>, OpenError> {
        let sandbox = Sandbox::start(config.sandbox())?;
        let client = Client::new(config.egress())?;
        let registry = Registry::new(&config.declared);
        let index = worker::check_index_in_child(&config.child_exe, &config.data_dir)?;
        let store: Arc<dyn Store> = Arc::new(JournalStore::open(&config.store(index))?);
        // After the store, whose lock keeps another process out of it.
        let library = Library::open(&config.data_dir.join(TRANSFORMS_DIR))?;
        let fingerprints = fingerprint_key::open(&config.data_dir)?;
        let resources = resource_rows(&registry, &fingerprints);
        let reconciled = store.reconcile(resources, clock::now()).await?;
        tracing::info!(
            resources.added = reconciled.added.len(),
            resources.changed = reconciled.changed.len(),
            resources.removed = reconciled.removed.len(),
            "declared resources recorded"
        );
        log_removed(&reconciled);
        disable::restore(&*store, registry.disabled_endpoints()).await?;
        log_disabled(&registry);
        let tenants = || registry.tenants().map(|(id, _)| id);
        let compile_queue = CompileQueue::new(tenants());
        let decoding = Decoding::new(tenants());
        let endpoints = || registry.routes().map(|route| &route.endpoint);
        let sandbox_turns = Turns::new(
            endpoints().map(|endpoint| endpoint.tenant),
            SANDBOX_RUNS_PER_TENANT,
        );
        let lanes = endpoints().map(|endpoint| (endpoint.id, endpoint.tenant, endpoint.delivery));
        let places = Arc::new(Places::new(lanes));
        let lease_ttl_ms = lease_ttl_ms(&registry);
        Ok(Arc::new(Self {
            store,
            sandbox,
            sandbox_turns,
            client,
            registry,
            fingerprints,
            load_queue: LoadQueue::default(),
            places,
            unsettled: Unsettled::default(),
            lease_ttl_ms,
            uploads: UploadState {
                library: Arc::new(library),
                compile_queue,
                built_in: config.samples,
                changing: tokio::sync::Mutex::new(()),
            },
            switching: tokio::sync::Mutex::new(()),
            ingest: config.ingest,
            decoding,
            history_ms: config.history_ms,
            stop: watch::Sender::new(false),
        }))
    }
}

/// Says whose deliveries will be parked.
fn log_removed(reconciled: &Reconciled) {
    for (id, name) in &reconciled.removed {
        if let ResourceId::Endpoint(id) = id {
            tracing::warn!(
                endpoint.name = name, endpoint.id = %id,
                "the endpoint is no longer declared: what waits for it is parked as dead letters"
            );
        }
    }
}

/// Says what waits although nothing is wrong with it.
fn log_disabled(registry: &Registry) {
    for route in registry.routes() {
        let endpoint = &route.endpoint;
        if let Some(disabled) = registry.disabled(endpoint.id) {
            tracing::warn!(
                tenant.name = &*route.tenant_name,
                endpoint.name = endpoint.name, endpoint.id = %endpoint.id,
                disabled.by = disabled.by.as_str(),
                "the endpoint is disabled: what it would get waits until it is enabled"
            );
        }
    }
}

fn lease_ttl_ms(registry: &Registry) -> u64 {
    let longest = registry
        .routes()
        .map(|route| {
            let endpoint = &route.endpoint;
            endpoint.delivery.request_timeout_ms + endpoint.sandbox.deadline_ms
        })
        .max();
    longest.unwrap_or(0) + LEASE_SLACK_MS
}

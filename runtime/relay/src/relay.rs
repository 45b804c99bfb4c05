//! The relay: the one value that owns store, sandbox and egress, from opening
//! to draining.

use crate::clock;
use crate::config::{Config, OnLoss};
use crate::decoding::Decoding;
use crate::dispatch::{self, Dispatcher};
use crate::fairness::Fairness;
use crate::fingerprint_key;
use crate::loader::{self, Loader};
use crate::notice::{NOTICES_KEPT, Notice};
use crate::registry::Registry;
use crate::switch;
use crate::watch::{Watch, tell};
use crate::worker::{self, StoreDamaged};
use crate::workshop::Workshop;
use hookmill_domain::EndpointId;
use hookmill_domain::caps::{DeliveryCaps, IngestCaps};
use hookmill_domain::fingerprint::FingerprintKey;
use hookmill_egress::{Client, ClientError};
use hookmill_sandbox::{Sandbox, StartError};
use hookmill_store::library::{Library, LibraryError};
use hookmill_store::{Health, Reconciled, ResourceId, Retention, SledStore, Store, StoreError};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

/// Where uploaded transforms are in a data folder.
const TRANSFORMS_DIR: &str = "transforms";

/// Deliveries under way at once, over all tenants.
const IN_FLIGHT_MAX: u32 = 1_024;

/// Milliseconds that a lease outlasts the longest request: time for the
/// sandbox, its queue and the settling.
const LEASE_SLACK_MS: u64 = 60_000;

/// Milliseconds between sweeps.
const SWEEP_INTERVAL_MS: u64 = 1_000;

/// The time between sweeps while there is more to remove: the history must
/// shrink faster than it can grow.
const MORE_SWEEP_INTERVAL: Duration = Duration::from_millis(20);

/// Rows that one sweep may touch.
const SWEEP_BUDGET: usize = 1_000;

/// The relay can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store can't be opened, or is damaged.
    #[error("the store can't be opened")]
    Store(#[from] hookmill_store::OpenError),
    /// The store is damaged, as the check before the opening found.
    #[error(transparent)]
    Damaged(#[from] StoreDamaged),
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
            Self::Damaged(_)
                | Self::Store(
                    Store::Damaged { .. }
                        | Store::AcknowledgedDataMissing { .. }
                        | Store::MarkMissing { .. }
                )
        )
    }
}

/// A running relay.
pub struct Relay {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) registry: Registry,
    pub(crate) fingerprints: FingerprintKey,
    pub(crate) loader: Loader,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) uploads: UploadState,
    /// One endpoint is disabled or enabled at a time: what the store says is
    /// what holds.
    pub(crate) switching: tokio::sync::Mutex<()>,
    pub(crate) ingest: IngestCaps,
    pub(crate) decoding: Decoding,
    history_ms: u64,
    pub(crate) notices: broadcast::Sender<Arc<Notice>>,
    stop: watch::Sender<bool>,
}

/// What uploading needs.
pub(crate) struct UploadState {
    pub(crate) library: Arc<Library>,
    pub(crate) workshop: Arc<Workshop>,
    /// Events for uploads that bring none, one of each type.
    pub(crate) built_in: Vec<crate::uploads::Sample>,
    /// One change of versions at a time: what the library says is active is
    /// what runs.
    pub(crate) changing: tokio::sync::Mutex<()>,
}

/// The tasks of a running relay.
pub struct Running {
    relay: Arc<Relay>,
    dispatch: JoinHandle<()>,
    load: JoinHandle<()>,
    sweep: JoinHandle<()>,
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
        if config.on_loss == OnLoss::Refuse {
            worker::check_in_child(&config.child_exe, &config.data_dir)?;
        }
        let store: Arc<dyn Store> = Arc::new(SledStore::open(&config.store())?);
        // After the store, whose lock keeps another process out of it.
        let library = Library::open(&config.data_dir.join(TRANSFORMS_DIR))?;
        let fingerprints = fingerprint_key::open(&config.data_dir)?;
        let resources = registry.resources(&fingerprints);
        let reconciled = store.reconcile(resources, clock::now()).await?;
        tracing::info!(
            resources.added = reconciled.added.len(),
            resources.changed = reconciled.changed.len(),
            resources.removed = reconciled.removed.len(),
            "declared resources recorded"
        );
        tell_removed(&reconciled);
        switch::restore(&*store, registry.switches()).await?;
        tell_disabled(&registry);
        let dispatcher = Dispatcher::new(fairness(&registry), lease_ttl_ms(&registry));
        let tenants = config.declared.tenants.iter().map(|tenant| tenant.id);
        Ok(Arc::new(Self {
            store,
            sandbox,
            client,
            registry,
            fingerprints,
            loader: Loader::default(),
            dispatcher,
            uploads: UploadState {
                library: Arc::new(library),
                workshop: Arc::default(),
                built_in: config.samples,
                changing: tokio::sync::Mutex::new(()),
            },
            switching: tokio::sync::Mutex::new(()),
            ingest: config.ingest,
            decoding: Decoding::new(tenants),
            history_ms: config.history_ms,
            notices: broadcast::Sender::new(NOTICES_KEPT),
            stop: watch::Sender::new(false),
        }))
    }

    /// Starts to load programs, and to deliver.
    #[must_use]
    pub fn run(self: &Arc<Self>) -> Running {
        let stop = self.stop.subscribe();
        self.load_all();
        Running {
            relay: Arc::clone(self),
            dispatch: tokio::spawn(dispatch::run(Arc::clone(self), stop.clone())),
            load: tokio::spawn(loader::run(Arc::clone(self), stop.clone())),
            sweep: tokio::spawn(sweep(Arc::clone(self), stop)),
        }
    }

    /// What an accepted event may be.
    #[must_use]
    pub fn ingest(&self) -> IngestCaps {
        self.ingest
    }

    /// The store's state, for readiness and metrics.
    #[must_use]
    pub fn health(&self) -> Health {
        self.store.health()
    }

    /// Programs that are still to be loaded; deliveries that need one wait for
    /// it.
    #[must_use]
    pub fn loading(&self) -> usize {
        self.loader.left()
    }

    /// Lanes left in the queue by endpoints that are no longer declared get a
    /// place in the schedule too, so that their deliveries are parked.
    pub(crate) fn adopt_undeclared(
        &self,
        fairness: &mut Fairness,
        lanes: &[EndpointId],
        now: Instant,
    ) {
        for lane in lanes {
            if !fairness.knows(*lane) {
                let tenant = hookmill_domain::TenantId::from_bytes(lane.to_bytes());
                fairness.insert(*lane, tenant, DeliveryCaps::default(), now);
            }
        }
    }
}

impl Running {
    /// Claims nothing more from now on.
    pub fn stop(&self) {
        self.relay.stop.send_replace(true);
    }

    /// Claims nothing more, waits at most `grace_ms` for what is under way,
    /// and closes the store. What is still under way then is delivered again
    /// after the next start.
    pub async fn drain(self, grace_ms: u64) {
        self.stop();
        // No task can fail but by a panic, which the runtime has printed.
        let _ = self.dispatch.await;
        let _ = self.load.await;
        let _ = self.sweep.await;
        let grace = Duration::from_millis(grace_ms);
        if tokio::time::timeout(grace, self.relay.dispatcher.drained())
            .await
            .is_err()
        {
            tracing::warn!(
                deliveries.in_flight = self.relay.dispatcher.in_flight(),
                "the grace period is over; what is under way is delivered again after the next start"
            );
        }
        self.relay.store.close().await;
    }
}

async fn sweep(relay: Arc<Relay>, mut stop: watch::Receiver<bool>) {
    let retention = Retention {
        history_ms: relay.history_ms,
        parked_ms: relay.history_ms,
    };
    let interval = Duration::from_millis(SWEEP_INTERVAL_MS);
    let mut watch = Watch::new(&relay.ingest);
    while !*stop.borrow() {
        let health = relay.store.health();
        for told in watch.look(&health) {
            tell(&told, &health, || relay.held_names());
        }
        let now = clock::now();
        let pause = match relay.store.sweep(now, retention, SWEEP_BUDGET).await {
            Ok(swept) if swept.more => MORE_SWEEP_INTERVAL,
            Ok(_) => interval,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the sweep failed");
                interval
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Says whose deliveries will be parked.
fn tell_removed(reconciled: &Reconciled) {
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
fn tell_disabled(registry: &Registry) {
    for route in registry.routes() {
        let endpoint = &route.endpoint;
        if let Some(disabled) = registry.disabled(endpoint.id) {
            tracing::warn!(
                tenant.name = registry.tenant_name(endpoint.tenant),
                endpoint.name = endpoint.name, endpoint.id = %endpoint.id,
                disabled.by = disabled.by.as_str(),
                "the endpoint is disabled: what it would get waits until it is enabled"
            );
        }
    }
}

fn fairness(registry: &Registry) -> Fairness {
    let lanes = registry.routes().map(|route| {
        let endpoint = &route.endpoint;
        (endpoint.id, endpoint.tenant, endpoint.delivery)
    });
    Fairness::new(IN_FLIGHT_MAX, lanes, Instant::now())
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

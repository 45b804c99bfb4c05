//! The relay: the one value that owns store, sandbox and egress.
//!
//! It holds parts. What is done with them stands in a file for each operation,
//! none of which this one knows.

use crate::compile_queue::CompileQueue;
use crate::decoding::Decoding;
use crate::load_queue::LoadQueue;
use crate::places::Places;
use crate::registry::Registry;
use crate::turns::Turns;
use crate::unsettled::Unsettled;
use crate::uploads::Sample;
use hookmill_domain::caps::IngestCaps;
use hookmill_domain::fingerprint::FingerprintKey;
use hookmill_egress::Client;
use hookmill_sandbox::Sandbox;
use hookmill_store::library::Library;
use hookmill_store::{Health, Store};
use std::sync::Arc;
use tokio::sync::{Mutex, watch};

/// An opened relay.
pub struct Relay {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) sandbox: Sandbox,
    /// Each tenant's turns in the sandbox's queue.
    pub(crate) sandbox_turns: Turns,
    pub(crate) client: Client,
    pub(crate) registry: Registry,
    pub(crate) fingerprints: FingerprintKey,
    pub(crate) load_queue: LoadQueue,
    pub(crate) places: Arc<Places>,
    pub(crate) unsettled: Unsettled,
    pub(crate) lease_ttl_ms: u64,
    pub(crate) uploads: UploadState,
    /// One endpoint is disabled or enabled at a time: what the store says is
    /// what holds.
    pub(crate) switching: Mutex<()>,
    pub(crate) ingest: IngestCaps,
    pub(crate) decoding: Decoding,
    pub(crate) history_ms: u64,
    pub(crate) stop: watch::Sender<bool>,
}

/// What uploading needs.
pub(crate) struct UploadState {
    pub(crate) library: Arc<Library>,
    pub(crate) compile_queue: CompileQueue,
    /// Events for uploads that bring none, one of each type.
    pub(crate) built_in: Vec<Sample>,
    /// One change of versions at a time: what the library says is active is
    /// what runs.
    pub(crate) changing: Mutex<()>,
}

impl Relay {
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
}

//! Loading the programs that are declared, in the background: at the start and
//! whenever files are to be read anew.
//!
//! Nobody waits for it but the deliveries of the endpoints concerned, which
//! stay in the queue: the port is open meanwhile. One program is loaded at a
//! time, first those that deliveries wait for. What can't be loaded is logged
//! and keeps no other program waiting.

use crate::caps::LOAD_FAILURE_DELAY;
use crate::clock;
use crate::load_key::LoadKey;
use crate::load_queue::{LoadOutcome, LoadReason, ReloadCounts};
use crate::loader::Loader;
use crate::relay::Relay;
use std::sync::Arc;
use tokio::sync::watch;

/// Loads what is to be loaded until `stop` turns true.
pub(crate) async fn task(relay: Arc<Relay>, mut stop: watch::Receiver<bool>) {
    let loader = Loader {
        registry: &relay.registry,
        sandbox: &relay.sandbox,
        library: &relay.uploads.library,
        compile_queue: &relay.uploads.compile_queue,
    };
    while !*stop.borrow() {
        let due = relay.store.due(clock::now()).lanes.into_iter();
        let due = due.filter_map(|lane| relay.registry.route(lane)?.load_key());
        let Some((key, reason)) = relay.load_queue.take(due) else {
            tokio::select! {
                () = relay.load_queue.added() => {}
                _ = stop.changed() => {}
            }
            continue;
        };
        tokio::select! {
            loaded = loader.load(&key, reason) => relay.note_loaded(key, reason, loaded),
            _ = stop.changed() => {}
        }
        if relay.load_queue.take_changed() {
            relay.redeclare().await;
        }
    }
}

impl Relay {
    /// Has everything loaded that is declared.
    pub(crate) fn load_all(&self) {
        let keys = self.registry.transforms().load_keys();
        self.load_queue.add(keys, LoadReason::Start);
    }

    /// Programs that are still to be loaded; deliveries that need one wait for
    /// it.
    #[must_use]
    pub fn loading(&self) -> usize {
        self.load_queue.left()
    }

    /// Reads the files of transforms anew, in the background, and tries again
    /// what could not be loaded. Each that changed runs as soon as it is
    /// loaded; where one can't be loaded the one before goes on. What came of
    /// each is logged. Called again meanwhile, it begins anew.
    pub fn reload(&self) {
        let keys: Vec<_> = self.registry.transforms().reload_keys().collect();
        tracing::info!(
            transforms = keys.len(),
            "the files of transforms are read anew"
        );
        self.load_queue.add(keys, LoadReason::Reload);
    }

    fn note_loaded(self: &Arc<Self>, key: LoadKey, reason: LoadReason, loaded: LoadOutcome) {
        let counts = self.load_queue.done(reason, loaded);
        match loaded {
            LoadOutcome::New | LoadOutcome::NewFile => self.places.wake(),
            LoadOutcome::Later => {
                let relay = Arc::clone(self);
                tokio::spawn(async move {
                    tokio::time::sleep(LOAD_FAILURE_DELAY).await;
                    relay.load_queue.add([key], reason);
                });
            }
            LoadOutcome::Unchanged | LoadOutcome::Refused => {}
        }
        if let Some(ReloadCounts {
            new,
            unchanged,
            refused,
        }) = counts
        {
            tracing::info!(
                reloaded = new,
                unchanged,
                refused,
                "the files of transforms were read anew"
            );
        }
    }
}

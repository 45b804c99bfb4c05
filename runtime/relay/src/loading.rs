//! Loading the programs that are declared, in the background: at the start and
//! whenever files are to be read anew.
//!
//! Nobody waits for it but the deliveries of the endpoints concerned, which
//! stay in the queue: the port is open meanwhile. One program is loaded at a
//! time, first those that deliveries wait for. What can't be loaded is logged
//! and keeps no other program waiting.

use crate::clock;
use crate::load_key::LoadKey;
use crate::load_queue::{Loaded, Tally, Why};
use crate::loader::Loader;
use crate::relay::Relay;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How long to wait after we, not the program, failed.
const OUR_FAILURE_DELAY: Duration = Duration::from_secs(1);

/// Loads what is to be loaded until `stop` turns true.
pub(crate) async fn run(relay: Arc<Relay>, mut stop: watch::Receiver<bool>) {
    let loader = Loader {
        registry: &relay.registry,
        sandbox: &relay.sandbox,
        library: &relay.uploads.library,
        compile_queue: &relay.uploads.compile_queue,
    };
    while !*stop.borrow() {
        let due = relay.store.due(clock::now()).lanes.into_iter();
        let due = due.filter_map(|lane| relay.registry.route(lane)?.load_key());
        let Some((key, why)) = relay.load_queue.take(due) else {
            tokio::select! {
                () = relay.load_queue.work() => {}
                _ = stop.changed() => {}
            }
            continue;
        };
        tokio::select! {
            loaded = loader.load(&key, why) => relay.note_loaded(key, why, loaded),
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
        self.load_queue.add(keys, Why::Start);
    }

    /// Programs that are still to be loaded; deliveries that need one wait for
    /// it.
    #[must_use]
    pub fn loading(&self) -> usize {
        self.load_queue.left()
    }

    /// Completes when every program was loaded or refused.
    pub async fn loaded(&self) {
        self.load_queue.emptied().await;
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
        self.load_queue.add(keys, Why::Reload);
    }

    fn note_loaded(self: &Arc<Self>, key: LoadKey, why: Why, loaded: Loaded) {
        let tally = self.load_queue.done(why, loaded);
        match loaded {
            Loaded::New | Loaded::NewFile => self.places.wake(),
            Loaded::Later => {
                let relay = Arc::clone(self);
                tokio::spawn(async move {
                    tokio::time::sleep(OUR_FAILURE_DELAY).await;
                    relay.load_queue.add([key], why);
                });
            }
            Loaded::Unchanged | Loaded::Refused => {}
        }
        if let Some(Tally {
            new,
            unchanged,
            refused,
        }) = tally
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

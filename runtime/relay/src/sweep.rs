//! The sweep: frees expired leases, removes old history, and says in the log
//! when events are turned away.

use crate::clock;
use crate::relay::Relay;
use crate::watch::{Watch, tell};
use hookmill_store::Retention;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Milliseconds between sweeps.
const SWEEP_INTERVAL_MS: u64 = 1_000;

/// The time between sweeps while there is more to remove: the history must
/// shrink faster than it can grow.
const MORE_SWEEP_INTERVAL: Duration = Duration::from_millis(20);

/// Rows that one sweep may touch.
const SWEEP_BUDGET: usize = 1_000;

/// Sweeps until `stop` turns true.
pub(crate) async fn run(relay: Arc<Relay>, mut stop: watch::Receiver<bool>) {
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

//! The sweep: frees expired leases, removes old history, and says in the log
//! when events are turned away.

use crate::caps::{MORE_SWEEP_INTERVAL, SWEEP_BUDGET, SWEEP_INTERVAL};
use crate::clock;
use crate::intake_watch::{IntakeWatch, log_change};
use crate::relay::Relay;
use hookmill_store::Retention;
use std::sync::Arc;
use tokio::sync::watch;

/// Sweeps until `stop` turns true.
pub(crate) async fn task(relay: Arc<Relay>, mut stop: watch::Receiver<bool>) {
    let retention = Retention {
        history_ms: relay.history_ms,
        parked_ms: relay.history_ms,
    };
    let mut intake = IntakeWatch::new(&relay.ingest);
    while !*stop.borrow() {
        let health = relay.store.health();
        for change in intake.observe(&health) {
            log_change(&change, &health, || relay.held_names());
        }
        let now = clock::now();
        let pause = match relay.store.sweep(now, retention, SWEEP_BUDGET).await {
            Ok(swept) if swept.more => MORE_SWEEP_INTERVAL,
            Ok(_) => SWEEP_INTERVAL,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the sweep failed");
                SWEEP_INTERVAL
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

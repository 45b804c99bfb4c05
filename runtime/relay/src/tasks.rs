//! A relay's tasks: how they are started, and how they end.

use crate::relay::Relay;
use crate::{dispatch, loading, sweep};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// The tasks of a relay that was started.
pub struct RelayTasks {
    relay: Arc<Relay>,
    dispatch: JoinHandle<()>,
    load: JoinHandle<()>,
    sweep: JoinHandle<()>,
    settle: JoinHandle<()>,
}

impl Relay {
    /// Starts to load programs, and to deliver.
    #[must_use]
    pub fn start(self: &Arc<Self>) -> RelayTasks {
        let stop = self.stop.subscribe();
        self.load_all();
        RelayTasks {
            relay: Arc::clone(self),
            dispatch: tokio::spawn(dispatch::task(Arc::clone(self), stop.clone())),
            load: tokio::spawn(loading::task(Arc::clone(self), stop.clone())),
            sweep: tokio::spawn(sweep::task(Arc::clone(self), stop)),
            settle: tokio::spawn(free_durable(Arc::clone(self))),
        }
    }
}

async fn free_durable(relay: Arc<Relay>) {
    relay.unsettled.free_durable(&*relay.store).await;
}

impl RelayTasks {
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
        if tokio::time::timeout(grace, self.relay.places.drained())
            .await
            .is_err()
        {
            tracing::warn!(
                deliveries.in_flight = self.relay.places.in_flight(),
                "the grace period is over; what is under way is delivered again after the next start"
            );
        }
        self.relay.store.close().await;
        let _ = self.settle.await;
    }
}

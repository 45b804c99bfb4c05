//! The dispatcher: claims what is due, as fairness has it, and starts a task for
//! each delivery.
//!
//! Wake-ups are hints; what the store says is due is the truth.

use crate::caps::{CLAIM_INTERVAL, IDLE_MAX, STORE_FAILURE_DELAY, WAIT_MIN};
use crate::clock;
use crate::deliver::deliver;
use crate::relay::Relay;
use hookmill_store::{LaneClaim, LeaseRequest, Leased};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Claims and starts deliveries until `stop` turns true. Those under way go on.
pub(crate) async fn task(relay: Arc<Relay>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let freed = relay.places.freed();
        let changed = relay.store.changed();
        let claimed_at = Instant::now();
        let wait = match claim(&relay).await {
            Claim::Started => {
                tokio::time::sleep_until((claimed_at + CLAIM_INTERVAL).into()).await;
                continue;
            }
            Claim::Idle { wait } => wait,
        };
        tokio::select! {
            () = freed => {}
            () = changed => {}
            () = tokio::time::sleep(wait) => {}
            _ = stop.changed() => {}
        }
        tokio::time::sleep_until((claimed_at + CLAIM_INTERVAL).into()).await;
    }
}

enum Claim {
    Started,
    Idle { wait: Duration },
}

async fn claim(relay: &Arc<Relay>) -> Claim {
    let (now, instant) = (clock::now(), Instant::now());
    let mut due = relay.store.due(now);
    due.lanes
        .retain(|lane| relay.registry.is_claimed_for(*lane));
    let plan = relay.places.plan(instant, &due.lanes);
    let due_in = due.next.map(|at| Duration::from_millis(at.since_ms(now)));
    let free_in = plan.blocked_until.map(|until| until - instant);
    let wait = [due_in, free_in].into_iter().flatten().min();
    let wait = wait.map_or(IDLE_MAX, |wait| wait.clamp(WAIT_MIN, IDLE_MAX));
    if plan.claims.is_empty() {
        return Claim::Idle { wait };
    }
    let request = LeaseRequest {
        lanes: plan
            .claims
            .into_iter()
            .map(|(endpoint, max)| LaneClaim { endpoint, max })
            .collect(),
        ttl_ms: relay.lease_ttl_ms,
        now,
    };
    match relay.store.lease(request).await {
        Ok(leased) if leased.is_empty() => Claim::Idle { wait },
        Ok(leased) => {
            start(relay, leased);
            Claim::Started
        }
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "deliveries can't be claimed"
            );
            Claim::Idle {
                wait: STORE_FAILURE_DELAY,
            }
        }
    }
}

fn start(relay: &Arc<Relay>, leased: Vec<Leased>) {
    for delivery in leased {
        let place = relay.places.take(delivery.endpoint);
        tokio::spawn(deliver(Arc::clone(relay), delivery, place));
    }
}

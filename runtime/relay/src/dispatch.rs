//! The dispatcher: claims what is due, as fairness has it, and lets each
//! delivery run as a task of its own.
//!
//! Wake-ups are hints; what the store says is due is the truth. A failed claim
//! or settlement is logged and left to its lease, which expires: the delivery
//! is then tried again.

use crate::clock;
use crate::deliver::{Attempter, Finished};
use crate::fairness::Fairness;
use crate::relay::Relay;
use crate::switches::Term;
use hookmill_domain::retry::EndpointEffect;
use hookmill_domain::{EndpointId, UnixMs};
use hookmill_store::{Fencing, LaneClaim, LeaseRequest, LeaseToken, Leased, Settled};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};

/// The longest the dispatcher sleeps without being woken: a lost wake-up costs
/// no more than this.
const IDLE_MAX: Duration = Duration::from_secs(1);

/// The shortest sleep: what is due within it is due.
const WAIT_MIN: Duration = Duration::from_millis(1);

/// The least time between two claims. Under load several deliveries end and
/// become due within it, and one claim serves them all; with time to spare
/// nothing waits for it.
const CLAIM_INTERVAL: Duration = Duration::from_millis(1);

/// The time to wait after the store failed to answer.
const STORE_FAILURE_DELAY: Duration = Duration::from_secs(1);

/// What the dispatcher and its deliveries share.
pub(crate) struct Dispatcher {
    fairness: Mutex<Fairness>,
    freed: Notify,
    lease_ttl_ms: u64,
}

impl Dispatcher {
    pub(crate) fn new(fairness: Fairness, lease_ttl_ms: u64) -> Self {
        Self {
            fairness: Mutex::new(fairness),
            freed: Notify::new(),
            lease_ttl_ms,
        }
    }

    fn fairness(&self) -> MutexGuard<'_, Fairness> {
        self.fairness.lock().expect("no holder panics")
    }

    /// Looks for work at once: what could not be delivered before may be now.
    pub(crate) fn wake(&self) {
        self.freed.notify_waiters();
    }

    /// Deliveries under way.
    pub(crate) fn in_flight(&self) -> u32 {
        self.fairness().in_flight()
    }

    /// Completes when nothing is under way.
    pub(crate) async fn drained(&self) {
        loop {
            let freed = self.freed.notified();
            if self.in_flight() == 0 {
                return;
            }
            freed.await;
        }
    }
}

/// Runs until `stop` turns true. Deliveries under way go on.
pub(crate) async fn run(relay: Arc<Relay>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let dispatcher = &relay.dispatcher;
        let freed = dispatcher.freed.notified();
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
    let plan = {
        let mut fairness = relay.dispatcher.fairness();
        relay.adopt_undeclared(&mut fairness, &due.lanes, instant);
        fairness.plan(instant, &due.lanes)
    };
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
        ttl_ms: relay.dispatcher.lease_ttl_ms,
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
    let mut fairness = relay.dispatcher.fairness();
    for delivery in leased {
        fairness.started(delivery.endpoint);
        tokio::spawn(deliver(Arc::clone(relay), delivery));
    }
}

/// Tells fairness how far a delivery is, however its task ends.
struct Place<'a> {
    dispatcher: &'a Dispatcher,
    endpoint: EndpointId,
    answered: bool,
}

impl Place<'_> {
    /// Its destination has room for another request.
    fn answered(&mut self) {
        if !self.answered {
            self.answered = true;
            self.dispatcher.fairness().answered(self.endpoint);
            self.dispatcher.freed.notify_waiters();
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.answered();
        self.dispatcher.fairness().settled(self.endpoint);
        self.dispatcher.freed.notify_waiters();
    }
}

async fn deliver(relay: Arc<Relay>, leased: Leased) {
    let endpoint = leased.endpoint;
    let delivery = leased.delivery;
    let event = Arc::clone(&leased.event);
    let mut place = Place {
        dispatcher: &relay.dispatcher,
        endpoint,
        answered: false,
    };
    let attempter = Attempter {
        registry: &relay.registry,
        sandbox: &relay.sandbox,
        client: &relay.client,
    };
    let token = leased.token;
    let term = relay.registry.switches().term(endpoint);
    let attempt = attempter.attempt(leased);
    let Some(Finished { settlement, effect }) = holding(&relay, token, attempt).await else {
        let (tenant, endpoint_name) = names(&relay, endpoint);
        tracing::warn!(tenant.name = tenant, endpoint.name = endpoint_name, delivery.id = %delivery, "an attempt lost its lease: the delivery is tried again");
        return;
    };
    relay.observe(&event, delivery, endpoint, &settlement);
    // Before its place is free: the next request would not know of it.
    apply_effect(&relay, endpoint, effect, term, settlement.now).await;
    place.answered();
    let (tenant, endpoint_name) = names(&relay, endpoint);
    match relay.store.settle(vec![settlement]).await.as_deref() {
        Ok([Settled::Recorded]) => {}
        Ok(_) => tracing::warn!(
            tenant.name = tenant, endpoint.name = endpoint_name, delivery.id = %delivery,
            "an attempt outlived its lease: the delivery is tried again"
        ),
        Err(error) => tracing::error!(
            tenant.name = tenant, endpoint.name = endpoint_name, delivery.id = %delivery,
            error = error as &dyn std::error::Error,
            "an attempt could not be recorded: the delivery is tried again after a restart"
        ),
    }
}

/// Makes the attempt, and extends its lease for as long as that takes; none
/// when the lease was lost all the same.
async fn holding(
    relay: &Relay,
    token: LeaseToken,
    attempt: impl Future<Output = Finished>,
) -> Option<Finished> {
    let ttl_ms = relay.dispatcher.lease_ttl_ms;
    let third = Duration::from_millis(ttl_ms / 3);
    let mut attempt = std::pin::pin!(attempt);
    loop {
        tokio::select! {
            finished = &mut attempt => return Some(finished),
            () = tokio::time::sleep(third) => {}
        }
        let until = clock::now().plus_ms(ttl_ms);
        match relay.store.extend(vec![token], until).await.as_deref() {
            Ok([Fencing::Held]) => {}
            _ => return None,
        }
    }
}

async fn apply_effect(
    relay: &Relay,
    endpoint: EndpointId,
    effect: EndpointEffect,
    term: Term,
    now: UnixMs,
) {
    match effect {
        EndpointEffect::None => {}
        EndpointEffect::ThrottleUntil(until) => {
            let until = Instant::now() + Duration::from_millis(until.since_ms(now));
            relay.dispatcher.fairness().throttle(endpoint, until);
        }
        EndpointEffect::Disable => relay.gone(endpoint, term).await,
    }
}

/// The names of an endpoint's tenant and of itself, for a log line.
fn names(relay: &Relay, endpoint: EndpointId) -> (&str, &str) {
    let route = relay.registry.route(endpoint);
    route.map_or(("", ""), |route| {
        let tenant = relay.registry.tenant_name(route.endpoint.tenant);
        (tenant, route.endpoint.name.as_str())
    })
}

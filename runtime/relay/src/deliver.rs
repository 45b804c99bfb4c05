//! A claimed delivery from its lease to its settlement: the attempt, what
//! follows for its endpoint, and the record of both.
//!
//! A settlement that fails is logged: the store has failed then, and the delivery
//! is tried again after a restart.

use crate::attempt::{AttemptResult, Attempter};
use crate::caps::EXTENSIONS_PER_LEASE;
use crate::clock;
use crate::disabled::Term;
use crate::places::Place;
use crate::relay::Relay;
use crate::route::Route;
use crate::settlement::{self, AttemptTime, Decision};
use hookmill_domain::retry::{EndpointEffect, RetryPolicy};
use hookmill_domain::{EndpointId, UnixMs};
use hookmill_store::{Fencing, LeaseToken, Leased, Settled};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Makes an attempt at a delivery that holds this place, and settles it.
pub(crate) async fn deliver(relay: Arc<Relay>, leased: Leased, mut place: Place) {
    let endpoint = leased.endpoint;
    let delivery = leased.delivery;
    let event = Arc::clone(&leased.event);
    let token = leased.token;
    let route = relay.registry.route(endpoint);
    let (tenant, endpoint_name) = log_names(route);
    let term = relay.registry.disabled_endpoints().term(endpoint);
    let attempt = relay.attempt(route, leased);
    let Some(Decision { settlement, effect }) = relay.holding(token, attempt).await else {
        tracing::warn!(
            tenant.name = tenant, endpoint.name = endpoint_name, delivery.id = %delivery,
            "an attempt lost its lease: the delivery is tried again"
        );
        return;
    };
    relay.observe(&event, delivery, endpoint, &settlement);
    // Before the destination has room for another request, which would not
    // know of it.
    let now = settlement.now;
    relay.apply_effect(endpoint, effect, term, now).await;
    place.answered();
    relay.unsettled.hold(token, place);
    let settled = relay.store.settle(vec![settlement]);
    if settled.as_deref() == Ok(&[Settled::Recorded]) {
        return;
    }
    relay.unsettled.release(token);
    match settled {
        Ok(_) => tracing::warn!(
            tenant.name = tenant, endpoint.name = endpoint_name, delivery.id = %delivery,
            "an attempt outlived its lease: the delivery is tried again"
        ),
        Err(error) => tracing::error!(
            tenant.name = tenant, endpoint.name = endpoint_name, delivery.id = %delivery,
            error = &error as &dyn std::error::Error,
            "an attempt could not be recorded: the delivery is tried again after a restart"
        ),
    }
}

impl Relay {
    /// Makes the attempt, and decides what follows.
    async fn attempt(&self, route: Option<&Route>, leased: Leased) -> Decision {
        let started_at = clock::now();
        let clock_at_start = Instant::now();
        let attempter = Attempter {
            sandbox: &self.sandbox,
            sandbox_turns: &self.sandbox_turns,
            client: &self.client,
        };
        let result = match route {
            // Disabled since it was claimed: it waits.
            Some(_) if self.registry.disabled(leased.endpoint).is_some() => None,
            Some(route) => attempter.attempt(route, &leased).await,
            None => Some(AttemptResult::undeclared(leased.endpoint)),
        };
        let now = clock::now();
        let Some(result) = result else {
            return settlement::release(&leased, now);
        };
        let elapsed = clock_at_start.elapsed();
        let time = AttemptTime {
            started_at,
            duration_us: u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
            ended_at: now,
        };
        let fallback = RetryPolicy::default();
        let policy = route.map_or(&fallback, |route| &route.endpoint.retry);
        let random = u64::from_be_bytes(clock::random());
        settlement::decide(policy, &leased, result, time, random)
    }

    /// Extends a lease for as long as the attempt takes; none when it was lost
    /// all the same.
    async fn holding(
        &self,
        token: LeaseToken,
        attempt: impl Future<Output = Decision>,
    ) -> Option<Decision> {
        let ttl_ms = self.lease_ttl_ms;
        let interval = Duration::from_millis(ttl_ms / EXTENSIONS_PER_LEASE);
        let mut attempt = std::pin::pin!(attempt);
        loop {
            tokio::select! {
                decision = &mut attempt => return Some(decision),
                () = tokio::time::sleep(interval) => {}
            }
            let until = clock::now().plus_ms(ttl_ms);
            match self.store.extend(vec![token], until).await.as_deref() {
                Ok([Fencing::Held]) => {}
                _ => return None,
            }
        }
    }

    async fn apply_effect(
        &self,
        endpoint: EndpointId,
        effect: EndpointEffect,
        term: Term,
        now: UnixMs,
    ) {
        match effect {
            EndpointEffect::None => {}
            EndpointEffect::ThrottleUntil(until) => {
                let until = Instant::now() + Duration::from_millis(until.since_ms(now));
                self.places.throttle(endpoint, until);
            }
            EndpointEffect::Disable => self.gone(endpoint, term).await,
        }
    }
}

/// The names of an endpoint's tenant and of itself, for a log line, which leaves
/// them out where the endpoint is not declared any more.
fn log_names(route: Option<&Route>) -> (Option<&str>, Option<&str>) {
    route
        .map(|route| (&*route.tenant_name, route.endpoint.name.as_str()))
        .unzip()
}

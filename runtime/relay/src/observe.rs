//! What is told of an attempt while it happens: a log line for the operator,
//! a notice for whoever watches. Bodies and secrets stay out of both.

use crate::notice::Notice;
use crate::relay::Relay;
use hookmill_domain::attempt::{Attempt, AttemptOutcome};
use hookmill_domain::event::Event;
use hookmill_domain::{DeliveryId, EndpointId};
use hookmill_store::{Next, Settlement};
use std::sync::Arc;

impl Relay {
    /// Tells how an attempt ended.
    pub(crate) fn observe(
        &self,
        event: &Event,
        delivery: DeliveryId,
        endpoint: EndpointId,
        settlement: &Settlement,
    ) {
        let Some(attempt) = &settlement.attempt else {
            return;
        };
        log(delivery, endpoint, attempt, &settlement.next);
        if self.notices.receiver_count() == 0 {
            return;
        }
        let route = self.registry.route(endpoint);
        let notice = Notice {
            event: event.id,
            event_type: event.event_type.clone(),
            delivery,
            endpoint,
            endpoint_name: route.map_or_else(String::new, |route| route.endpoint.name.clone()),
            attempt: attempt.clone(),
            next: what_follows(&settlement.next),
        };
        // Fails only when the last watcher has just left.
        let _ = self.notices.send(Arc::new(notice));
    }
}

fn log(delivery: DeliveryId, endpoint: EndpointId, attempt: &Attempt, next: &Next) {
    // Written only where it is logged.
    let outcome = std::fmt::from_fn(|f| match &attempt.outcome {
        AttemptOutcome::Response { status, .. } => write!(f, "{status}"),
        AttemptOutcome::SendFailed { kind, .. } => write!(f, "{kind}"),
        AttemptOutcome::Fault(fault) => write!(f, "{}", fault.code),
        AttemptOutcome::Canceled => f.write_str("canceled"),
    });
    let follows = what_follows(next);
    match next {
        Next::Park { .. } => tracing::warn!(
            delivery.id = %delivery, endpoint.id = %endpoint,
            attempt.number = attempt.number, attempt.outcome = %outcome,
            "the delivery is parked as {follows}"
        ),
        Next::RetryAt { at, .. } => tracing::info!(
            delivery.id = %delivery, endpoint.id = %endpoint,
            attempt.number = attempt.number, attempt.outcome = %outcome, retry.at_ms = at.0,
            "the attempt failed and is repeated"
        ),
        _ => tracing::debug!(
            delivery.id = %delivery, endpoint.id = %endpoint,
            attempt.number = attempt.number, attempt.outcome = %outcome,
            "the delivery is {follows}"
        ),
    }
}

fn what_follows(next: &Next) -> &'static str {
    match next {
        Next::Delivered => "delivered",
        Next::Canceled => "canceled",
        Next::RetryAt { .. } => "retried",
        Next::Park { reason, .. } => reason.as_str(),
        Next::Release { .. } => "released",
    }
}

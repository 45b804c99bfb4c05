//! What the log says of an attempt. Bodies and secrets stay out of it.

use crate::relay::Relay;
use hookmill_domain::attempt::{Attempt, AttemptOutcome};
use hookmill_domain::event::Event;
use hookmill_domain::{DeliveryId, EndpointId, EventId};
use hookmill_store::{Next, Settlement};

impl Relay {
    /// Logs how an attempt ended.
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
        let source = self.registry.source_names(event.source);
        let names = DeliveryNames {
            tenant: self.registry.tenant_name(event.tenant),
            source: source.map(|names| names.source.as_str()),
            endpoint: self.endpoint_name(endpoint),
            endpoint_id: endpoint,
            event: event.id,
            delivery,
        };
        names.log(attempt, &settlement.next);
    }
}

/// Whose delivery it is, by name and by id; no name where what it names is not
/// declared any more.
struct DeliveryNames<'r> {
    tenant: Option<&'r str>,
    source: Option<&'r str>,
    endpoint: Option<&'r str>,
    endpoint_id: EndpointId,
    event: EventId,
    delivery: DeliveryId,
}

/// One line about a delivery, at any level.
macro_rules! line {
    ($level:ident, $names:expr, $($rest:tt)+) => {
        tracing::$level!(
            tenant.name = $names.tenant, source.name = $names.source,
            endpoint.name = $names.endpoint, endpoint.id = %$names.endpoint_id,
            event.id = %$names.event, delivery.id = %$names.delivery,
            $($rest)+
        )
    };
}

impl DeliveryNames<'_> {
    fn log(&self, attempt: &Attempt, next: &Next) {
        // Written only where it is logged.
        let outcome = std::fmt::from_fn(|f| match &attempt.outcome {
            AttemptOutcome::Response { status, .. } => write!(f, "{status}"),
            AttemptOutcome::SendFailed { kind, .. } => write!(f, "{kind}"),
            AttemptOutcome::Fault(fault) => write!(f, "{}", fault.code),
            AttemptOutcome::Canceled => f.write_str("canceled"),
        });
        let (number, follows) = (attempt.number, what_follows(next));
        match next {
            Next::Park { .. } => line!(
                warn, self,
                attempt.number = number, attempt.outcome = %outcome,
                "the delivery is parked as {follows}"
            ),
            Next::RetryAt { at, .. } => line!(
                info, self,
                attempt.number = number, attempt.outcome = %outcome, retry.at_ms = at.0,
                "the attempt failed and is repeated"
            ),
            _ => line!(
                debug, self,
                attempt.number = number, attempt.outcome = %outcome,
                "the delivery is {follows}"
            ),
        }
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

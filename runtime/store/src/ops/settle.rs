//! Settling: takes effect at once, and is reported when it is durable.

use crate::config::AttemptHistory;
use crate::queue::changes::Now;
use crate::queue::leases::Held;
use crate::record::settled::{Kept, Outcome, Settled as Record};
use crate::shared::{Shared, State};
use crate::{Next, ParkReason, Settled, Settlement, StoreError};
use hookmill_domain::request::Request;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Settles leased deliveries.
pub(crate) fn settle(
    shared: &Arc<Shared>,
    settlements: Vec<Settlement>,
    attempts: AttemptHistory,
) -> Result<Vec<Settled>, StoreError> {
    let mut state = shared.lock();
    shared.check(&state)?;
    let mut answers = Vec::with_capacity(settlements.len());
    for settlement in settlements {
        state.clock.observe(settlement.now);
        let Some(held) = state.leases.take(settlement.token) else {
            answers.push(Settled::Fenced);
            continue;
        };
        if let Next::Park {
            reason: ParkReason::Corrupt,
            ..
        } = settlement.next
        {
            shared.corrupt_deliveries.fetch_add(1, Ordering::AcqRel);
        }
        let token = settlement.token;
        let record = record(&state, held, settlement, attempts);
        let at = state.append(record.frame());
        let now = state.projection.settled(&record, at);
        state.projection.settled_entries(&record, at);
        if let Now::Waiting(waiting) = now {
            state.enqueue(waiting);
        }
        state.report(token);
        answers.push(Settled::Recorded);
    }
    let (_, offset_ms) = state.clock.state();
    shared.clock_offset_ms.store(offset_ms, Ordering::Release);
    shared.commit(state);
    Ok(answers)
}

fn record(state: &State, held: Held, settlement: Settlement, attempts: AttemptHistory) -> Record {
    let Held { waiting, event, .. } = held;
    let keep = |request: Option<Request>| match (waiting.request, request) {
        // A request that is stored is not replaced.
        (Some(at), _) => Kept::At(at),
        (None, Some(request)) => Kept::Here(Box::new(request)),
        (None, None) => Kept::Nowhere,
    };
    let is_release = matches!(settlement.next, Next::Release { .. });
    let attempt = settlement.attempt.filter(|_| !is_release);
    let outcome = match settlement.next {
        Next::Delivered => Outcome::Delivered,
        Next::Canceled => Outcome::Canceled,
        Next::RetryAt { at, request } => Outcome::Retried {
            due_ms: state.clock.shifted(at),
            request: keep(request),
        },
        Next::Park { reason, request } => Outcome::Parked {
            reason,
            event_type: event.map_or_else(String::new, |event| event.event_type.clone()),
            request: keep(request),
        },
        Next::Release { at } => Outcome::Released {
            due_ms: state.clock.shifted(at),
            request: keep(None),
        },
    };
    Record {
        subject: waiting.subject,
        pack: waiting.pack,
        at: settlement.now,
        attempts: waiting.attempts + u32::from(attempt.is_some()),
        first_attempt: waiting.first_attempt,
        outcome,
        attempt: attempt.filter(|_| attempts == AttemptHistory::Kept),
    }
}

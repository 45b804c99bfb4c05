//! What follows an attempt, as it is settled: applies the domain's decision
//! ([`next_step`]) to a delivery.

use crate::attempt::AttemptResult;
use crate::attempt_note::held_back;
use crate::caps::RELEASED_DELAY_MS;
use hookmill_domain::UnixMs;
use hookmill_domain::attempt::Attempt;
use hookmill_domain::request::Request;
use hookmill_domain::retry::{EndpointEffect, NextStep, RetryPolicy, next_step};
use hookmill_store::{Leased, Next, ParkReason, Settlement};

/// What is to be recorded of a delivery, and what happens to its endpoint.
pub(crate) struct Decision {
    pub(crate) settlement: Settlement,
    pub(crate) effect: EndpointEffect,
}

/// When an attempt was made.
#[derive(Clone, Copy)]
pub(crate) struct AttemptTime {
    pub(crate) started_at: UnixMs,
    pub(crate) duration_us: u64,
    pub(crate) ended_at: UnixMs,
}

/// What follows an attempt. `random` is any evenly distributed number, by which
/// retries are spread.
pub(crate) fn decide(
    policy: &RetryPolicy,
    leased: &Leased,
    result: AttemptResult,
    time: AttemptTime,
    random: u64,
) -> Decision {
    let now = time.ended_at;
    // A replay begins the schedule anew.
    let along_schedule = leased.attempt.saturating_sub(leased.first_attempt) + 1;
    let (step, effect) = next_step(policy, along_schedule, result.end, now, random);
    let attempt = Attempt {
        number: leased.attempt,
        started_at: time.started_at,
        duration_us: time.duration_us,
        outcome: match step {
            NextStep::RetryAt {
                held_back_ms: Some(ms),
                ..
            } => held_back(result.outcome, ms),
            _ => result.outcome,
        },
        run: result.run,
        logs: result.logs,
    };
    Decision {
        settlement: Settlement {
            token: leased.token,
            attempt: Some(attempt),
            next: next(step, result.request),
            now,
        },
        effect,
    }
}

/// What follows when no attempt was made: the delivery is due again soon.
pub(crate) fn release(leased: &Leased, now: UnixMs) -> Decision {
    Decision {
        settlement: Settlement {
            token: leased.token,
            attempt: None,
            next: Next::Release {
                at: now.plus_ms(RELEASED_DELAY_MS),
            },
            now,
        },
        effect: EndpointEffect::None,
    }
}

fn next(step: NextStep, request: Option<Request>) -> Next {
    match step {
        NextStep::Delivered => Next::Delivered,
        NextStep::Canceled => Next::Canceled,
        NextStep::RetryAt { at, .. } => Next::RetryAt { at, request },
        NextStep::DeadLetter => Next::Park {
            reason: ParkReason::DeadLetter,
            request,
        },
        NextStep::TransformFailed => Next::Park {
            reason: ParkReason::TransformFailed,
            request,
        },
    }
}

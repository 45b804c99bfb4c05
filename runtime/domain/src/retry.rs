//! What happens after an attempt: the only decision about retries.

use crate::UnixMs;
use crate::caps::{THROTTLE_MS_MAX, THROTTLE_UNASKED_MS_MAX, THROTTLED_DELAY_MS_MIN};
use crate::fault::FaultCode;

/// When to try again. Attempt 1 is at once; attempt `n + 1` follows attempt
/// `n` by the `n`-th delay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Milliseconds between attempts; as many retries as there are delays.
    pub delays_ms: Vec<u64>,
    /// How far a delay may stray either way, in thousandths of it.
    pub jitter_permille: u32,
    /// Status codes that mean success besides 200 to 299, for vendors that
    /// say "already done" with an error (Loops: 409).
    pub success_codes: Vec<u16>,
}

impl Default for RetryPolicy {
    /// The schedule of Standard Webhooks and Svix: at once, then after 5 s,
    /// 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, each give or take a fifth.
    fn default() -> Self {
        const S: u64 = 1_000;
        const MIN: u64 = 60 * S;
        const H: u64 = 60 * MIN;
        Self {
            delays_ms: vec![5 * S, 5 * MIN, 30 * MIN, 2 * H, 5 * H, 10 * H, 10 * H],
            jitter_permille: 200,
            success_codes: Vec::new(),
        }
    }
}

/// How an attempt ended, as far as the decision needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptEnd {
    /// The destination answered.
    Response {
        /// The status code.
        status: u16,
        /// `Retry-After` in milliseconds from now, when it was sent and parsed.
        retry_after_ms: Option<u64>,
    },
    /// No answer in time.
    Timeout,
    /// No status: name resolution, connection or TLS failed, it broke off, or
    /// what came is not an answer. Of the last the destination may have acted
    /// on the request; it is sent again all the same, because an event that
    /// arrives twice can be told by its id, and one that is lost can't.
    Unreachable,
    /// The address policy or the endpoint's host list forbids the request:
    /// trying again would change nothing.
    Forbidden,
    /// The transform failed.
    Fault(FaultCode),
    /// The transform set `cancel`.
    Canceled,
}

/// What becomes of the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// It arrived.
    Delivered,
    /// Its transform canceled it.
    Canceled,
    /// It is tried again.
    RetryAt {
        /// When.
        at: UnixMs,
        /// Milliseconds that it waits at least, where that is longer than its
        /// schedule says: after a timeout, and after a 429 that does not say
        /// how long to wait.
        held_back_ms: Option<u64>,
    },
    /// It is parked: no attempt is left, or none could succeed.
    DeadLetter,
    /// It is parked: its transform failed.
    TransformFailed,
}

/// What becomes of the endpoint, besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointEffect {
    /// Nothing.
    None,
    /// No further request before this instant: the destination is overloaded.
    ThrottleUntil(UnixMs),
    /// The destination said 410: it wants no more.
    Disable,
}

/// Decides what follows attempt number `attempt` (the first is 1), given how
/// it ended at `now`. `random` is any evenly distributed number.
#[must_use]
pub fn next_step(
    policy: &RetryPolicy,
    attempt: u32,
    end: AttemptEnd,
    now: UnixMs,
    random: u64,
) -> (NextStep, EndpointEffect) {
    match end {
        AttemptEnd::Canceled => (NextStep::Canceled, EndpointEffect::None),
        AttemptEnd::Fault(FaultCode::RetryRequested) => {
            let step = match delay_ms(policy, attempt, random) {
                Some(delay) => NextStep::RetryAt {
                    at: now.plus_ms(delay),
                    held_back_ms: None,
                },
                None => NextStep::TransformFailed,
            };
            (step, EndpointEffect::None)
        }
        AttemptEnd::Fault(_) => (NextStep::TransformFailed, EndpointEffect::None),
        AttemptEnd::Forbidden => (NextStep::DeadLetter, EndpointEffect::None),
        AttemptEnd::Response { status, .. } if is_success(policy, status) => {
            (NextStep::Delivered, EndpointEffect::None)
        }
        AttemptEnd::Response { status: 410, .. } => (NextStep::DeadLetter, EndpointEffect::Disable),
        AttemptEnd::Response {
            status,
            retry_after_ms,
        } => after_failure(
            delay_ms(policy, attempt, random),
            matches!(status, 429 | 502 | 503 | 504),
            if status == 429 {
                THROTTLED_DELAY_MS_MIN
            } else {
                0
            },
            retry_after_ms,
            now,
        ),
        AttemptEnd::Timeout => after_failure(
            delay_ms(policy, attempt, random),
            false,
            THROTTLED_DELAY_MS_MIN,
            None,
            now,
        ),
        AttemptEnd::Unreachable => {
            after_failure(delay_ms(policy, attempt, random), false, 0, None, now)
        }
    }
}

fn is_success(policy: &RetryPolicy, status: u16) -> bool {
    (200..300).contains(&status) || policy.success_codes.contains(&status)
}

/// `Retry-After` counts within one and two times the scheduled delay (but at
/// least the floor), so that a destination can slow us down and neither stop
/// us nor speed us up.
fn after_failure(
    scheduled_ms: Option<u64>,
    throttles: bool,
    floor_ms: u64,
    retry_after_ms: Option<u64>,
    now: UnixMs,
) -> (NextStep, EndpointEffect) {
    let throttle = |ms| {
        if throttles {
            EndpointEffect::ThrottleUntil(now.plus_ms(ms))
        } else {
            EndpointEffect::None
        }
    };
    let asked_ms = retry_after_ms.unwrap_or(0);
    match scheduled_ms {
        None => (
            NextStep::DeadLetter,
            throttle(asked_ms.min(THROTTLED_DELAY_MS_MIN)),
        ),
        Some(scheduled) => {
            // The destination's own word stands in for our guess.
            let is_held_back = retry_after_ms.is_none() && scheduled < floor_ms;
            let held_back_ms = is_held_back.then_some(floor_ms);
            let base = held_back_ms.unwrap_or(scheduled);
            let ceiling = base.saturating_mul(2).max(THROTTLED_DELAY_MS_MIN);
            let delay = asked_ms.clamp(base, ceiling);
            let pause = retry_after_ms.map_or(base.min(THROTTLE_UNASKED_MS_MAX), |ms| {
                ms.min(ceiling).min(THROTTLE_MS_MAX)
            });
            let step = NextStep::RetryAt {
                at: now.plus_ms(delay),
                held_back_ms,
            };
            (step, throttle(pause))
        }
    }
}

/// The jittered delay after this attempt; none when no retry is left.
fn delay_ms(policy: &RetryPolicy, attempt: u32, random: u64) -> Option<u64> {
    let index = usize::try_from(attempt.checked_sub(1)?).ok()?;
    let delay = *policy.delays_ms.get(index)?;
    let spread = (u128::from(delay) * u128::from(policy.jitter_permille.min(1_000)) / 1_000) as u64;
    let offset = random % spread.saturating_mul(2).saturating_add(1);
    Some(delay.saturating_sub(spread).saturating_add(offset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: UnixMs = UnixMs(1_000_000);

    fn steady() -> RetryPolicy {
        RetryPolicy {
            delays_ms: vec![5_000, 300_000],
            jitter_permille: 0,
            success_codes: vec![409],
        }
    }

    fn response(status: u16) -> AttemptEnd {
        AttemptEnd::Response {
            status,
            retry_after_ms: None,
        }
    }

    fn asked(status: u16, ms: u64) -> AttemptEnd {
        AttemptEnd::Response {
            status,
            retry_after_ms: Some(ms),
        }
    }

    #[test]
    fn each_end_has_its_step() {
        use EndpointEffect::{Disable, None, ThrottleUntil};
        use NextStep::{Canceled, DeadLetter, Delivered, TransformFailed};
        let at = |ms| UnixMs(NOW.0 + ms);
        let retry = |ms| NextStep::RetryAt {
            at: at(ms),
            held_back_ms: Option::None,
        };
        let held_back = |ms| NextStep::RetryAt {
            at: at(ms),
            held_back_ms: Some(ms),
        };
        let table = [
            (1, response(200), Delivered, None),
            (1, response(204), Delivered, None),
            (3, response(409), Delivered, None),
            (1, response(301), retry(5_000), None),
            (1, response(401), retry(5_000), None),
            (2, response(500), retry(300_000), None),
            (3, response(500), DeadLetter, None),
            (1, response(410), DeadLetter, Disable),
            (1, response(503), retry(5_000), ThrottleUntil(at(1_000))),
            (
                1,
                response(429),
                held_back(60_000),
                ThrottleUntil(at(1_000)),
            ),
            (1, asked(429, 7_000), retry(7_000), ThrottleUntil(at(7_000))),
            (
                1,
                asked(503, 86_400_000),
                retry(60_000),
                ThrottleUntil(at(60_000)),
            ),
            (
                2,
                asked(503, 86_400_000),
                retry(600_000),
                ThrottleUntil(at(300_000)),
            ),
            (1, asked(500, 1), retry(5_000), None),
            (1, AttemptEnd::Timeout, held_back(60_000), None),
            (2, AttemptEnd::Timeout, retry(300_000), None),
            (1, AttemptEnd::Unreachable, retry(5_000), None),
            (1, AttemptEnd::Forbidden, DeadLetter, None),
            (1, AttemptEnd::Canceled, Canceled, None),
            (
                1,
                AttemptEnd::Fault(FaultCode::Thrown),
                TransformFailed,
                None,
            ),
            (
                1,
                AttemptEnd::Fault(FaultCode::RetryRequested),
                retry(5_000),
                None,
            ),
            (
                3,
                AttemptEnd::Fault(FaultCode::RetryRequested),
                TransformFailed,
                None,
            ),
        ];
        for (attempt, end, step, effect) in table {
            let found = next_step(&steady(), attempt, end, NOW, 0);
            assert_eq!(found, (step, effect), "attempt {attempt} {end:?}");
        }
    }

    proptest! {
        #[test]
        fn a_retry_stays_within_a_fifth_of_its_delay(attempt in 1_u32..8, random: u64) {
            let policy = RetryPolicy::default();
            let scheduled = policy.delays_ms[attempt as usize - 1];
            let (step, _) = next_step(&policy, attempt, AttemptEnd::Unreachable, NOW, random);
            let NextStep::RetryAt { at, .. } = step else { panic!("{step:?}") };
            let delay = at.since_ms(NOW);
            prop_assert!(delay >= scheduled - scheduled / 5 && delay <= scheduled + scheduled / 5);
        }

        #[test]
        fn every_delivery_ends_after_its_last_delay(
            delays_ms in proptest::collection::vec(0_u64..1 << 40, 0..12),
            jitter_permille in 0_u32..2_000,
            random: u64,
            status in 100_u16..600,
            retry_after_ms: Option<u64>,
        ) {
            let last = delays_ms.len() as u32 + 1;
            let policy = RetryPolicy { delays_ms, jitter_permille, success_codes: vec![] };
            let end = AttemptEnd::Response { status, retry_after_ms };
            let (step, _) = next_step(&policy, last, end, NOW, random);
            prop_assert!(!matches!(step, NextStep::RetryAt { .. }), "{:?}", step);
            for attempt in 1..last {
                if let (NextStep::RetryAt { at, .. }, _) = next_step(&policy, attempt, end, NOW, random) {
                    prop_assert!(at >= NOW);
                }
            }
        }
    }
}

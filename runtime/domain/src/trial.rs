//! What a transform's runs over sample events show, before anything real is
//! sent through it.

use crate::caps::{SandboxCaps, TRIAL_COSTLY_RUNS_MAX, TRIAL_DEADLINE_MS_MIN};
use crate::fault::FaultCode;

/// What a run over a sample may use, where the endpoint has these limits.
#[must_use]
pub fn caps(endpoint: SandboxCaps) -> SandboxCaps {
    SandboxCaps {
        deadline_ms: endpoint.deadline_ms.max(TRIAL_DEADLINE_MS_MIN),
        ..endpoint
    }
}

/// Whether the runs show that it never works: each ended in a fault. A deadline
/// that was exceeded shows nothing, as the machine may have been busy, and a
/// wish to be called again is not a refusal.
#[must_use]
pub fn never_works(outcomes: &[Option<FaultCode>]) -> bool {
    let is_proof = |outcome: &Option<FaultCode>| {
        !matches!(
            outcome,
            None | Some(FaultCode::DeadlineExceeded | FaultCode::RetryRequested)
        )
    };
    !outcomes.is_empty() && outcomes.iter().all(is_proof)
}

/// Whether enough time was spent on a program that does not end.
#[must_use]
pub fn is_enough(outcomes: &[Option<FaultCode>]) -> bool {
    let is_costly = |outcome: &&Option<FaultCode>| {
        matches!(
            outcome,
            Some(FaultCode::OutOfFuel | FaultCode::DeadlineExceeded)
        )
    };
    outcomes.iter().filter(is_costly).count() >= TRIAL_COSTLY_RUNS_MAX
}

#[cfg(test)]
mod tests {
    use super::{is_enough, never_works};
    use crate::fault::FaultCode::{
        self, DeadlineExceeded, InvalidResult, OutOfFuel, RetryRequested, Thrown,
    };

    #[test]
    fn only_faults_that_would_come_again_show_that_it_never_works() {
        let table: [(&[Option<FaultCode>], bool); 6] = [
            (&[], false),
            (&[Some(Thrown)], true),
            (&[Some(Thrown), Some(InvalidResult), Some(OutOfFuel)], true),
            (&[Some(Thrown), None], false),
            (&[Some(Thrown), Some(DeadlineExceeded)], false),
            (&[Some(RetryRequested)], false),
        ];
        for (outcomes, expected) in table {
            assert_eq!(never_works(outcomes), expected, "{outcomes:?}");
        }
    }

    #[test]
    fn what_does_not_end_is_tried_three_times() {
        let costly = [
            Some(OutOfFuel),
            None,
            Some(DeadlineExceeded),
            Some(OutOfFuel),
        ];
        assert!(!is_enough(&costly[..3]));
        assert!(is_enough(&costly));
        assert!(!is_enough(&[Some(Thrown); 47]));
    }
}

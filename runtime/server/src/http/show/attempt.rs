//! An attempt, in the shape of the API.

use super::fault::fault;
use super::timestamp::timestamp;
use hookmill_api::attempt::{Attempt, AttemptOutcome, SendError};
use hookmill_api::usage::Usage;
use hookmill_domain::attempt::{Attempt as Record, AttemptOutcome as Ending, RunUsage};

pub(super) fn attempt(record: &Record) -> Attempt {
    Attempt {
        number: record.number,
        started_at: timestamp(record.started_at),
        duration_us: record.duration_us,
        logs: record.logs.clone(),
        outcome: Some(outcome(&record.outcome)),
        usage: record.run.map(usage),
    }
}

fn outcome(ending: &Ending) -> AttemptOutcome {
    match ending {
        Ending::Response { status, body, note } => AttemptOutcome::Response {
            status: *status,
            response: String::from_utf8_lossy(body).into_owned(),
            note: note.clone(),
        },
        Ending::SendFailed { kind, message } => AttemptOutcome::NotSent {
            error: SendError {
                kind: kind.as_str().to_owned(),
                message: message.clone(),
            },
        },
        Ending::Fault(record) => AttemptOutcome::Faulted {
            fault: fault(record),
        },
        Ending::Canceled => AttemptOutcome::Canceled { canceled: true },
    }
}

/// What a run used.
pub(super) fn usage(used: RunUsage) -> Usage {
    Usage {
        fuel: used.fuel,
        sandbox_us: Some(used.time_us),
        memory: used.memory_bytes,
    }
}

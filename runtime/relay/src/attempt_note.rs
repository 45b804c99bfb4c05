//! What is to be said of an attempt beside its outcome: a redirect that was not
//! followed, a next attempt that comes later than its schedule has it.

use hookmill_domain::attempt::AttemptOutcome;
use hookmill_egress::Response;

/// What is to be said of an answer.
pub(crate) fn of_answer(response: &Response) -> String {
    let redirect = match (response.status, &response.location) {
        (301 | 302 | 303 | 307 | 308, Some(location)) => format!(
            "redirects are not followed: this one leads to `{location}`; if that is right, make it the URL of the endpoint or of the handler's request"
        ),
        (301 | 302 | 303 | 307 | 308, None) => {
            "redirects are not followed, and this one does not say where it leads".to_owned()
        }
        _ => String::new(),
    };
    joined(redirect, &response.note)
}

/// Says why the next attempt comes later than its schedule has it.
pub(crate) fn held_back(outcome: AttemptOutcome, ms: u64) -> AttemptOutcome {
    let seconds = ms / 1_000;
    match outcome {
        AttemptOutcome::Response { status, body, note } => {
            let why = format!(
                "after a 429 without `Retry-After` the next attempt comes no sooner than {seconds} s"
            );
            AttemptOutcome::Response {
                status,
                body,
                note: joined(note, &why),
            }
        }
        AttemptOutcome::SendFailed { kind, message } => {
            let why = format!("after a time-out the next attempt comes no sooner than {seconds} s");
            AttemptOutcome::SendFailed {
                kind,
                message: joined(message, &why),
            }
        }
        other => other,
    }
}

/// Two sentences, of which either may be empty.
fn joined(mut first: String, second: &str) -> String {
    if !first.is_empty() && !second.is_empty() {
        first.push_str("; ");
    }
    first.push_str(second);
    first
}

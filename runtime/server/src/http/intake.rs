//! Says in the log what became of each event that came in: one line each, and
//! under a flood a count of those that are left out.
//!
//! A line has names, ids and the reason. Never a body, nor anything that a
//! signature is made of.

use super::floodgate::{Floodgate, Passage};
use super::problem::Problem;
use crate::caps::{LOG_WINDOW, LOGGED_CHARS_MAX};
use hookmill_relay::accept::{Acceptance, SourceNames};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

/// The lines of all events that come in. Dropping the last one says what was
/// left out last.
#[derive(Clone, Default)]
pub(crate) struct IntakeLog {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    gate: Mutex<Floodgate<Kind>>,
}

/// Lines that are counted together. All unknown paths are one source: how many
/// there are is up to strangers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kind {
    source: Option<Arc<SourceNames>>,
    reason: &'static str,
}

/// Where an event came in, as far as that is known.
pub(super) struct Arrival {
    /// The path's segment.
    pub(super) path: String,
    /// Whose source that is.
    pub(super) source: Option<Arc<SourceNames>>,
    /// The id that its sender gave it; not verified.
    pub(super) key: Option<String>,
}

impl IntakeLog {
    /// Says what became of an event.
    pub(super) fn tell(&self, arrival: &Arrival, outcome: &Result<Acceptance, Problem>) {
        let reason = match outcome {
            Ok(Acceptance::New(_)) => "accepted",
            Ok(Acceptance::Unrouted(_)) => "unrouted",
            Ok(Acceptance::Repeat(_)) => "repeated",
            Err(problem) => problem.code(),
        };
        let kind = Kind {
            source: arrival.source.clone(),
            reason,
        };
        match self.shared.gate().pass(kind.clone(), Instant::now()) {
            Passage::Written => write(arrival, outcome),
            Passage::LeftOut => {}
            Passage::FirstLeftOut { ends } => {
                let shared = Arc::downgrade(&self.shared);
                tokio::spawn(async move {
                    tokio::time::sleep_until(ends.into()).await;
                    tell_left_out(&shared, &kind);
                });
            }
        }
    }
}

impl Shared {
    fn gate(&self) -> MutexGuard<'_, Floodgate<Kind>> {
        // Counting does not panic half-way.
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let all: Vec<_> = self.gate().take_all().collect();
        for (kind, left_out) in all {
            write_left_out(&kind, left_out);
        }
    }
}

fn tell_left_out(shared: &Weak<Shared>, kind: &Kind) {
    // Without it, the count was told when it ended.
    if let Some(shared) = shared.upgrade() {
        let left_out = shared.gate().take_left_out(kind);
        write_left_out(kind, left_out);
    }
}

fn write(arrival: &Arrival, outcome: &Result<Acceptance, Problem>) {
    let (tenant, source) = names(arrival.source.as_deref());
    let key = arrival.key.as_deref().map(cut);
    let key = key.as_deref().map(tracing::field::debug);
    match outcome {
        Ok(acceptance) => {
            let (id, message) = match acceptance {
                Acceptance::New(id) => (id, "an event was accepted"),
                Acceptance::Unrouted(id) => (
                    id,
                    "an event was accepted that no endpoint wants: it is sent to nobody",
                ),
                Acceptance::Repeat(id) => (id, "an event came again: it was accepted before"),
            };
            tracing::info!(
                tenant.name = tenant, source.name = source,
                event.id = %id, event.key = key, "{message}"
            );
        }
        Err(problem) => {
            let path = arrival.source.is_none().then(|| cut(&arrival.path));
            let path = path.as_deref().map(tracing::field::debug);
            match problem.cause() {
                None => tracing::info!(
                    tenant.name = tenant,
                    source.name = source,
                    source.path = path,
                    event.key = key,
                    reason = problem.code(),
                    detail = problem.detail(),
                    status = problem.status(),
                    "an event was refused"
                ),
                Some(cause) => tracing::error!(
                    tenant.name = tenant,
                    source.name = source,
                    event.key = key,
                    reason = problem.code(),
                    error = cause as &dyn std::error::Error,
                    status = problem.status(),
                    "an event was refused: it can't be stored"
                ),
            }
        }
    }
}

fn write_left_out(kind: &Kind, left_out: u64) {
    if left_out == 0 {
        return;
    }
    let (tenant, source) = names(kind.source.as_deref());
    tracing::info!(
        tenant.name = tenant,
        source.name = source,
        reason = kind.reason,
        left_out,
        "of more events the same became within {} s; their lines are left out",
        LOG_WINDOW.as_secs()
    );
}

fn names(source: Option<&SourceNames>) -> (Option<&str>, Option<&str>) {
    let tenant = source.map(|names| names.tenant.as_str());
    (tenant, source.map(|names| names.source.as_str()))
}

fn cut(text: &str) -> String {
    text.chars().take(LOGGED_CHARS_MAX).collect()
}

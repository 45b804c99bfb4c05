//! Watching what would turn events away: a full disk, a full backlog. Each is
//! logged once when it begins and once when it ends, and a backlog that is
//! filling up before it is full.
//!
//! Decides from what the store measured; measures nothing itself.

use hookmill_domain::caps::IngestCaps;
use hookmill_store::{Health, StoreError};

/// Share of the backlog's limit, in percent, from which on it is told that it
/// is filling up, and below which that is over.
const FILLING_PERCENT: (u64, u64) = (80, 70);

/// Endpoints that are named in one line.
const NAMED_MAX: usize = 10;

/// What was told so far.
#[derive(Debug)]
pub(crate) struct Watch {
    backlog_events_max: u64,
    refuses: Option<Refusing>,
    is_filling: bool,
}

/// What turns events away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusing {
    Disk,
    Backlog,
    Failure,
}

/// What there is to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Events are turned away from now on, and why.
    Refuses(StoreError),
    /// They are taken again.
    Takes,
    /// The backlog is filling up.
    Filling,
}

impl Watch {
    pub(crate) fn new(caps: &IngestCaps) -> Self {
        Self {
            backlog_events_max: caps.backlog_events_max,
            refuses: None,
            is_filling: false,
        }
    }

    /// What is new about the store.
    pub(crate) fn look(&mut self, health: &Health) -> Vec<Told> {
        let mut told = Vec::new();
        let refuses = health.refuses.as_ref().map(|reason| match reason {
            StoreError::DiskFull { .. } => Refusing::Disk,
            StoreError::BacklogFull { .. } => Refusing::Backlog,
            _ => Refusing::Failure,
        });
        if refuses != self.refuses {
            self.refuses = refuses;
            told.push(match &health.refuses {
                Some(reason) => Told::Refuses(reason.clone()),
                None => Told::Takes,
            });
        }
        let percent = health.backlog_events.saturating_mul(100) / self.backlog_events_max.max(1);
        let (begins, ends) = FILLING_PERCENT;
        if !self.is_filling && percent >= begins {
            self.is_filling = true;
            told.push(Told::Filling);
        } else if percent < ends {
            self.is_filling = false;
        }
        told
    }
}

/// Logs what is new. `held` names the endpoints that nothing is sent to now.
pub(crate) fn tell(told: &Told, health: &Health, held: impl FnOnce() -> Vec<String>) {
    match told {
        Told::Refuses(reason) => tracing::error!(
            reason = reason as &dyn std::error::Error,
            disk.free_bytes = health.disk_free_bytes,
            backlog.events = health.backlog_events,
            "events are refused from now on"
        ),
        Told::Takes => tracing::info!(
            disk.free_bytes = health.disk_free_bytes,
            backlog.events = health.backlog_events,
            "events are accepted again"
        ),
        Told::Filling => {
            let held = held();
            let named = held.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>();
            tracing::warn!(
                backlog.events = health.backlog_events,
                endpoints.held = held.len(),
                endpoints.held_first = named.join(", "),
                "the backlog is filling up: when `limits.backlog_events_max` is reached, new events of all tenants are refused; what waits for endpoints that are disabled or have no program counts, too"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health(backlog_events: u64, refuses: Option<StoreError>) -> Health {
        Health {
            backlog_events,
            refuses,
            ..Health::default()
        }
    }

    fn watch(backlog_events_max: u64) -> Watch {
        Watch::new(&IngestCaps {
            backlog_events_max,
            ..IngestCaps::default()
        })
    }

    #[test]
    fn a_full_disk_is_told_once_and_so_is_its_end() {
        let mut watch = watch(100);
        let full = |free_bytes| StoreError::DiskFull {
            free_bytes,
            required_bytes: 10,
        };
        assert!(watch.look(&health(0, None)).is_empty());
        let told = watch.look(&health(0, Some(full(9))));
        assert_eq!(told, [Told::Refuses(full(9))]);
        assert!(watch.look(&health(0, Some(full(8)))).is_empty());
        assert_eq!(watch.look(&health(0, None)), [Told::Takes]);
        assert!(watch.look(&health(0, None)).is_empty());
        // Another reason is news.
        let _ = watch.look(&health(0, Some(full(9))));
        let backlog = StoreError::BacklogFull { events_max: 100 };
        let told = watch.look(&health(0, Some(backlog.clone())));
        assert_eq!(told, [Told::Refuses(backlog)]);
    }

    #[test]
    fn a_backlog_is_told_of_before_it_is_full() {
        let mut watch = watch(100);
        assert!(watch.look(&health(79, None)).is_empty());
        assert_eq!(watch.look(&health(80, None)), [Told::Filling]);
        assert!(watch.look(&health(99, None)).is_empty());
        assert!(watch.look(&health(75, None)).is_empty());
        assert!(watch.look(&health(80, None)).is_empty());
        assert!(watch.look(&health(69, None)).is_empty());
        assert_eq!(watch.look(&health(80, None)), [Told::Filling]);
    }
}

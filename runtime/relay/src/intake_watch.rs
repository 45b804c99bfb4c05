//! Whether the store takes events, as the log has it: a full disk and a full
//! backlog are logged once when they begin and once when they end, and a backlog
//! that is filling up is logged before it is full.
//!
//! Decides from what the store measured; measures nothing itself.

use crate::caps::{BACKLOG_CALM_PERCENT, BACKLOG_FILLING_PERCENT, NAMED_MAX};
use hookmill_domain::caps::IngestCaps;
use hookmill_store::{Health, StoreError};

/// What the log has said so far.
#[derive(Debug)]
pub(crate) struct IntakeWatch {
    backlog_deliveries_max: u64,
    refused_for: Option<RefusalReason>,
    is_filling: bool,
}

/// Why events are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RefusalReason {
    Disk,
    Backlog,
    Failure,
}

/// What has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum IntakeChange {
    /// Events are refused from now on, and why.
    Refused(StoreError),
    /// Events are accepted again.
    Accepted,
    /// The backlog is filling up.
    Filling,
}

impl IntakeWatch {
    pub(crate) fn new(caps: &IngestCaps) -> Self {
        Self {
            backlog_deliveries_max: caps.backlog_deliveries_max,
            refused_for: None,
            is_filling: false,
        }
    }

    /// What has changed since the last call.
    pub(crate) fn observe(&mut self, health: &Health) -> Vec<IntakeChange> {
        let mut changes = Vec::new();
        let refused_for = health.refuses.as_ref().map(|reason| match reason {
            StoreError::DiskFull { .. } => RefusalReason::Disk,
            StoreError::BacklogFull { .. } => RefusalReason::Backlog,
            _ => RefusalReason::Failure,
        });
        if refused_for != self.refused_for {
            self.refused_for = refused_for;
            changes.push(match &health.refuses {
                Some(reason) => IntakeChange::Refused(reason.clone()),
                None => IntakeChange::Accepted,
            });
        }
        let percent =
            health.pending_deliveries.saturating_mul(100) / self.backlog_deliveries_max.max(1);
        if !self.is_filling && percent >= BACKLOG_FILLING_PERCENT {
            self.is_filling = true;
            changes.push(IntakeChange::Filling);
        } else if percent < BACKLOG_CALM_PERCENT {
            self.is_filling = false;
        }
        changes
    }
}

/// Logs a change. `held` names the endpoints that nothing is sent to now.
pub(crate) fn log_change(
    change: &IntakeChange,
    health: &Health,
    held: impl FnOnce() -> Vec<String>,
) {
    match change {
        IntakeChange::Refused(reason) => tracing::error!(
            reason = reason as &dyn std::error::Error,
            disk.free_bytes = health.disk_free_bytes,
            backlog.deliveries = health.pending_deliveries,
            "events are refused from now on"
        ),
        IntakeChange::Accepted => tracing::info!(
            disk.free_bytes = health.disk_free_bytes,
            backlog.deliveries = health.pending_deliveries,
            "events are accepted again"
        ),
        IntakeChange::Filling => {
            let held = held();
            let named = held.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>();
            tracing::warn!(
                backlog.deliveries = health.pending_deliveries,
                endpoints.held = held.len(),
                endpoints.held_first = named.join(", "),
                "the backlog is filling up: when `limits.backlog_deliveries_max` is reached, new events of all tenants are refused; what waits for endpoints that are disabled or have no program counts, too"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health(pending_deliveries: u64, refuses: Option<StoreError>) -> Health {
        Health {
            pending_deliveries,
            refuses,
            ..Health::default()
        }
    }

    fn watch(backlog_deliveries_max: u64) -> IntakeWatch {
        IntakeWatch::new(&IngestCaps {
            backlog_deliveries_max,
            ..IngestCaps::default()
        })
    }

    #[test]
    fn a_full_disk_is_logged_once_and_so_is_its_end() {
        let mut watch = watch(100);
        let full = |free_bytes| StoreError::DiskFull {
            free_bytes,
            required_bytes: 10,
        };
        assert!(watch.observe(&health(0, None)).is_empty());
        let changes = watch.observe(&health(0, Some(full(9))));
        assert_eq!(changes, [IntakeChange::Refused(full(9))]);
        assert!(watch.observe(&health(0, Some(full(8)))).is_empty());
        assert_eq!(watch.observe(&health(0, None)), [IntakeChange::Accepted]);
        assert!(watch.observe(&health(0, None)).is_empty());
        // Another reason is news.
        let _ = watch.observe(&health(0, Some(full(9))));
        let backlog = StoreError::BacklogFull {
            deliveries_max: 100,
        };
        let changes = watch.observe(&health(0, Some(backlog.clone())));
        assert_eq!(changes, [IntakeChange::Refused(backlog)]);
    }

    #[test]
    fn a_backlog_is_logged_before_it_is_full() {
        let mut watch = watch(100);
        assert!(watch.observe(&health(79, None)).is_empty());
        assert_eq!(watch.observe(&health(80, None)), [IntakeChange::Filling]);
        assert!(watch.observe(&health(99, None)).is_empty());
        assert!(watch.observe(&health(75, None)).is_empty());
        assert!(watch.observe(&health(80, None)).is_empty());
        assert!(watch.observe(&health(69, None)).is_empty());
        assert_eq!(watch.observe(&health(80, None)), [IntakeChange::Filling]);
    }
}

//! A walk over rows: counts, collects findings, and stops in time.

use super::CheckReport;
use crate::engine::database::{Database, ReadError};
use crate::keyspace::codec::{Damaged, KeyText};
use std::time::Instant;

/// Findings that are kept.
const FINDINGS_MAX: usize = 100;

/// Rows between two looks at the clock.
const ROWS_BETWEEN_LOOKS: u64 = 64;

/// A walk under way.
pub(super) struct Walk {
    until: Option<Instant>,
    pub(super) report: CheckReport,
}

/// Why a walk ended before its end.
pub(super) enum Stop {
    OutOfTime,
    /// sled itself could not read on.
    Unreadable(ReadError),
}

impl From<ReadError> for Stop {
    fn from(error: ReadError) -> Self {
        Self::Unreadable(error)
    }
}

impl Walk {
    pub(super) fn new(until: Option<Instant>) -> Self {
        let report = CheckReport::default();
        Self { until, report }
    }

    pub(super) fn find(&mut self, finding: impl ToString) {
        if self.report.findings.len() < FINDINGS_MAX {
            self.report.findings.push(finding.to_string());
        }
    }

    pub(super) fn find_at(&mut self, key: &[u8], problem: &str) {
        self.find(format_args!("row {}: {problem}", KeyText(key)));
    }

    /// Visits all rows of a kind. Damage that the visit reports is a finding.
    pub(super) fn rows(
        &mut self,
        database: &Database,
        kind: u8,
        mut visit: impl FnMut(&mut Self, &[u8], &[u8]) -> Result<(), ReadError>,
    ) -> Result<u64, Stop> {
        let mut count = 0;
        for row in database.scan(&[kind]) {
            let (key, value) = row?;
            count += 1;
            self.report.rows += 1;
            let late = |until| Instant::now() > until;
            if self.report.rows.is_multiple_of(ROWS_BETWEEN_LOOKS) && self.until.is_some_and(late) {
                return Err(Stop::OutOfTime);
            }
            match visit(self, &key, &value) {
                Ok(()) => {}
                Err(ReadError::Damaged(damaged)) => self.find(damaged),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(count)
    }

    /// Compares a counter with what was counted.
    pub(super) fn count(&mut self, what: &str, counted: u64, recorded: u64) {
        if counted != recorded {
            self.find(format_args!(
                "{counted} {what} are stored, {recorded} should be"
            ));
        }
    }
}

/// The damage that a missing row is.
pub(super) fn missing(key: &[u8], what: &'static str) -> ReadError {
    Damaged::new(key, what).into()
}

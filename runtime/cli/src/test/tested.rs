//! What a whole call of `hookmill test` came to.

use super::case::{CaseResult, Verdict};
use crate::run::report::Failure;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What a whole call came to.
pub(super) struct Tested {
    /// The program's file or folder.
    pub(super) program: String,
    /// What it imports; of one that can't be bundled the file that is wrong.
    pub(super) files: Vec<PathBuf>,
    /// Ordered by name.
    pub(super) cases: Vec<CaseResult>,
    /// Expected files without an event.
    pub(super) without_event: Vec<String>,
    /// Why the program can't be loaded or built; no event was run then.
    pub(super) failure: Option<Failure>,
}

impl Tested {
    /// Nothing was run: the program can't be loaded.
    pub(super) fn not_loaded(path: &Path, files: Vec<PathBuf>, failure: Failure) -> Self {
        Self {
            program: path.display().to_string(),
            files,
            cases: Vec::new(),
            without_event: Vec::new(),
            failure: Some(failure),
        }
    }

    pub(super) fn count(&self, wanted: impl Fn(&Verdict) -> bool) -> usize {
        let verdicts = self.cases.iter().map(|case| &case.verdict);
        verdicts.filter(|verdict| wanted(verdict)).count()
    }

    /// What endpoints would have to say for the requests to be sent.
    pub(super) fn needs(&self) -> BTreeSet<&str> {
        let reports = self.cases.iter().map(|case| &case.report);
        reports
            .flat_map(|report| report.needs.iter().map(String::as_str))
            .collect()
    }

    pub(super) fn is_pass(&self) -> bool {
        let good = |it: &Verdict| matches!(it, Verdict::Pass | Verdict::Updated);
        self.failure.is_none()
            && self.without_event.is_empty()
            && self.count(good) == self.cases.len()
    }
}

//! What a check found about one path.

use crate::run::report::{Failure, Report};
use hookmill_domain::fault::FaultCode;
use hookmill_domain::program::ProgramDigest;
use hookmill_domain::trial;
use hookmill_sandbox::about::About;
use std::path::PathBuf;
use std::time::Duration;

/// What became of one path.
pub(super) struct Checked {
    pub(super) path: PathBuf,
    /// What the program says of itself; none when it can't be built.
    pub(super) about: Option<About>,
    /// Of its bytes.
    pub(super) digest: Option<ProgramDigest>,
    /// How it compiled, or why it is refused.
    pub(super) loaded: Result<Compiled, Failure>,
    /// The dry runs, one for each event.
    pub(super) runs: Vec<(PathBuf, Report)>,
    /// The dry runs over the samples in the binary, where no event was given.
    pub(super) built_in: Vec<(&'static str, Report)>,
}

/// How a program compiled.
pub(super) struct Compiled {
    pub(super) time: Duration,
    /// Bytes of machine code; none for what is interpreted.
    pub(super) code_bytes: Option<u64>,
}

impl Checked {
    pub(super) fn is_fit(&self) -> bool {
        self.loaded.is_ok()
            && self.runs.iter().all(|(_, report)| report.outcome.is_ok())
            && !trial::never_works(&self.built_in_codes())
    }

    pub(super) fn built_in_codes(&self) -> Vec<Option<FaultCode>> {
        let code = |report: &Report| report.outcome.as_ref().err()?.fault_code();
        self.built_in.iter().map(|(_, it)| code(it)).collect()
    }

    /// The samples in the binary that ended in a fault.
    pub(super) fn built_in_failed(&self) -> impl Iterator<Item = (&'static str, &Failure)> {
        let all = self.built_in.iter();
        all.filter_map(|(name, report)| Some((*name, report.outcome.as_ref().err()?)))
    }
}

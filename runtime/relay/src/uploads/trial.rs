//! What an upload without samples of its own is run over: of each event type
//! that the transform's endpoints want, the sample that is in the binary.
//!
//! What fails on all of them can't become active. What fails on some may be
//! meant so, and is reported.

use super::dry_run::DryRunCase;
use super::sample::{Sample, SampleRun};
use hookmill_domain::endpoint::Endpoint;
use hookmill_domain::fault::FaultCode;
use hookmill_domain::transform::WantedVersion;
use hookmill_domain::trial;

/// The runs of a trial: for each event type with the first endpoint that wants
/// it, as its variables, limits and hosts hold. Endpoints that are pinned to another
/// version have no say, unless there are no others. For no endpoint at all
/// every type might be wanted.
pub(super) fn cases<'e>(built_in: &[Sample], endpoints: &[&'e Endpoint]) -> Vec<DryRunCase<'e>> {
    let wanted = |sample: &Sample| {
        let mut endpoints_of_type = endpoints
            .iter()
            .filter(|it| it.filter.admits(&sample.event_type));
        let endpoint = endpoints_of_type.next().copied();
        (endpoint.is_some() || endpoints.is_empty()).then(|| {
            let own = DryRunCase::of_own(endpoint, sample.clone());
            let caps = trial::caps(own.caps);
            DryRunCase { caps, ..own }
        })
    };
    built_in.iter().filter_map(wanted).collect()
}

/// The endpoints that a new version will run for, by name.
pub(super) fn endpoints_to_run_for<'e>(
    users: impl Iterator<Item = (&'e Endpoint, WantedVersion)>,
) -> Vec<&'e Endpoint> {
    let (mut active, mut pinned) = (Vec::new(), Vec::new());
    for (endpoint, wanted) in users {
        match wanted {
            WantedVersion::Active => active.push(endpoint),
            WantedVersion::Pinned(_) => pinned.push(endpoint),
        }
    }
    let mut endpoints = if active.is_empty() { pinned } else { active };
    endpoints.sort_by(|a, b| a.name.cmp(&b.name));
    endpoints
}

/// How each run ended.
fn codes(runs: &[SampleRun]) -> Vec<Option<FaultCode>> {
    let code = |run: &SampleRun| run.outcome.as_ref().err().map(|fault| fault.code);
    runs.iter().map(code).collect()
}

/// Whether enough time was spent on a program that does not end.
pub(super) fn is_enough(runs: &[SampleRun]) -> bool {
    trial::is_enough(&codes(runs))
}

/// Whether the runs show that it never works.
pub(super) fn never_works(runs: &[SampleRun]) -> bool {
    trial::never_works(&codes(runs))
}

//! The dry run: a program over sample events, before it goes live. Sends
//! nothing.

use super::sample::{Sample, SampleRun};
use bytes::Bytes;
use hookmill_domain::TenantId;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::compose::permitted;
use hookmill_domain::endpoint::Endpoint;
use hookmill_domain::request::Method;
use hookmill_domain::{DeliveryId, EventId, UnixMs};
use hookmill_sandbox::{Invocation, Program, RunError, Sandbox};
use std::sync::Arc;

/// What the transform sees as the endpoint's URL where no endpoint uses it.
const NO_ENDPOINT_URL: &str = "https://endpoint.invalid/";

/// One run of a dry run: a sample, and the endpoint that it is made for.
pub(super) struct DryRunCase<'e> {
    pub(super) endpoint: Option<&'e Endpoint>,
    pub(super) sample: Sample,
    /// What the run may use.
    pub(super) caps: SandboxCaps,
}

impl<'e> DryRunCase<'e> {
    /// A sample that came with the upload, within the endpoint's limits.
    pub(super) fn of_own(endpoint: Option<&'e Endpoint>, sample: Sample) -> Self {
        Self {
            endpoint,
            sample,
            caps: endpoint.map_or_else(SandboxCaps::default, |it| it.sandbox),
        }
    }
}

/// Runs a program over samples, one after another, until it is enough.
pub(super) async fn run_all(
    sandbox: &Sandbox,
    tenant: TenantId,
    program: &Program,
    cases: Vec<DryRunCase<'_>>,
    now: UnixMs,
    is_enough: fn(&[SampleRun]) -> bool,
) -> Result<Vec<SampleRun>, RunError> {
    let mut runs = Vec::with_capacity(cases.len());
    for case in cases {
        if is_enough(&runs) {
            break;
        }
        let (endpoint, caps) = (case.endpoint, case.caps);
        let name = case.sample.name.clone();
        let invocation = invocation(case, now);
        let run = sandbox.run(tenant, program, invocation).await?;
        let outcome = match endpoint {
            Some(endpoint) => run.outcome.and_then(|it| permitted(endpoint, it)),
            None => run.outcome,
        };
        runs.push(SampleRun {
            name,
            outcome,
            usage: run.usage,
            caps,
            logs: run.logs,
            warnings: run.warnings,
        });
    }
    Ok(runs)
}

/// What a run over a sample gets: the ids are alike for every sample, so that a
/// dry run can be repeated.
fn invocation(case: DryRunCase<'_>, now: UnixMs) -> Invocation {
    let (endpoint, sample) = (case.endpoint, case.sample);
    Invocation {
        event_type: sample.event_type,
        url: endpoint
            .map_or(NO_ENDPOINT_URL, |it| it.url.as_str())
            .to_owned(),
        method: Method::Post,
        headers: Vec::new(),
        content_type: endpoint.and_then(|it| it.content_type()).map(str::to_owned),
        payload: sample.body,
        event_id: EventId::from_bytes([0; 16]).to_string(),
        delivery_id: DeliveryId::from_bytes([0; 16]).to_string(),
        received_at: now,
        env: endpoint.map_or_else(|| Arc::from([]), |it| it.env.clone()),
        params: Bytes::new(),
        caps: case.caps,
    }
}

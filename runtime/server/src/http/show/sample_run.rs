//! Runs over sample events, in the shape of the API: of each the request that
//! would be sent, or the fault, and what the run used.

use super::attempt::usage;
use super::fault::fault;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookmill_api::sample_run::{BuiltInRuns, Outcome, SampleRun, Trial};
use hookmill_api::webhook::{Payload, Webhook};
use hookmill_domain::webhook::Webhook as Made;
use hookmill_relay::uploads::{Checked, SampleRun as Run};

/// How a program was tried.
pub(super) fn trial(checked: &Checked) -> Trial {
    Trial {
        samples: sample_runs(&checked.samples),
        built_in: built_in_runs(&checked.built_in),
    }
}

/// All runs, in order.
pub(in super::super) fn sample_runs(runs: &[Run]) -> Vec<SampleRun> {
    runs.iter().map(sample_run).collect()
}

/// What came of the events in the binary.
pub(in super::super) fn built_in_runs(runs: &[Run]) -> BuiltInRuns {
    let failed = runs.iter().filter(|run| run.outcome.is_err());
    BuiltInRuns {
        tried: runs.len(),
        failed: failed.map(sample_run).collect(),
    }
}

fn sample_run(run: &Run) -> SampleRun {
    SampleRun {
        sample: run.name.clone(),
        logs: run.logs.clone(),
        warnings: run.warnings.clone(),
        usage: usage(run.usage),
        fuel_max: run.caps.fuel_max,
        memory_max: run.caps.memory_bytes_max,
        outcome: match &run.outcome {
            Ok(made) if made.is_canceled() => Outcome::Canceled,
            Ok(_) => Outcome::Webhook,
            Err(_) => Outcome::Fault,
        },
        webhook: run.outcome.as_ref().ok().map(webhook),
        fault: run.outcome.as_ref().err().map(fault),
    }
}

fn webhook(made: &Made) -> Webhook {
    let request = made.request();
    Webhook {
        url: request.url().as_str().to_owned(),
        method: request.method().as_str().to_owned(),
        headers: request.headers().to_vec(),
        cancel: made.is_canceled(),
        payload: payload(request.body()),
    }
}

fn payload(body: &[u8]) -> Payload {
    match std::str::from_utf8(body) {
        Ok(text) => Payload::Text(text.to_owned()),
        Err(_) => Payload::Base64(STANDARD.encode(body)),
    }
}

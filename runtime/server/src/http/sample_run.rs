//! What came of a dry run, as JSON: of each sample the request that would be
//! sent, or the fault, and what the run used.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookmill_domain::fault::Position;
use hookmill_relay::uploads::SampleRun;
use serde_json::{Value, json};

/// All runs, in order.
pub(super) fn show_all(runs: &[SampleRun]) -> Value {
    runs.iter().map(show).collect()
}

/// What came of the events in the binary: how many were tried, and those that
/// failed. The others' requests say nothing that is worth their size.
pub(super) fn show_built_in(runs: &[SampleRun]) -> Value {
    let failed = runs.iter().filter(|run| run.outcome.is_err());
    json!({ "tried": runs.len(), "failed": failed.map(show).collect::<Vec<_>>() })
}

/// A place in a source: line and column, counted from 1.
pub(super) fn position(position: Position) -> Value {
    json!({ "line": position.line, "column": position.column })
}

/// A body as a text, byte for byte, because a number must not be rounded; what
/// is not a text in base64, under another name.
fn payload(body: &[u8]) -> (&'static str, String) {
    match std::str::from_utf8(body) {
        Ok(text) => ("payload", text.to_owned()),
        Err(_) => ("payloadBase64", STANDARD.encode(body)),
    }
}

fn show(run: &SampleRun) -> Value {
    let mut body = json!({
        "sample": run.name,
        "logs": run.logs,
        "warnings": run.warnings,
        "fuel": run.usage.fuel,
        "fuelMax": run.caps.fuel_max,
        "sandboxUs": run.usage.time_us,
        "memory": run.usage.memory_bytes,
        "memoryMax": run.caps.memory_bytes_max,
    });
    match &run.outcome {
        Ok(webhook) => {
            let request = webhook.request();
            let outcome = if webhook.is_canceled() {
                "canceled"
            } else {
                "webhook"
            };
            body["outcome"] = json!(outcome);
            body["webhook"] = json!({
                "url": request.url().as_str(),
                "method": request.method().as_str(),
                "headers": request.headers(),
                "cancel": webhook.is_canceled(),
            });
            let (name, payload) = payload(request.body());
            body["webhook"][name] = json!(payload);
        }
        Err(fault) => {
            body["outcome"] = json!("fault");
            body["fault"] = json!({
                "code": fault.code.as_str(),
                "message": fault.message,
                "position": fault.position.map(position),
                "stack": fault.stack,
            });
        }
    }
    body
}

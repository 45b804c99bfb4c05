//! `GET /api/v1/events/{id}`: what became of an event, for the operator.
//!
//! Exists only where an operator key is configured. Shows attempts with
//! status, response, fault and log; never bodies of events or secrets.

use super::bare::Bare;
use super::problem::Problem;
use super::{AppState, operator};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::get;
use hookmill_domain::EventId;
use hookmill_domain::attempt::{Attempt, AttemptOutcome};
use hookmill_relay::Relay;
use hookmill_relay::view::{DeliveryState, DeliveryView, EventView, Held};
use serde_json::{Value, json};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/api/v1/events/{id}", get(show))
}

async fn show(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    bare: Result<Bare, Problem>,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    bare?;
    let unknown = || Problem::not_found("no such event");
    let id: EventId = id.parse().map_err(|_| unknown())?;
    let view = state.relay.event(id).await.map_err(Problem::from)?;
    let body = event(&state.relay, &view.ok_or_else(unknown)?);
    Ok(operator::answer(&body))
}

fn event(relay: &Relay, view: &EventView) -> Value {
    json!({
        "id": view.id.to_string(),
        "eventType": view.event_type,
        "source": view.source.to_string(),
        "key": view.key,
        "receivedAt": operator::timestamp(view.received_at),
        "bodyBytes": view.body_bytes,
        "deliveries": view.deliveries.iter().map(|one| delivery(relay, one)).collect::<Vec<_>>(),
    })
}

fn delivery(relay: &Relay, view: &DeliveryView) -> Value {
    let (status, next_attempt_at, ended_at) = match view.state {
        DeliveryState::Pending { due } => ("pending", Some(due), None),
        DeliveryState::Leased => ("pending", None, None),
        DeliveryState::Delivered { at } => ("delivered", None, Some(at)),
        DeliveryState::Canceled { at } => ("canceled", None, Some(at)),
        DeliveryState::Parked { reason, at } => (reason.as_str(), None, Some(at)),
    };
    let held = relay.held(view.endpoint).filter(|_| ended_at.is_none());
    json!({
        "id": view.id.to_string(),
        "endpoint": relay.endpoint_name(view.endpoint),
        "endpointId": view.endpoint.to_string(),
        "status": status,
        "held": held.map(Held::as_str),
        "nextAttemptAt": next_attempt_at.map(operator::timestamp),
        "endedAt": ended_at.map(operator::timestamp),
        "attempts": view.attempts.iter().map(attempt).collect::<Vec<_>>(),
    })
}

fn attempt(attempt: &Attempt) -> Value {
    let mut body = json!({
        "number": attempt.number,
        "startedAt": operator::timestamp(attempt.started_at),
        "durationUs": attempt.duration_us,
        "logs": attempt.logs,
    });
    match &attempt.outcome {
        AttemptOutcome::Response {
            status,
            body: text,
            note,
        } => {
            body["status"] = json!(status);
            body["response"] = json!(String::from_utf8_lossy(text));
            if !note.is_empty() {
                body["note"] = json!(note);
            }
        }
        AttemptOutcome::SendFailed { kind, message } => {
            body["error"] = json!({ "kind": kind.as_str(), "message": message });
        }
        AttemptOutcome::Fault(fault) => {
            let position = fault
                .position
                .map(|place| json!({ "line": place.line, "column": place.column }));
            body["fault"] = json!({
                "code": fault.code.as_str(),
                "message": fault.message,
                "position": position,
                "stack": fault.stack,
            });
        }
        AttemptOutcome::Canceled => body["canceled"] = json!(true),
    }
    if let Some(run) = attempt.run {
        body["fuel"] = json!(run.fuel);
        body["sandboxUs"] = json!(run.time_us);
        body["memory"] = json!(run.memory_bytes);
    }
    body
}

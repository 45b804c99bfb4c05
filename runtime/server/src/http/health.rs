//! `GET /health/live` and `GET /health/ready`.
//!
//! Live: the process answers. Ready: it would also take an event now. Programs
//! that are still being loaded do not matter to that: what needs one waits in
//! the queue.

use super::AppState;
use super::problem::Problem;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use hookmill_relay::accept::AcceptError;
use serde_json::json;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
}

async fn live() -> impl IntoResponse {
    answer(json!({ "status": "live" }))
}

async fn ready(State(state): State<AppState>) -> Result<impl IntoResponse, Problem> {
    let health = state.relay.health();
    if let Some(reason) = health.refuses {
        return Err(Problem::refused(&AcceptError::Store(reason)));
    }
    Ok(answer(json!({
        "status": "ready",
        "backlogEvents": health.backlog_events,
        "pendingDeliveries": health.pending_deliveries,
        "loadingTransforms": state.relay.loading(),
    })))
}

fn answer(body: serde_json::Value) -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, body.to_string())
}

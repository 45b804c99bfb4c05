//! `GET /api/v1/events/{id}`: what became of an event, for the operator.
//!
//! Exists only where an operator key is configured. Shows attempts with
//! status, response, fault and log; never bodies of events or secrets.

use super::bare::Bare;
use super::problem::Problem;
use super::state::AppState;
use super::{answer, operator, show};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::get;
use hookmill_domain::EventId;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/api/v1/events/{id}", get(show_one))
}

async fn show_one(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    bare: Result<Bare, Problem>,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    bare?;
    let unknown = || Problem::not_found("no such event");
    let id: EventId = id.parse().map_err(|_| unknown())?;
    let view = state.relay.event(id).await?.ok_or_else(unknown)?;
    Ok(answer::json(&show::event(&state.relay, view)))
}

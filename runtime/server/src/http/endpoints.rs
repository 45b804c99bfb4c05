//! Endpoints, for the operator: listed, disabled and enabled.
//!
//! Exists only where an operator key is configured.

use super::bare::Bare;
use super::problem::Problem;
use super::{AppState, operator};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use hookmill_domain::EndpointId;
use hookmill_relay::view::{EndpointView, Waiting};
use serde_json::{Value, json};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/endpoints", get(list))
        .route("/api/v1/endpoints/{endpoint}", get(show_one))
        .route("/api/v1/endpoints/{endpoint}/disable", post(disable))
        .route("/api/v1/endpoints/{endpoint}/enable", post(enable))
}

async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
    bare: Result<Bare, Problem>,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    bare?;
    let endpoints = state.relay.endpoints().await?;
    let items: Vec<_> = endpoints.iter().map(show).collect();
    Ok(operator::answer(&json!({ "items": items })))
}

async fn show_one(
    State(state): State<AppState>,
    Path(endpoint): Path<String>,
    headers: HeaderMap,
    bare: Result<Bare, Problem>,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    bare?;
    answer(&state, parse_id(&endpoint)?).await
}

async fn disable(
    State(state): State<AppState>,
    Path(endpoint): Path<String>,
    headers: HeaderMap,
    bare: Result<Bare, Problem>,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    bare?;
    let id = parse_id(&endpoint)?;
    state.relay.disable_endpoint(id).await?;
    answer(&state, id).await
}

async fn enable(
    State(state): State<AppState>,
    Path(endpoint): Path<String>,
    headers: HeaderMap,
    bare: Result<Bare, Problem>,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    bare?;
    let id = parse_id(&endpoint)?;
    state.relay.enable_endpoint(id).await?;
    answer(&state, id).await
}

async fn answer(state: &AppState, id: EndpointId) -> Result<impl IntoResponse + use<>, Problem> {
    let endpoint = state.relay.endpoint(id).await?;
    Ok(operator::answer(&show(&endpoint.ok_or_else(unknown)?)))
}

fn show(endpoint: &EndpointView<'_>) -> Value {
    let (disabled, waiting) = (endpoint.disabled, endpoint.waiting.as_ref());
    let detail = match waiting {
        Some(Waiting::NotLoadable(why)) => Some(&**why),
        _ => None,
    };
    json!({
        "id": endpoint.id.to_string(),
        "tenant": endpoint.tenant,
        "name": endpoint.name,
        "disabled": disabled.is_some(),
        "disabledBy": disabled.map(|disabled| disabled.by.as_str()),
        "disabledSince": disabled.and_then(|disabled| disabled.since).map(operator::timestamp),
        "waiting": waiting.is_some(),
        "waitingReason": waiting.map(Waiting::as_str),
        "waitingDetail": detail,
        "held": endpoint.held,
    })
}

/// An endpoint's id, from the path.
pub(super) fn parse_id(text: &str) -> Result<EndpointId, Problem> {
    text.parse().map_err(|_| unknown())
}

/// 404.
pub(super) fn unknown() -> Problem {
    Problem::not_found("no such endpoint: `GET /api/v1/endpoints` lists them by id")
}

//! Endpoints, for the operator: listed, disabled and enabled.
//!
//! Exists only where an operator key is configured.

use super::bare::Bare;
use super::page::{Asked, Wanted};
use super::problem::Problem;
use super::{AppState, answer, operator, show};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use hookmill_domain::EndpointId;

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
    asked: Asked,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    let wanted = Wanted::parse(asked)?;
    let endpoints = state.relay.endpoints().await?;
    let all = endpoints.iter().map(show::endpoint);
    let page = wanted.of(all.map(|one| (one.id.to_string(), one)))?;
    Ok(answer::json(&page))
}

async fn show_one(
    State(state): State<AppState>,
    Path(endpoint): Path<String>,
    headers: HeaderMap,
    bare: Result<Bare, Problem>,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    bare?;
    current(&state, parse_id(&endpoint)?).await
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
    current(&state, id).await
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
    current(&state, id).await
}

/// The endpoint as it is now.
async fn current(state: &AppState, id: EndpointId) -> Result<impl IntoResponse + use<>, Problem> {
    let endpoint = state.relay.endpoint(id).await?.ok_or_else(unknown)?;
    Ok(answer::json(&show::endpoint(&endpoint)))
}

/// An endpoint's id, from the path.
pub(super) fn parse_id(text: &str) -> Result<EndpointId, Problem> {
    text.parse().map_err(|_| unknown())
}

/// 404.
pub(super) fn unknown() -> Problem {
    Problem::not_found("no such endpoint: `GET /api/v1/endpoints` lists them by id")
}

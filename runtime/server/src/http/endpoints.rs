//! Endpoints, for the operator: listed, disabled and enabled.
//!
//! Exists only where an operator key is configured.

use super::bare::Bare;
use super::page::{Asked, Wanted};
use super::problem::Problem;
use super::state::AppState;
use super::{answer, endpoint_id, operator, show};
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
    current(&state, endpoint_id::parse(&endpoint)?).await
}

async fn disable(
    State(state): State<AppState>,
    Path(endpoint): Path<String>,
    headers: HeaderMap,
    bare: Result<Bare, Problem>,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    bare?;
    let id = endpoint_id::parse(&endpoint)?;
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
    let id = endpoint_id::parse(&endpoint)?;
    state.relay.enable_endpoint(id).await?;
    current(&state, id).await
}

/// The endpoint as it is now.
async fn current(state: &AppState, id: EndpointId) -> Result<impl IntoResponse + use<>, Problem> {
    let endpoint = state
        .relay
        .endpoint(id)
        .await?
        .ok_or_else(endpoint_id::unknown)?;
    Ok(answer::json(&show::endpoint(&endpoint)))
}

//! Parked deliveries, for the operator: listed by endpoint.
//!
//! Exists only where an operator key is configured.

use super::page::{Asked, page};
use super::problem::Problem;
use super::state::AppState;
use super::{answer, endpoint_id, operator, parked_page, show};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::get;
use hookmill_relay::view::ParkedCursor;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/api/v1/endpoints/{endpoint}/parked", get(list))
}

async fn list(
    State(state): State<AppState>,
    Path(endpoint): Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    let endpoint = endpoint_id::parse(&endpoint)?;
    let (limit, after) = parked_page::parse(asked)?;
    let parked = state.relay.parked(endpoint, after, limit).await?;
    let last = parked.items.last().map(|last| ParkedCursor {
        parked_at: last.parked_at,
        delivery: last.delivery,
    });
    let data: Vec<_> = parked.items.iter().map(show::parked).collect();
    let page = page(
        data,
        last.map(parked_page::show_cursor),
        parked.next.is_none(),
    );
    Ok(answer::json(&page))
}

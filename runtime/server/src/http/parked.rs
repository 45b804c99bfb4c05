//! Parked deliveries, for the operator: listed by endpoint.
//!
//! Exists only where an operator key is configured.

use super::page::{self, Asked, Wanted, page};
use super::problem::Problem;
use super::{AppState, answer, endpoints, operator, show};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::get;
use hookmill_domain::UnixMs;
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
    let endpoint = endpoints::parse_id(&endpoint)?;
    let (limit, after) = wanted(asked)?;
    let found = state.relay.parked(endpoint, after, limit).await?;
    let last = found.items.last().map(|last| ParkedCursor {
        parked_at: last.parked_at,
        delivery: last.delivery,
    });
    let data: Vec<_> = found.items.iter().map(show::parked).collect();
    let page = page(data, last.map(show_place), found.next.is_none());
    Ok(answer::json(&page))
}

/// How many parked deliveries at most, and after which one.
pub(super) fn wanted(asked: Asked) -> Result<(usize, Option<ParkedCursor>), Problem> {
    let wanted = Wanted::parse(asked)?;
    let after = wanted.after.as_deref().map(parse_place).transpose()?;
    Ok((wanted.limit, after))
}

/// `<milliseconds>_<delivery>`, opaque to callers. A delivery that has gone
/// meanwhile still has its place between the others.
pub(super) fn show_place(place: ParkedCursor) -> String {
    format!("{}_{}", place.parked_at.0, place.delivery)
}

fn parse_place(text: &str) -> Result<ParkedCursor, Problem> {
    let (ms, delivery) = text.split_once('_').unwrap_or_default();
    match (ms.parse(), delivery.parse()) {
        (Ok(ms), Ok(delivery)) => Ok(ParkedCursor {
            parked_at: UnixMs(ms),
            delivery,
        }),
        _ => Err(page::unknown_iterator()),
    }
}

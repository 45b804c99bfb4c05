//! Parked deliveries put back into the queue, one by one or a page at a time.
//!
//! Exists only where an operator key is configured.

use super::page::Asked;
use super::problem::Problem;
use super::state::AppState;
use super::{answer, body, endpoint_id, operator, parked_page};
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use hookmill_api::replay::{Replay, Replayed, ReplayedPage};
use hookmill_domain::{DeliveryId, EventId};
use hookmill_relay::view::{ReplayRequest, Replayed as Outcome};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/endpoints/{endpoint}/replay", post(replay_page))
        .route(
            "/api/v1/events/{event}/deliveries/{delivery}/replay",
            post(replay_one),
        )
}

async fn replay_one(
    State(state): State<AppState>,
    Path((event, delivery)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    let unknown = || Problem::not_found("no such delivery");
    let event: EventId = event.parse().map_err(|_| unknown())?;
    let delivery: DeliveryId = delivery.parse().map_err(|_| unknown())?;
    let request = request(body)?;
    let outcome = state.relay.replay(event, delivery, request).await?;
    Ok((StatusCode::ACCEPTED, answer::json(&replayed(outcome)?)))
}

async fn replay_page(
    State(state): State<AppState>,
    Path(endpoint): Path<String>,
    asked: Asked,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    let request = request(body)?;
    let endpoint = endpoint_id::parse(&endpoint)?;
    let (limit, after) = parked_page::parse(asked)?;
    let page = state.relay.replay_page(endpoint, after, limit, request);
    let page = page.await?;
    let shown = ReplayedPage {
        queued: page.queued,
        damaged: page.damaged,
        done: page.next.is_none(),
        iterator: page.next.map(parked_page::show_cursor),
    };
    Ok((StatusCode::ACCEPTED, answer::json(&shown)))
}

fn request(body: Result<Bytes, BytesRejection>) -> Result<ReplayRequest, Problem> {
    let asked: Replay = body::read_or_default(body)?;
    Ok(if asked.transform {
        ReplayRequest::Again
    } else {
        ReplayRequest::Same
    })
}

fn replayed(outcome: Outcome) -> Result<Replayed, Problem> {
    match outcome {
        Outcome::Queued => Ok(Replayed {
            status: "queued".to_owned(),
        }),
        Outcome::Corrupt => Err(Problem::conflict(
            "what is stored of the delivery is damaged; it can't be sent again",
        )),
        Outcome::NotParked => Err(Problem::conflict(
            "the delivery is not parked: it is unknown, delivered, or waits already",
        )),
    }
}

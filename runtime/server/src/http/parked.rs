//! Parked deliveries, for the operator: listed by endpoint, and put back into
//! the queue one by one or a page at a time.
//!
//! Exists only where an operator key is configured.

use super::problem::Problem;
use super::{AppState, endpoints, operator, page};
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use hookmill_domain::{DeliveryId, EventId, UnixMs};
use hookmill_relay::view::{Parked, ParkedCursor, ReplayRequest, Replayed};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/endpoints/{endpoint}/parked", get(list))
        .route("/api/v1/endpoints/{endpoint}/replay", post(replay_page))
        .route(
            "/api/v1/events/{event}/deliveries/{delivery}/replay",
            post(replay_one),
        )
}

/// Which part of a list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    cursor: Option<String>,
    limit: Option<usize>,
}

impl Position {
    fn parse(
        position: Result<Query<Self>, QueryRejection>,
    ) -> Result<(Option<ParkedCursor>, usize), Problem> {
        let Query(position) = position.map_err(|error| Problem::malformed(error.body_text()))?;
        let cursor = position.cursor.as_deref().map(parse_cursor).transpose()?;
        Ok((cursor, page::limit(position.limit)?))
    }
}

async fn list(
    State(state): State<AppState>,
    Path(endpoint): Path<String>,
    position: Result<Query<Position>, QueryRejection>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    let endpoint = endpoints::parse_id(&endpoint)?;
    let (cursor, limit) = Position::parse(position)?;
    let page = state.relay.parked(endpoint, cursor, limit).await?;
    Ok(operator::answer(&json!({
        "items": page.items.iter().map(item).collect::<Vec<_>>(),
        "next": page.next.map(show_cursor),
    })))
}

fn item(parked: &Parked) -> Value {
    json!({
        "deliveryId": parked.delivery.to_string(),
        "eventId": parked.event.to_string(),
        "eventType": parked.event_type,
        "reason": parked.reason.as_str(),
        "parkedAt": operator::timestamp(parked.parked_at),
        "attempts": parked.attempts,
        "hasRequest": parked.has_request,
    })
}

/// How to replay: the body of both routes, which may be absent.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manner {
    /// Run the transform again, also where its request is stored.
    #[serde(default)]
    transform: bool,
}

impl Manner {
    fn parse(body: Result<Bytes, BytesRejection>) -> Result<ReplayRequest, Problem> {
        let body = body.map_err(|error| Problem::malformed(error.body_text()))?;
        let manner = if body.is_empty() {
            Self::default()
        } else {
            hookmill_domain::json::read(&body)
                .map_err(|error| Problem::malformed(format!("the body: {error}")))?
        };
        Ok(if manner.transform {
            ReplayRequest::Again
        } else {
            ReplayRequest::Same
        })
    }
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
    let request = Manner::parse(body)?;
    match state.relay.replay(event, delivery, request).await? {
        Replayed::Queued => Ok((
            StatusCode::ACCEPTED,
            operator::answer(&json!({ "status": "queued" })),
        )),
        Replayed::Corrupt => Err(Problem::conflict(
            "what is stored of the delivery is damaged; it can't be sent again",
        )),
        Replayed::NotParked => Err(Problem::conflict(
            "the delivery is not parked: it is unknown, delivered, or waits already",
        )),
    }
}

async fn replay_page(
    State(state): State<AppState>,
    Path(endpoint): Path<String>,
    position: Result<Query<Position>, QueryRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    let request = Manner::parse(body)?;
    let endpoint = endpoints::parse_id(&endpoint)?;
    let (cursor, limit) = Position::parse(position)?;
    let page = state.relay.replay_page(endpoint, cursor, limit, request);
    let page = page.await?;
    let body = json!({
        "queued": page.queued,
        "damaged": page.damaged,
        "next": page.next.map(show_cursor),
    });
    Ok((StatusCode::ACCEPTED, operator::answer(&body)))
}

/// `<milliseconds>_<delivery>`, opaque to callers.
fn show_cursor(cursor: ParkedCursor) -> String {
    format!("{}_{}", cursor.parked_at.0, cursor.delivery)
}

fn parse_cursor(text: &str) -> Result<ParkedCursor, Problem> {
    let (ms, delivery) = text.split_once('_').unwrap_or_default();
    match (ms.parse(), delivery.parse()) {
        (Ok(ms), Ok(delivery)) => Ok(ParkedCursor {
            parked_at: UnixMs(ms),
            delivery,
        }),
        _ => Err(Problem::malformed("`cursor` is none that a page gave")),
    }
}

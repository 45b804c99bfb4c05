//! `POST /in/{source}`: where events come in.
//!
//! Answers only once the event is durable: 202 for a new one, 200 for one that
//! the source sent before.

use super::problem::Problem;
use super::{AppState, body_room};
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use hookmill_domain::event::UnverifiedEvent;
use hookmill_relay::accept::{AcceptError, Acceptance};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::sync::OwnedSemaphorePermit;

/// Milliseconds for a body to arrive, so that a slow sender holds no memory
/// for ever.
const BODY_TIMEOUT_MS: u64 = 30_000;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/in/{source}", post(receive))
}

async fn receive(
    State(state): State<AppState>,
    source: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let Path(source) = source.map_err(|error| Problem::not_found(error.body_text()))?;
    if !state.relay.has_source(&source) {
        return Err(AcceptError::UnknownSource.into());
    }
    let (parts, body) = request.into_parts();
    let bytes_max = state.relay.ingest().body_bytes_max;
    let _room = room(&state, &parts.headers, bytes_max)?;
    let body = read(body, bytes_max).await?;
    let unverified = UnverifiedEvent {
        headers: parts.headers,
        body,
    };
    let (status, id) = match state.relay.accept(&source, unverified).await? {
        Acceptance::New(id) => (StatusCode::ACCEPTED, id),
        Acceptance::Repeat(id) => (StatusCode::OK, id),
    };
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((status, kind, format!("{{\"id\":\"{id}\"}}")).into_response())
}

/// Room in memory for the body, by its announced length.
fn room(
    state: &AppState,
    headers: &HeaderMap,
    bytes_max: usize,
) -> Result<OwnedSemaphorePermit, Problem> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let bytes = match announced {
        Some(length) if length > bytes_max => return Err(Problem::too_large(bytes_max)),
        Some(length) => length,
        None => bytes_max,
    };
    body_room(&state.body_room_kib, bytes)
}

async fn read(body: Body, bytes_max: usize) -> Result<Bytes, Problem> {
    let whole = Limited::new(body, bytes_max).collect();
    let timeout = std::time::Duration::from_millis(BODY_TIMEOUT_MS);
    match tokio::time::timeout(timeout, whole).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::too_large(bytes_max)),
        Ok(Err(error)) => Err(Problem::malformed(format!("the body broke off: {error}"))),
        Err(_) => Err(Problem::timeout(
            "the body did not arrive within 30 seconds",
        )),
    }
}

//! `POST /in/{source}`: where events come in.
//!
//! Answers only once the event is durable: 202 for a new one, 200 for one that
//! the source sent before.

use super::intake::Arrival;
use super::problem::Problem;
use super::state::AppState;
use super::{answer, encoding};
use crate::caps::EVENT_TIMEOUT;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use hookmill_api::event::Accepted;
use hookmill_domain::coding::{self, Codings};
use hookmill_domain::event::UnverifiedEvent;
use hookmill_relay::accept::{AcceptError, Acceptance};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::sync::OwnedSemaphorePermit;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/in/{source}", post(receive))
}

async fn receive(
    State(state): State<AppState>,
    source: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let Path(path) = source.map_err(|error| Problem::not_found(error.body_text()))?;
    let arrival = Arrival {
        source: state.relay.source_names(&path),
        key: stated_key(request.headers()),
        path,
    };
    let outcome = take(&state, &arrival, request).await;
    state.intake.tell(&arrival, &outcome);
    let (status, id) = match outcome? {
        Acceptance::New(id) | Acceptance::Unrouted(id) => (StatusCode::ACCEPTED, id),
        Acceptance::Repeat(id) => (StatusCode::OK, id),
    };
    Ok((status, answer::json(&Accepted { id })).into_response())
}

async fn take(
    state: &AppState,
    arrival: &Arrival,
    request: Request,
) -> Result<Acceptance, Problem> {
    if arrival.source.is_none() {
        return Err(AcceptError::UnknownSource.into());
    }
    let (parts, body) = request.into_parts();
    encoding::check_transfer(&parts.headers)?;
    let codings = Codings::of(&parts.headers)
        .map_err(|error| Problem::unsupported_coding(error.to_string(), coding::ACCEPTED))?;
    let bytes_max = state.relay.ingest().body_bytes_max;
    let _room = room(state, &parts.headers, &codings, bytes_max)?;
    let body = read(body, bytes_max).await?;
    let unverified = UnverifiedEvent {
        headers: parts.headers,
        body,
        codings,
    };
    Ok(state.relay.accept(&arrival.path, unverified).await?)
}

/// The id that the sender gave, for the log: it is not verified.
fn stated_key(headers: &HeaderMap) -> Option<String> {
    let key = headers
        .get("webhook-id")
        .or_else(|| headers.get("svix-id"))?;
    Some(String::from_utf8_lossy(key.as_bytes()).into_owned())
}

/// Room in memory for the body, by its announced length, and for what may come
/// out of it.
fn room(
    state: &AppState,
    headers: &HeaderMap,
    codings: &Codings,
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
    let decoded = if codings.is_empty() { 0 } else { bytes_max };
    state.body_room.take(bytes + decoded)
}

async fn read(body: Body, bytes_max: usize) -> Result<Bytes, Problem> {
    let whole = Limited::new(body, bytes_max).collect();
    match tokio::time::timeout(EVENT_TIMEOUT, whole).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::too_large(bytes_max)),
        Ok(Err(error)) => Err(Problem::malformed(format!("the body broke off: {error}"))),
        Err(_) => Err(Problem::timeout(format!(
            "the body did not arrive within {} seconds",
            EVENT_TIMEOUT.as_secs()
        ))),
    }
}

//! What the operator's routes share: the key that opens them, and how they
//! answer.

use super::AppState;
use super::problem::Problem;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use hookmill_domain::UnixMs;
use serde_json::Value;
use subtle::ConstantTimeEq;

/// What the operator's key is called where it says who did something; tenants'
/// keys will have names of their own.
pub(super) const KEY_NAME: &str = "operator";

/// Without a configured key the route does not exist.
pub(super) fn authorize(state: &AppState, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(key) = &state.operator_key else {
        return Err(Problem::not_found("no operator key is configured"));
    };
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
        .unwrap_or_default();
    if bool::from(given.ct_eq(key.expose().as_bytes())) {
        Ok(())
    } else {
        Err(Problem::unauthorized(
            "send the operator key as `Authorization: Bearer <key>`",
        ))
    }
}

pub(super) fn answer(body: &Value) -> impl IntoResponse + use<> {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, body.to_string())
}

/// RFC 3339 in UTC, with milliseconds.
pub(super) fn timestamp(at: UnixMs) -> String {
    let ms = i64::try_from(at.0).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| at.to_string(), |at| format!("{at:.3}"))
}

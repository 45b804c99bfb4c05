//! The key that opens the operator's routes.

use super::problem::Problem;
use super::state::AppState;
use axum::http::{HeaderMap, header};
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

//! Bodies of the operator's requests: a little JSON that says how.

use super::problem::Problem;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use serde::de::DeserializeOwned;

/// What the body says, or the default where there is none.
pub(super) fn read_or_default<T: DeserializeOwned + Default>(
    body: Result<Bytes, BytesRejection>,
) -> Result<T, Problem> {
    let body = body.map_err(|error| Problem::malformed(error.body_text()))?;
    if body.is_empty() {
        return Ok(T::default());
    }
    hookmill_domain::json::read(&body)
        .map_err(|error| Problem::malformed(format!("the body: {error}")))
}

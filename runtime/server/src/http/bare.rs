//! Requests that say nothing but their path: whoever sends more expects
//! something of it, and must not be left in that belief.

use super::problem::Problem;
use crate::caps::QUOTED_CHARS_MAX;
use axum::body::HttpBody as _;
use axum::extract::{FromRequest, Request};

/// A request without a query and a body. Taken as a `Result`, so that the key
/// is asked for first.
pub(super) struct Bare;

impl<S: Send + Sync> FromRequest<S> for Bare {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let path = request.uri().path();
        if let Some(query) = request.uri().query().filter(|query| !query.is_empty()) {
            let query: String = query.chars().take(QUOTED_CHARS_MAX).collect();
            return Err(Problem::malformed(format!(
                "{path} takes no query, but has `?{query}`"
            )));
        }
        if !request.body().is_end_stream() {
            return Err(Problem::malformed(format!("{path} takes no body")));
        }
        Ok(Self)
    }
}

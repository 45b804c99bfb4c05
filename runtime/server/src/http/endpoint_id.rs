//! An endpoint's id in a path.

use super::problem::Problem;
use hookmill_domain::EndpointId;

/// Reads the id. What is not one names no endpoint: 404.
pub(super) fn parse(text: &str) -> Result<EndpointId, Problem> {
    text.parse().map_err(|_| unknown())
}

/// 404.
pub(super) fn unknown() -> Problem {
    Problem::not_found("no such endpoint: `GET /api/v1/endpoints` lists them by id")
}

//! `GET /health/live` and `GET /health/ready`.
//!
//! Live: the process answers. Ready: it would also take an event now. Programs
//! that are still being loaded do not matter to that: what needs one waits in
//! the queue.

use super::answer;
use super::problem::Problem;
use super::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use hookmill_api::health::{Live, Ready};
use hookmill_relay::accept::AcceptError;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
}

async fn live() -> impl IntoResponse {
    answer::json(&Live {
        status: "live".to_owned(),
    })
}

async fn ready(State(state): State<AppState>) -> Result<impl IntoResponse, Problem> {
    let health = state.relay.health();
    if let Some(reason) = health.refuses {
        return Err(Problem::refused(&AcceptError::Store(reason)));
    }
    Ok(answer::json(&Ready {
        status: "ready".to_owned(),
        pending_deliveries: health.pending_deliveries,
        loading_transforms: state.relay.loading(),
    }))
}

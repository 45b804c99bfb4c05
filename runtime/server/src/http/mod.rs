//! The HTTP surface: what a client sends becomes one call of the relay, and
//! its answer becomes a response.
//!
//! Each resource owns its routes; errors become problem details in `failure`.
//! Nothing here decides anything.

mod answer;
mod bare;
mod body;
mod encoding;
mod endpoint_id;
mod endpoints;
mod events;
mod failure;
mod floodgate;
mod health;
mod ingest;
mod intake;
mod operator;
mod page;
mod parked;
mod parked_page;
mod problem;
mod replay;
mod show;
mod state;
mod transforms;
mod upload_body;

use crate::caps::ORDER_BYTES_MAX;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, Uri};
use axum::middleware::from_fn;
use problem::Problem;
pub(crate) use state::AppState;

/// All routes.
pub(crate) fn router(state: AppState) -> Router {
    Router::new()
        .merge(events::router())
        .merge(endpoints::router())
        .merge(parked::router())
        .merge(replay::router())
        .merge(transforms::router())
        .merge(health::router())
        .route_layer(from_fn(encoding::only_plain))
        // Uploads have limits of their own.
        .route_layer(DefaultBodyLimit::max(ORDER_BYTES_MAX))
        // Decodes bodies itself, once they are verified.
        .merge(ingest::router())
        .fallback(no_such_route)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(state)
}

async fn no_such_route(uri: Uri) -> Problem {
    Problem::not_found(format!("there is nothing at {}", uri.path()))
}

async fn method_not_allowed(method: Method, uri: Uri) -> Problem {
    Problem::method_not_allowed(format!("{} does not take {method}", uri.path()))
}

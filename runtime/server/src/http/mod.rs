//! The HTTP surface: what a client sends becomes one call of the relay, and
//! its answer becomes a response.
//!
//! Each resource owns its routes; errors become problem details in one place.
//! Nothing here decides anything.

mod answer;
mod bare;
mod body;
mod encoding;
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
mod problem;
mod replay;
mod show;
mod transforms;
mod upload_body;

use axum::Router;
use axum::http::{Method, Uri};
use axum::middleware::from_fn;
use hookmill_domain::secret::Secret;
use hookmill_relay::Relay;
pub(crate) use intake::IntakeLog;
use problem::Problem;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What every route may use; cloning it is cheap.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) relay: Arc<Relay>,
    /// Opens the operator's routes; without it they do not exist.
    pub(crate) operator_key: Option<Arc<Secret>>,
    /// Room for events' bodies that are arriving, in KiB.
    pub(crate) body_room_kib: Arc<Semaphore>,
    /// Says what became of each event.
    pub(crate) intake: IntakeLog,
    /// Room for uploads under way, in KiB; their own, so that they take none
    /// from events.
    pub(crate) upload_room_kib: Arc<Semaphore>,
}

/// KiB of events' bodies that may be arriving at once, and as many of uploads.
pub(crate) const BODY_ROOM_KIB: usize = 256 << 10;

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
        // Decodes bodies itself, once they are verified.
        .merge(ingest::router())
        .fallback(no_such_route)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(state)
}

/// Room in memory for a body of so many bytes, or for one that may have them:
/// bodies come before anybody looks at them, and must not fill the memory.
fn body_room(room_kib: &Arc<Semaphore>, bytes: usize) -> Result<OwnedSemaphorePermit, Problem> {
    let kib = u32::try_from(bytes.div_ceil(1_024)).unwrap_or(u32::MAX);
    Arc::clone(room_kib)
        .try_acquire_many_owned(kib)
        .map_err(|_| Problem::unavailable("too many bodies are arriving at once", 1))
}

async fn no_such_route(uri: Uri) -> Problem {
    Problem::not_found(format!("there is nothing at {}", uri.path()))
}

async fn method_not_allowed(method: Method, uri: Uri) -> Problem {
    Problem::method_not_allowed(format!("{} does not take {method}", uri.path()))
}

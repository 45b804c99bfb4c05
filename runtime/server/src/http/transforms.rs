//! Uploaded transforms and their versions, below `/api/v1/app/{app}/transform`.
//!
//! In the style of Svix's API: an application is a tenant, by name or id.
//! Exists only where an operator key is configured.

use super::page::{Asked, Wanted};
use super::problem::Problem;
use super::state::AppState;
use super::{answer, body, operator, show, upload_body};
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hookmill_api::transform::Rollback;
use hookmill_api::version::UploadQuery;
use hookmill_domain::transform::VersionNumber;
use hookmill_relay::uploads::{Activation, TransformId, TransformView, Upload, Version};
use tokio::sync::OwnedSemaphorePermit;

pub(super) fn router() -> Router<AppState> {
    const TRANSFORM: &str = "/api/v1/app/{app}/transform/{transform}";
    let below = |path: &str| format!("{TRANSFORM}{path}");
    Router::new()
        .route("/api/v1/app/{app}/transform", get(list))
        .route(TRANSFORM, get(show_one))
        .route(&below("/check"), post(check))
        .route(&below("/rollback"), post(roll_back))
        .route(&below("/version"), get(list_versions).post(upload))
        .route(
            &below("/version/{version}"),
            get(show_version).delete(delete),
        )
        .route(&below("/version/{version}/content"), get(content))
}

/// The transform that a path names.
type TransformPath = Path<(String, String)>;

/// The version that a path names.
type VersionPath = Path<(String, String, String)>;

/// The transform, for whoever has the operator's key.
fn transform(
    state: &AppState,
    headers: &HeaderMap,
    (app, transform): (&str, &str),
) -> Result<TransformId, Problem> {
    operator::authorize(state, headers)?;
    let tenant = state.relay.tenant(app)?;
    Ok(state.relay.uploaded_transform(tenant, transform)?)
}

/// A version of a transform, with all of its versions.
async fn version(
    state: &AppState,
    headers: &HeaderMap,
    (app, name, number): (&str, &str, &str),
) -> Result<(TransformView, Version), Problem> {
    let id = transform(state, headers, (app, name))?;
    let view = state.relay.transform(&id).await?;
    let unknown = || Problem::not_found(format!("transform `{name}` has no such version"));
    let number: VersionNumber = number.parse().map_err(|_| unknown())?;
    let versions = view.versions.as_ref();
    let version = versions.and_then(|it| it.get(number)).cloned();
    Ok((view, version.ok_or_else(unknown)?))
}

async fn list(
    State(state): State<AppState>,
    Path(app): Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    operator::authorize(&state, &headers)?;
    let tenant = state.relay.tenant(&app)?;
    let transforms = state.relay.transforms(tenant).await?;
    let all = transforms.iter().map(show::transform);
    let page = Wanted::parse(asked)?.of(all.map(|it| (it.name.clone(), it)))?;
    Ok(answer::json(&page))
}

async fn show_one(
    State(state): State<AppState>,
    Path((app, name)): TransformPath,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let id = transform(&state, &headers, (&app, &name))?;
    let view = state.relay.transform(&id).await?;
    Ok(answer::json(&show::transform(&view)))
}

async fn list_versions(
    State(state): State<AppState>,
    Path((app, name)): TransformPath,
    asked: Asked,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let id = transform(&state, &headers, (&app, &name))?;
    let view = state.relay.transform(&id).await?;
    let newest_first = view.versions.iter().flat_map(|it| it.list.iter().rev());
    let all = newest_first.map(|it| (it.number.to_string(), show::version(&view, it)));
    Ok(answer::json(&Wanted::parse(asked)?.of(all)?))
}

async fn show_version(
    State(state): State<AppState>,
    Path((app, name, number)): VersionPath,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let (view, version) = version(&state, &headers, (&app, &name, &number)).await?;
    Ok(answer::json(&show::version(&view, &version)))
}

async fn content(
    State(state): State<AppState>,
    Path((app, name, number)): VersionPath,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let (_, version) = version(&state, &headers, (&app, &name, &number)).await?;
    let program = state.relay.version_program(version).await?;
    // Whatever it is, nobody is to show or run it where it was fetched.
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, program))
}

async fn upload(
    State(state): State<AppState>,
    Path((app, name)): TransformPath,
    query: Result<Query<UploadQuery>, QueryRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let id = transform(&state, request.headers(), (&app, &name))?;
    let activation = activation(query)?;
    let (upload, _room) = receive(&state, request, &name).await?;
    let by = operator::KEY_NAME;
    let done = state.relay.upload(&id, upload, activation, by).await?;
    let view = state.relay.transform(&id).await?;
    let status = if done.is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, answer::json(&show::uploaded(&view, &done))).into_response())
}

fn activation(query: Result<Query<UploadQuery>, QueryRejection>) -> Result<Activation, Problem> {
    let Query(query) = query.map_err(|error| Problem::malformed(error.body_text()))?;
    Ok(match query.activate {
        Some(false) => Activation::Later,
        _ => Activation::AtOnce,
    })
}

async fn check(
    State(state): State<AppState>,
    Path((app, name)): TransformPath,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let id = transform(&state, request.headers(), (&app, &name))?;
    let (upload, _room) = receive(&state, request, &name).await?;
    let file_name = upload.file_name.clone();
    let checked = state.relay.check_upload(&id, upload).await?;
    Ok(answer::json(&show::checked(file_name, &checked)))
}

/// The upload, and its room in memory, to be kept as long as the upload is.
async fn receive(
    state: &AppState,
    request: Request,
    name: &str,
) -> Result<(Upload, OwnedSemaphorePermit), Problem> {
    let bytes = upload_body::announced_bytes(request.headers())?;
    let room = state.upload_room.take(bytes)?;
    let upload = upload_body::read(request, name, state.relay.ingest().body_bytes_max).await?;
    Ok((upload, room))
}

async fn roll_back(
    State(state): State<AppState>,
    Path((app, name)): TransformPath,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Problem> {
    let id = transform(&state, &headers, (&app, &name))?;
    let to = rollback_target(body)?;
    let view = state.relay.roll_back(&id, to).await?;
    Ok(answer::json(&show::transform(&view)))
}

fn rollback_target(body: Result<Bytes, BytesRejection>) -> Result<Option<VersionNumber>, Problem> {
    let wanted: Rollback = body::read_or_default(body)?;
    let version = wanted.version.map(|number| {
        VersionNumber::new(number)
            .ok_or_else(|| Problem::malformed("the body: versions begin with 1"))
    });
    version.transpose()
}

async fn delete(
    State(state): State<AppState>,
    Path((app, name, number)): VersionPath,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let (_, version) = version(&state, &headers, (&app, &name, &number)).await?;
    let id = transform(&state, &headers, (&app, &name))?;
    state.relay.delete_version(&id, version.number).await?;
    Ok(StatusCode::NO_CONTENT)
}

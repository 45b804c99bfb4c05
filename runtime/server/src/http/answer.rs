//! Answers in JSON.

use axum::http::header;
use axum::response::IntoResponse;
use serde::Serialize;

/// The value as the body.
pub(super) fn json<T: Serialize>(value: &T) -> impl IntoResponse + use<T> {
    ([(header::CONTENT_TYPE, "application/json")], text(value))
}

/// The value as a text of JSON.
pub(super) fn text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("the API's shapes have texts as names and can be written")
}

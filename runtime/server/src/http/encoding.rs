//! Encodings of bodies that are not decoded are refused, on all routes: a body
//! must never be taken for what it is not.

use super::problem::Problem;
use axum::body::HttpBody as _;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::TRANSFER_ENCODING;
use axum::middleware::Next;
use axum::response::Response;
use hookmill_domain::coding::Codings;

/// Refuses bodies with any coding, for routes that decode none.
pub(super) async fn only_plain(request: Request, next: Next) -> Result<Response, Problem> {
    if request.body().is_end_stream() {
        return Ok(next.run(request).await);
    }
    check_transfer(request.headers())?;
    if Codings::of(request.headers()).is_ok_and(|codings| codings.is_empty()) {
        return Ok(next.run(request).await);
    }
    let detail = format!(
        "{} takes no body with a `content-encoding`: send it as it is",
        request.uri().path()
    );
    Err(Problem::unsupported_coding(detail, "identity"))
}

/// Refuses transfer codings besides `chunked`, which the HTTP library takes off
/// (RFC 9112, section 6.1). It leaves others on the body.
pub(super) fn check_transfer(headers: &HeaderMap) -> Result<(), Problem> {
    let is_chunked = |value: &axum::http::HeaderValue| {
        let value = value.as_bytes().trim_ascii();
        value.eq_ignore_ascii_case(b"chunked")
    };
    if headers.get_all(TRANSFER_ENCODING).iter().all(is_chunked) {
        return Ok(());
    }
    let detail = "the only `transfer-encoding` that is decoded is `chunked`; compress the body with `content-encoding`";
    Err(Problem::not_implemented(detail))
}

//! Uploading transforms to a relay over HTTP.

use crate::http::{self, Response};
use crate::relay::{OPERATOR_KEY, Relay};

/// The path of a transform of the tenant `acme`.
#[must_use]
pub fn path(transform: &str, below: &str) -> String {
    format!("/api/v1/app/acme/transform/{transform}{below}")
}

/// A request with the operator's key.
///
/// # Panics
/// When there is no answer.
#[must_use]
pub fn call(relay: &Relay, method: &str, path: &str, body: &str) -> Response {
    send(relay, method, path, "application/json", body.as_bytes())
}

/// Uploads a program by itself as a new version.
///
/// # Panics
/// When there is no answer.
#[must_use]
pub fn program(relay: &Relay, transform: &str, media_type: &str, program: &[u8]) -> Response {
    let path = path(transform, "/version");
    send(relay, "POST", &path, media_type, program)
}

/// Uploads JavaScript that has to become a version, and gives its number.
///
/// # Panics
/// When it does not.
#[must_use]
pub fn javascript(relay: &Relay, transform: &str, source: &str) -> u64 {
    let answer = program(relay, transform, "text/javascript", source.as_bytes());
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert_eq!(answer.status, 201, "{text}");
    answer.json()["version"].as_u64().expect("a number")
}

/// A part of a form: its name, the file's name (empty for a text), its bytes.
pub type Part<'a> = (&'a str, &'a str, &'a [u8]);

/// Sends a form to a path.
///
/// # Panics
/// When there is no answer.
#[must_use]
pub fn form(relay: &Relay, path: &str, parts: &[Part<'_>]) -> Response {
    let boundary = "hookmill-tests-boundary";
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let mut head = format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"");
        if !file.is_empty() {
            head.push_str(&format!("; filename=\"{file}\""));
        }
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    let media_type = format!("multipart/form-data; boundary={boundary}");
    send(relay, "POST", path, &media_type, &body)
}

fn send(relay: &Relay, method: &str, path: &str, media_type: &str, body: &[u8]) -> Response {
    let headers = [
        ("authorization".to_owned(), format!("Bearer {OPERATOR_KEY}")),
        ("content-type".to_owned(), media_type.to_owned()),
    ];
    http::send(relay.address(), method, path, &headers, body).expect("an answer")
}

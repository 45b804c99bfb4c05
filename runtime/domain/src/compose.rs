//! From a transform's request to the one that is sent: what the endpoint lets
//! it choose, and what the endpoint adds.
//!
//! Nothing else knows either, so that what authors are shown is
//! what destinations get.

use crate::UnixMs;
use crate::caps::ERROR_TEXT_CHARS_MAX;
use crate::endpoint::Endpoint;
use crate::fault::{Fault, FaultCode};
use crate::headers::{HeaderLayers, USER_AGENT, UnsendableHeader, merge_headers};
use crate::request::Request;
use crate::webhook::Webhook;
use http::{HeaderName, HeaderValue};

/// A transform may choose among what its endpoint allows, and no more. What is
/// canceled goes nowhere and may name anything.
///
/// # Errors
/// The fault that it is.
pub fn permitted(endpoint: &Endpoint, webhook: Webhook) -> Result<Webhook, Fault> {
    if let Webhook::Send(request) = &webhook {
        check_host(endpoint, request)?;
        check_method(endpoint, request)?;
    }
    Ok(webhook)
}

/// Whether the endpoint lets a request go to its host.
///
/// # Errors
/// The fault that it is.
pub fn check_host(endpoint: &Endpoint, request: &Request) -> Result<(), Fault> {
    if endpoint.admits_host(request.url()) {
        return Ok(());
    }
    // With its port, which may be all that differs.
    let host: String = request
        .url()
        .authority()
        .chars()
        .take(ERROR_TEXT_CHARS_MAX)
        .collect();
    let message = format!(
        "`url` names the host {host}, which endpoint `{}` does not allow; add it to the endpoint's `hosts`",
        endpoint.name
    );
    Err(Fault::new(FaultCode::InvalidResult, message))
}

/// Whether the endpoint lets a request have its method.
///
/// # Errors
/// The fault that it is.
pub fn check_method(endpoint: &Endpoint, request: &Request) -> Result<(), Fault> {
    if endpoint.methods.contains(&request.method()) {
        return Ok(());
    }
    let message = format!(
        "`method` is {}, which endpoint `{}` does not allow; add it to the endpoint's `methods`",
        request.method(),
        endpoint.name
    );
    Err(Fault::new(FaultCode::InvalidResult, message))
}

/// The signature's fields.
pub type Signature = [(&'static str, String); 3];

/// The signature of a request that is sent now, where the endpoint signs.
pub fn signature(
    endpoint: &Endpoint,
    event: &str,
    now: UnixMs,
    request: &Request,
) -> Option<Signature> {
    let signer = endpoint.signer.as_ref()?;
    Some(signer.headers(event, now, request.body()))
}

/// What the endpoint puts around the header fields of a request.
pub fn layers<'a>(
    endpoint: &'a Endpoint,
    request: &Request,
    signature: Option<&'a Signature>,
) -> HeaderLayers<'a> {
    let credential = endpoint.credential.as_ref();
    HeaderLayers {
        fixed: &endpoint.headers,
        credential: credential
            .filter(|_| !is_downgraded(endpoint, request.url()))
            .and_then(|credential| credential.header_for(request.url())),
        signature: signature.map_or(&[], |headers| headers),
    }
}

/// Whether a transform turned an `https` endpoint's request into clear text:
/// the credential must not be read on the way.
fn is_downgraded(endpoint: &Endpoint, url: &url::Url) -> bool {
    url.scheme() == "http" && endpoint.url.destination().as_url().scheme() == "https"
}

/// Stands for what is only known when a request is sent.
const WHEN_SENT: &str = "(made when it is sent)";

/// Stands for a secret.
const MASK: &str = "****";

/// The header fields of a request as the endpoint would send it, by name:
/// secrets masked, the signature indicated. What HTTP itself adds, such as the
/// length and the host, is left out.
///
/// # Errors
/// Names the first field that can't stand in a request.
pub fn preview_headers(
    endpoint: &Endpoint,
    request: &Request,
) -> Result<Vec<(String, String)>, UnsendableHeader> {
    let signature = signature(endpoint, "", UnixMs(0), request);
    let signature = signature.map(|fields| fields.map(|(name, _)| (name, WHEN_SENT.to_owned())));
    let layers = layers(endpoint, request, signature.as_ref());
    let user_agent = HeaderValue::from_static(USER_AGENT);
    let merged = merge_headers(request, &layers, &user_agent)?;
    let mut shown: Vec<_> = merged
        .iter()
        .map(|(name, value)| (name.to_string(), shown(name, value)))
        .collect();
    shown.sort();
    Ok(shown)
}

/// A field's value; of a secret one its scheme at most.
fn shown(name: &HeaderName, value: &HeaderValue) -> String {
    let text = String::from_utf8_lossy(value.as_bytes());
    if !value.is_sensitive() {
        return text.into_owned();
    }
    let scheme = text.split_once(' ').map(|(scheme, _)| scheme);
    match scheme {
        Some(scheme @ ("Bearer" | "Basic")) if *name == http::header::AUTHORIZATION => {
            format!("{scheme} {MASK}")
        }
        _ => MASK.to_owned(),
    }
}

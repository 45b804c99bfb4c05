//! The header fields of a request, put together from their origins.
//!
//! Later origins win: the endpoint's static fields, the transform's, the
//! credential, the signature. So a transform can change what the endpoint
//! sets, and nothing that a tenant writes can stand in for a credential or
//! a signature. Pure: sends nothing.

use hookmill_domain::request::{Method, Request, check_header};
use hookmill_domain::secret::Secret;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};

/// What is added around the header fields of a stored request.
#[derive(Clone, Debug, Default)]
pub struct HeaderLayers<'a> {
    /// The endpoint's own fields, below those of the request.
    pub fixed: &'a [(String, String)],
    /// The credential's field: name and value. Only where the URL is one that
    /// the credential may go to; see `Credential::header_for`.
    pub credential: Option<(&'a str, Secret)>,
    /// The signature's fields.
    pub signature: &'a [(&'static str, String)],
}

/// A header field can't be sent. Never repeats the value: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the header {name:?} can't be sent: its name or value is not allowed in a request")]
pub struct UnsendableHeader {
    /// The field's name, cut to 200 characters.
    pub name: String,
}

/// The fields of `request` as they are sent, one value a name. Within one
/// origin the last of two fields with the same name wins.
///
/// Without another, `content-type` is `application/json` (not for `GET`, which
/// has no body) and `user-agent` is `user_agent`.
///
/// # Errors
/// Names the first field that can't stand in a request.
pub fn merge_headers(
    request: &Request,
    layers: &HeaderLayers<'_>,
    user_agent: &HeaderValue,
) -> Result<HeaderMap, UnsendableHeader> {
    let capacity = layers.fixed.len() + request.headers().len() + layers.signature.len() + 3;
    let mut merged = HeaderMap::with_capacity(capacity);
    merged.insert(USER_AGENT, user_agent.clone());
    if request.method() != Method::Get {
        merged.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    for (name, value) in layers.fixed.iter().chain(request.headers()) {
        insert(&mut merged, name, value)?;
    }
    if let Some((name, secret)) = &layers.credential {
        let (name, mut value) = field(name, secret.expose())?;
        value.set_sensitive(true);
        merged.insert(name, value);
    }
    for (name, value) in layers.signature {
        insert(&mut merged, name, value)?;
    }
    Ok(merged)
}

fn insert(merged: &mut HeaderMap, name: &str, value: &str) -> Result<(), UnsendableHeader> {
    let (name, value) = field(name, value)?;
    merged.insert(name, value);
    Ok(())
}

fn field(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), UnsendableHeader> {
    let refuse = || UnsendableHeader {
        name: name.chars().take(200).collect(),
    };
    check_header(name, value).map_err(|_| refuse())?;
    let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refuse())?;
    let value = HeaderValue::from_str(value).map_err(|_| refuse())?;
    Ok((parsed, value))
}

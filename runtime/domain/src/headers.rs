//! The header fields of a request, put together from their origins.
//!
//! Later origins win: the endpoint's static fields, the transform's, the
//! credential, the signature. So a transform can change what the endpoint
//! sets, and nothing that a tenant writes can stand in for a credential or
//! a signature. Pure: sends nothing.

use crate::caps::ERROR_TEXT_CHARS_MAX;
use crate::request::{Method, Request, check_header};
use crate::secret::Secret;
use http::header::{self, ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};

/// What requests say they come from, unless an origin says otherwise.
pub const USER_AGENT: &str = concat!("Hookmill/", env!("CARGO_PKG_VERSION"));

/// The codings that an answer may have. zstd is read, too, but only whole
/// blocks of up to 128 KiB, of which the beginning of an answer may hold none.
const ANSWER_CODINGS: &str = "gzip, deflate, br";

/// What is added around the header fields of a stored request. Has no `Debug`:
/// any value may be a secret.
#[derive(Clone, Default)]
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
/// Every request says which codings of an answer are read (`accept-encoding`)
/// and that any kind of it is welcome (`accept`), unless an origin sets them.
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
    let capacity = layers.fixed.len() + request.headers().len() + layers.signature.len() + 5;
    let mut merged = HeaderMap::with_capacity(capacity);
    merged.insert(header::USER_AGENT, user_agent.clone());
    merged.insert(ACCEPT, HeaderValue::from_static("*/*"));
    merged.insert(ACCEPT_ENCODING, HeaderValue::from_static(ANSWER_CODINGS));
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
        name: name.chars().take(ERROR_TEXT_CHARS_MAX).collect(),
    };
    check_header(name, value).map_err(|_| refuse())?;
    let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refuse())?;
    let value = HeaderValue::from_str(value).map_err(|_| refuse())?;
    Ok((parsed, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    const AGENT: HeaderValue = HeaderValue::from_static("Hookmill/test");

    fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        fields.iter().map(own).collect()
    }

    fn request(method: Method, headers: &[(&str, &str)]) -> Request {
        Request::try_new("https://a.test/", method, owned(headers), Bytes::new())
            .expect("a sendable request")
    }

    fn merged(fixed: &[(&str, &str)], own: &[(&str, &str)]) -> HeaderMap {
        let fixed = owned(fixed);
        let layers = HeaderLayers {
            fixed: &fixed,
            ..HeaderLayers::default()
        };
        merge_headers(&request(Method::Post, own), &layers, &AGENT).expect("sendable")
    }

    #[test]
    fn later_origins_win_over_earlier_ones() {
        // Which origins set the field, lowest first, and who wins.
        let table = [
            ("f", "fixed"),
            ("t", "transform"),
            ("c", "credential"),
            ("s", "signature"),
            ("ft", "transform"),
            ("fc", "credential"),
            ("fs", "signature"),
            ("tc", "credential"),
            ("ts", "signature"),
            ("cs", "signature"),
            ("ftcs", "signature"),
        ];
        for (origins, winner) in table {
            let has = |letter| origins.contains(letter);
            // Case differs on purpose: names are the same regardless of it.
            let fixed = owned(if has('f') { &[("X-KEY", "fixed")] } else { &[] });
            let own: &[_] = if has('t') {
                &[("X-Key", "transform")]
            } else {
                &[]
            };
            let signature = [("x-key", "signature".to_owned())];
            let layers = HeaderLayers {
                fixed: &fixed,
                credential: has('c').then(|| ("x-kEy", Secret::new("credential"))),
                signature: if has('s') { &signature } else { &[] },
            };
            let merged =
                merge_headers(&request(Method::Post, own), &layers, &AGENT).expect("sendable");
            let values: Vec<_> = merged.get_all("x-key").iter().collect();
            assert_eq!(values, [winner], "{origins}");
            assert_eq!(
                values[0].is_sensitive(),
                winner == "credential",
                "{origins}"
            );
        }
    }

    #[test]
    fn the_last_of_two_alike_in_one_origin_wins() {
        let both = merged(&[], &[("X-A", "1"), ("x-a", "2")]);
        assert_eq!(both.get_all("x-a").iter().collect::<Vec<_>>(), ["2"]);
    }

    #[test]
    fn content_type_and_user_agent_have_defaults_that_any_origin_replaces() {
        let plain = merged(&[], &[]);
        assert_eq!(plain["content-type"], "application/json");
        assert_eq!(plain["user-agent"], "Hookmill/test");
        assert_eq!(plain["accept"], "*/*");
        assert_eq!(plain["accept-encoding"], "gzip, deflate, br");
        let identity = merged(&[("Accept-Encoding", "identity")], &[("accept", "a/b")]);
        assert_eq!(identity["accept-encoding"], "identity");
        assert_eq!(identity["accept"], "a/b");
        let fixed = merged(&[("Content-Type", "text/plain"), ("User-Agent", "me")], &[]);
        assert_eq!(fixed["content-type"], "text/plain");
        assert_eq!(fixed["user-agent"], "me");
        let own = merged(
            &[("content-type", "text/plain")],
            &[("content-type", "a/b")],
        );
        assert_eq!(own["content-type"], "a/b");
    }

    #[test]
    fn a_get_has_no_content_type_of_its_own() {
        let layers = HeaderLayers::default();
        let plain = merge_headers(&request(Method::Get, &[]), &layers, &AGENT).expect("sendable");
        assert!(!plain.contains_key("content-type"));
    }

    #[test]
    fn a_field_that_cannot_be_sent_is_named_without_its_value() {
        for (name, value) in [
            ("bad name", "s3cret"),
            ("x-a", "s3cret\r\nx-b: 1"),
            ("x-a", "s3cret\u{e9}\u{0}"),
            ("transfer-encoding", "s3cret"),
            ("Host", "s3cret"),
        ] {
            let layers = HeaderLayers {
                credential: Some((name, Secret::new(value))),
                ..HeaderLayers::default()
            };
            let error = merge_headers(&request(Method::Post, &[]), &layers, &AGENT)
                .expect_err("not sendable");
            assert_eq!(error.name, name);
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn merged_fields_show_no_credential_when_debugged() {
        let layers = HeaderLayers {
            credential: Some(("authorization", Secret::new("s3cret"))),
            ..HeaderLayers::default()
        };
        let merged = merge_headers(&request(Method::Post, &[]), &layers, &AGENT);
        assert!(!format!("{merged:?}").contains("s3cret"));
    }
}

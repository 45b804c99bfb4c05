//! The request that a destination receives, and the checks that make one.

use crate::caps::{ERROR_TEXT_CHARS_MAX, HEADER_BYTES_MAX, HEADERS_MAX};
use crate::destination_url::{DestinationUrl, InvalidUrl};
use crate::media_type;
use bytes::Bytes;
use std::fmt;

/// The HTTP methods that a delivery can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Method {
    /// `POST`.
    Post = 0,
    /// `PUT`.
    Put = 1,
    /// `PATCH`.
    Patch = 2,
    /// `DELETE`; only where the endpoint allows it.
    Delete = 3,
    /// `GET`, sent without a body; only where the endpoint allows it.
    Get = 4,
}

impl Method {
    /// All methods, in the order of their persisted ordinals.
    pub const ALL: [Self; 5] = [Self::Post, Self::Put, Self::Patch, Self::Delete, Self::Get];

    /// The methods that an endpoint allows unless it says otherwise.
    pub const DEFAULT: [Self; 3] = [Self::Post, Self::Put, Self::Patch];

    /// The method as RFC 9110 writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Get => "GET",
        }
    }

    /// The method with this name; upper case only, as RFC 9110 has it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }

    /// The method with this persisted ordinal.
    #[must_use]
    pub fn from_ordinal(ordinal: u8) -> Option<Self> {
        Self::ALL.get(usize::from(ordinal)).copied()
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A request as it will be sent, but for what is added at the last moment:
/// credentials and signature. Made by [`Request::try_new`] and
/// [`Request::try_for`] only, so its parts are always sendable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    url: DestinationUrl,
    method: Method,
    headers: Vec<(String, String)>,
    body: Bytes,
}

/// A transform's result can't be sent as a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRequest {
    /// The URL can't be sent.
    #[error(transparent)]
    Url(#[from] InvalidUrl),
    /// A header's name or value can't stand in a request.
    #[error("header {name:?} {problem}")]
    Header {
        /// The header's name, cut to 200 characters.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Too many headers, or too large.
    #[error(
        "`headers` has {count} fields and {bytes} bytes; at most {HEADERS_MAX} fields and {HEADER_BYTES_MAX} bytes can be sent"
    )]
    TooManyHeaders {
        /// Fields.
        count: usize,
        /// Bytes of names and values.
        bytes: usize,
    },
}

/// Fields that the HTTP client sets itself, and that would let a request
/// smuggle another (RFC 9112, section 9.6 and 6.1).
const CONNECTION_HEADERS: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl Request {
    /// Checks the parts and puts them together. That the body is what its
    /// content type says is the caller's to see to.
    ///
    /// # Errors
    /// Names the first part that can't be sent, and why.
    pub fn try_new(
        url: &str,
        method: Method,
        headers: Vec<(String, String)>,
        body: Bytes,
    ) -> Result<Self, InvalidRequest> {
        Self::try_for(url.parse()?, method, headers, body)
    }

    /// Puts a request together for a URL that was parsed before. That the body
    /// is what its content type says is the caller's to see to.
    ///
    /// # Errors
    /// Names the first header field that can't be sent, and why.
    pub fn try_for(
        url: DestinationUrl,
        method: Method,
        headers: Vec<(String, String)>,
        body: Bytes,
    ) -> Result<Self, InvalidRequest> {
        let bytes = headers.iter().map(|(n, v)| n.len() + v.len()).sum();
        if headers.len() > HEADERS_MAX || bytes > HEADER_BYTES_MAX {
            return Err(InvalidRequest::TooManyHeaders {
                count: headers.len(),
                bytes,
            });
        }
        headers.iter().try_for_each(|(n, v)| check_header(n, v))?;
        Ok(Self {
            url,
            method,
            headers,
            body,
        })
    }

    /// Where it goes: `http` or `https`, with a host.
    #[must_use]
    pub fn url(&self) -> &url::Url {
        self.url.as_url()
    }

    /// Where it goes, in every form that a delivery needs.
    #[must_use]
    pub fn destination(&self) -> &DestinationUrl {
        &self.url
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The header fields, in the transform's order.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The content type that this request itself sets; without one the
    /// endpoint's is sent, or that of JSON.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        media_type::among(&self.headers)
    }

    /// Whether the body is JSON, by what this request says of it. A body that
    /// is not always says so itself, whatever the endpoint's headers are.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.content_type().is_none_or(media_type::is_json)
    }
}

/// Checks one header field.
///
/// # Errors
/// [`InvalidRequest::Header`].
pub fn check_header(name: &str, value: &str) -> Result<(), InvalidRequest> {
    let refuse = |problem| InvalidRequest::Header {
        name: cut(name),
        problem,
    };
    let parsed = http::HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| refuse("is not a header name"))?;
    if CONNECTION_HEADERS.contains(&parsed.as_str()) {
        return Err(refuse("is set by the HTTP client and can't be changed"));
    }
    // Receivers disagree about anything else: Latin-1 to some, UTF-8 to others.
    if value
        .bytes()
        .any(|byte| !matches!(byte, b'\t' | b' '..=b'~'))
    {
        return Err(refuse(
            "has a value with characters other than visible ASCII",
        ));
    }
    Ok(())
}

fn cut(text: &str) -> String {
    text.chars().take(ERROR_TEXT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Fields<'a> = &'a [(&'a str, &'a str)];

    fn request(url: &str, headers: Fields) -> Result<Request, InvalidRequest> {
        let headers = headers
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        Request::try_new(url, Method::Post, headers, Bytes::new())
    }

    #[test]
    fn unsendable_parts_are_named() {
        let table: [(&str, Fields, &str); 5] = [
            ("/relative", &[], "`url` is not absolute: \"/relative\""),
            (
                "https://a.test",
                &[("bad name", "x")],
                "header \"bad name\" is not a header name",
            ),
            (
                "https://a.test",
                &[("x", "a\r\nb: c")],
                "other than visible ASCII",
            ),
            (
                "https://a.test",
                &[("Content-Length", "1")],
                "set by the HTTP client",
            ),
            ("https://a.test", &[("x", "y"); 101], "101 fields"),
        ];
        for (url, headers, expected) in table {
            let error = request(url, headers).expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn header_values_are_visible_ascii() {
        for (value, sendable) in [
            ("a b\tc", true),
            ("", true),
            ("~!", true),
            ("caf\u{e9}", false),
            ("\u{4e16}", false),
            ("\u{7f}", false),
        ] {
            assert_eq!(check_header("x", value).is_ok(), sendable, "{value:?}");
        }
    }

    #[test]
    fn methods_are_frozen_and_case_sensitive() {
        for method in Method::ALL {
            assert_eq!(Method::from_ordinal(method as u8), Some(method));
            assert_eq!(Method::from_name(method.as_str()), Some(method));
        }
        assert_eq!(Method::from_name("post"), None);
        assert_eq!(Method::from_name("CONNECT"), None);
    }
}

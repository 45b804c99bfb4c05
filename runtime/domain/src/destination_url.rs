//! Where a request goes: a URL that can be sent, parsed once.
//!
//! Its host is checked by the URL Standard and it is sent as a URI of RFC 3986.
//! Both forms are made here and kept together, so that no step of a delivery
//! parses the URL again.

use crate::caps::{ERROR_TEXT_CHARS_MAX, URL_BYTES_MAX};
use std::fmt;
use std::str::FromStr;

/// An absolute `http` or `https` URL with a host, without a user name and a
/// password, of at most [`URL_BYTES_MAX`] bytes once escaped.
#[derive(Clone, PartialEq, Eq)]
pub struct DestinationUrl {
    url: url::Url,
    uri: http::Uri,
}

/// A text is not a URL that a request can go to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`url` is {problem}: {url:?}")]
pub struct InvalidUrl {
    /// What is wrong with it: it does not parse, is relative, too long, not
    /// HTTP, or holds a user name or password.
    pub problem: &'static str,
    /// The text, cut to 200 characters.
    pub url: String,
}

impl FromStr for DestinationUrl {
    type Err = InvalidUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |problem| InvalidUrl {
            problem,
            url: text.chars().take(ERROR_TEXT_CHARS_MAX).collect(),
        };
        if text.len() > URL_BYTES_MAX {
            return Err(refuse("longer than 65,534 bytes"));
        }
        let url = url::Url::parse(text).map_err(|error| match error {
            url::ParseError::RelativeUrlWithoutBase => refuse("not absolute"),
            _ => refuse("not a URL"),
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse("neither http nor https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse(
                "with a user name or password in it (use the endpoint's credential)",
            ));
        }
        // URLs may hold characters, and grow to lengths, that URIs may not; the
        // HTTP client sends a URI.
        if url.as_str().len() > URL_BYTES_MAX {
            return Err(refuse("longer than 65,534 bytes once escaped"));
        }
        let uri = http::Uri::try_from(url.as_str())
            .map_err(|_| refuse("with characters that HTTP can't send"))?;
        Ok(Self { url, uri })
    }
}

impl DestinationUrl {
    /// The URL, by the URL Standard.
    #[must_use]
    pub fn as_url(&self) -> &url::Url {
        &self.url
    }

    /// The URL as a URI, which has no fragment: what an HTTP client sends.
    #[must_use]
    pub fn uri(&self) -> &http::Uri {
        &self.uri
    }

    /// The URL as text, escaped.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }
}

impl fmt::Debug for DestinationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::DestinationUrl;
    use crate::caps::URL_BYTES_MAX;

    #[test]
    fn a_url_that_can_not_be_sent_is_refused_and_says_why() {
        let long = format!("https://a.test/{}", "x".repeat(URL_BYTES_MAX));
        let table = [
            ("/relative", "`url` is not absolute: \"/relative\""),
            ("https://", "`url` is not a URL"),
            ("ftp://a.test", "neither http nor https"),
            ("https://u:p@a.test/", "user name or password"),
            (&long, "longer than 65,534 bytes"),
        ];
        for (url, expected) in table {
            let error = url.parse::<DestinationUrl>().expect_err(expected);
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn a_url_that_no_client_could_send_is_refused() {
        // Valid for a browser, and not a URI of RFC 3986; and one that grows
        // beyond the limit when its characters are escaped.
        let grown = format!("https://a.test/{}", "\u{e9}".repeat(20_000));
        for url in ["https://a\"b.test/", "https://a`b.test/", &grown] {
            let error = url.parse::<DestinationUrl>().expect_err(url).to_string();
            assert!(error.starts_with("`url` is"), "{error}");
        }
    }

    #[test]
    fn both_forms_are_one_url() {
        let text = "https://a.test:8443/b%20c?d=e&f";
        let url: DestinationUrl = text.parse().expect("a URL");
        assert_eq!(url.as_str(), text);
        assert_eq!(url.uri().to_string(), text);
    }
}

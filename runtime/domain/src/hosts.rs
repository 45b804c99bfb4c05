//! Which hosts a request, or a credential, may go to.

use std::fmt;
use std::str::FromStr;

/// One allowed host: `api.example.com`, every host below a domain
/// (`*.example.com`), an address, or either with a port (`127.0.0.1:9000`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern {
    host: HostMatch,
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum HostMatch {
    Exact(String),
    Below(String),
}

/// A text is not a host pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a host pattern: write `api.example.com`, `*.example.com` or an address, each with or without `:port`"
)]
pub struct ParseHostError(String);

impl FromStr for HostPattern {
    type Err = ParseHostError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || ParseHostError(text.to_owned());
        let (below, rest) = match text.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        // The URL parser normalises case, punycode and addresses exactly as
        // it will for the request's URL.
        let url = url::Url::parse(&format!("https://{rest}/")).map_err(|_| refuse())?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && !rest.contains(['/', '\\', '?', '#', '@', '*'])
            // The parser would leave tabs and line ends out.
            && !rest.contains(char::is_control);
        let host = url.host_str().filter(|_| plain).ok_or_else(refuse)?;
        if below && !matches!(url.host(), Some(url::Host::Domain(_))) {
            return Err(refuse());
        }
        let host = if below {
            HostMatch::Below(format!(".{host}"))
        } else {
            HostMatch::Exact(host.to_owned())
        };
        // https's own port, which the parser drops and the pattern keeps.
        let written = rest.rsplit_once(':').map(|(_, port)| port);
        let written = written.filter(|port| !port.ends_with(']'));
        if written == Some("") {
            return Err(refuse());
        }
        let port = url.port().or(written.map(|_| 443));
        Ok(Self { host, port })
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            HostMatch::Exact(host) => f.write_str(host)?,
            HostMatch::Below(suffix) => write!(f, "*{suffix}")?,
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

impl HostPattern {
    /// Whether the URL's host, and port where the pattern names one, match.
    #[must_use]
    pub fn admits(&self, url: &url::Url) -> bool {
        let Some(host) = url.host_str() else {
            return false;
        };
        let host_matches = match &self.host {
            HostMatch::Exact(name) => host == name,
            HostMatch::Below(suffix) => host.ends_with(suffix.as_str()),
        };
        host_matches
            && self
                .port
                .is_none_or(|port| url.port_or_known_default() == Some(port))
    }
}

#[cfg(test)]
mod tests {
    use super::HostPattern;

    #[test]
    fn patterns_admit_hosts_and_ports_as_urls_write_them() {
        let table = [
            ("api.example.com", "https://api.example.com/x", true),
            ("API.example.com", "https://api.EXAMPLE.com:8443/", true),
            (
                "api.example.com",
                "https://api.example.com.evil.test/",
                false,
            ),
            (
                "api.example.com",
                "https://api.example.com@evil.test/",
                false,
            ),
            ("*.example.com", "https://a.b.example.com/", true),
            ("*.example.com", "https://example.com/", false),
            ("*.example.com", "https://notexample.com/", false),
            ("127.0.0.1:9000", "http://127.0.0.1:9000/", true),
            ("127.0.0.1:9000", "http://127.0.0.1:9001/", false),
            ("127.0.0.1", "http://0x7f.1/", true),
            ("[::1]:80", "http://[::1]/", true),
            ("example.com:443", "https://example.com/", true),
            ("example.com:443", "https://example.com:8443/", false),
            ("example.com:0443", "https://example.com:8443/", false),
            ("[::1]:443", "https://[::1]:8443/", false),
            ("[::1]", "https://[::1]:8443/", true),
        ];
        for (pattern, url, expected) in table {
            let parsed: HostPattern = pattern.parse().expect(pattern);
            let url = url.parse().expect(url);
            assert_eq!(parsed.admits(&url), expected, "{pattern} {url}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in [
            "",
            "*",
            "*.",
            "https://a.b",
            "a/b",
            "u@a.b",
            "a b",
            "*.1.2.3.4",
            "a:99999",
            "a:",
            "a\tb.test",
            "a.test\n",
            "a\\b",
        ] {
            assert!(text.parse::<HostPattern>().is_err(), "{text}");
        }
    }
}

//! Routes: hosts whose requests go to another origin.
//!
//! For stand-ins: the demo's server, a vendor's sandbox, a recorder in a test
//! setup. The request stays what it is, `Host` included; only the connection
//! goes elsewhere. The address policy holds for where it goes.

use hookmill_domain::destination_url::DestinationUrl;
use hookmill_domain::hosts::HostPattern;
use http::{HeaderValue, Uri};

/// Where requests go instead of their own host; the first match counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Routes(Vec<(HostPattern, DestinationUrl)>);

/// Where a request goes by a route.
pub(crate) struct Rerouted<'r> {
    /// The route's origin, which is dialled.
    pub(crate) origin: &'r DestinationUrl,
    /// The route's origin with the request's path and query.
    pub(crate) uri: Uri,
    /// The host that the request was for.
    pub(crate) host: HeaderValue,
}

impl Routes {
    pub(crate) fn new(routes: Vec<(HostPattern, DestinationUrl)>) -> Self {
        Self(routes)
    }

    /// Where a request to this URL goes instead; none when it goes its own way.
    pub(crate) fn reroute(&self, url: &DestinationUrl) -> Option<Rerouted<'_>> {
        let mut routes = self.0.iter();
        let (_, origin) = routes.find(|(host, _)| host.admits(url.as_url()))?;
        let mut parts = origin.uri().clone().into_parts();
        parts.path_and_query = url.uri().path_and_query().cloned();
        Some(Rerouted {
            origin,
            uri: Uri::from_parts(parts).ok()?,
            host: HeaderValue::from_str(url.as_url().authority()).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{DestinationUrl, Routes};

    #[test]
    fn a_route_keeps_path_query_and_host() {
        let routes = Routes::new(vec![(
            "api.example.com".parse().expect("a host"),
            "http://127.0.0.1:9000/".parse().expect("an origin"),
        )]);
        let table = [
            (
                "https://api.example.com/v1/a%20b?c=d",
                Some(("http://127.0.0.1:9000/v1/a%20b?c=d", "api.example.com")),
            ),
            (
                "https://api.example.com:8443/",
                Some(("http://127.0.0.1:9000/", "api.example.com:8443")),
            ),
            ("https://other.example.com/", None),
        ];
        for (url, expected) in table {
            let url: DestinationUrl = url.parse().expect("a URL");
            let found = routes.reroute(&url);
            let found = found.map(|it| (it.uri.to_string(), it.host));
            let expected =
                expected.map(|(url, host)| (url.to_owned(), host.parse().expect("a header value")));
            assert_eq!(found, expected, "{url:?}");
        }
    }
}

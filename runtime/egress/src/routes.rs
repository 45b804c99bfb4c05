//! Routes: hosts whose requests go to another origin.
//!
//! For stand-ins: the demo's sink, a vendor's sandbox, a recorder in a test
//! setup. The request stays what it is, `Host` included; only the connection
//! goes elsewhere. The address policy holds for where it goes.

use hookmill_domain::hosts::HostPattern;
use http::HeaderValue;

/// Where requests go instead of their own host; the first match counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Routes(Vec<(HostPattern, url::Url)>);

/// A request's way by a route.
pub(crate) struct Detour {
    /// Where the connection goes: the route's origin, the request's path.
    pub(crate) url: url::Url,
    /// The host that the request was for.
    pub(crate) host: HeaderValue,
}

impl Routes {
    pub(crate) fn new(routes: Vec<(HostPattern, url::Url)>) -> Self {
        Self(routes)
    }

    /// The detour for this URL; none when it goes its own way.
    pub(crate) fn detour(&self, url: &url::Url) -> Option<Detour> {
        let (_, origin) = self.0.iter().find(|(host, _)| host.admits(url))?;
        let host = url[url::Position::BeforeHost..url::Position::AfterPort].to_owned();
        let mut detoured = origin.clone();
        detoured.set_path(url.path());
        detoured.set_query(url.query());
        Some(Detour {
            url: detoured,
            host: HeaderValue::from_str(&host).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Routes;

    #[test]
    fn a_detour_keeps_path_query_and_host() {
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
            let detour = routes.detour(&url.parse().expect("a URL"));
            let found = detour.map(|it| (it.url.to_string(), it.host));
            let expected =
                expected.map(|(url, host)| (url.to_owned(), host.parse().expect("a header value")));
            assert_eq!(found, expected, "{url}");
        }
    }
}

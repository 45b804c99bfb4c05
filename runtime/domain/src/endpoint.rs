//! Endpoints: where a tenant's events go, and how.

use crate::caps::{DeliveryCaps, SandboxCaps};
use crate::credential::Credential;
use crate::destination_url::DestinationUrl;
use crate::filter::EventFilter;
use crate::hosts::HostPattern;
use crate::media_type;
use crate::request::Method;
use crate::retry::RetryPolicy;
use crate::signature::Signer;
use crate::transform::TransformRef;
use crate::{EndpointId, SourceId, TenantId};
use std::fmt;
use std::sync::Arc;

/// An endpoint with everything resolved that a delivery needs.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its id, made from its tenant's and its own name.
    pub id: EndpointId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Its name within the tenant.
    pub name: String,
    /// Whether its declaration says that it takes no deliveries for now.
    pub is_disabled: bool,
    /// Where requests go unless the transform says otherwise.
    pub url: EndpointUrl,
    /// The sources whose events it wants; empty is all of its tenant.
    pub sources: Vec<SourceId>,
    /// Which events it wants.
    pub filter: EventFilter,
    /// The transform; none forwards events as they are.
    pub transform: Option<TransformRef>,
    /// The hosts that a request may go to; empty is the host of `url` and
    /// those of the credential.
    pub hosts: Vec<HostPattern>,
    /// The methods that a transform may choose.
    pub methods: Vec<Method>,
    /// Header fields of every request, unless the transform sets them.
    pub headers: Vec<(String, String)>,
    /// The variables that the transform sees, ordered by name.
    pub env: Arc<[(String, String)]>,
    /// What is added to the request after the transform.
    pub credential: Option<Arc<Credential>>,
    /// Signs requests, where configured.
    pub signer: Option<Arc<Signer>>,
    /// When and how often to try again.
    pub retry: RetryPolicy,
    /// Concurrency, rate and timeouts.
    pub delivery: DeliveryCaps,
    /// What one run of the transform may use.
    pub sandbox: SandboxCaps,
}

/// The URL of an endpoint. Those that chat services give out are secrets
/// themselves: of such a one `Debug` shows the origin alone.
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointUrl {
    url: DestinationUrl,
    is_secret: bool,
}

impl EndpointUrl {
    /// A URL that anybody may see.
    #[must_use]
    pub fn new(url: DestinationUrl) -> Self {
        Self {
            url,
            is_secret: false,
        }
    }

    /// A URL that is a secret.
    #[must_use]
    pub fn secret(url: DestinationUrl) -> Self {
        Self {
            url,
            is_secret: true,
        }
    }

    /// Whether the URL is a secret.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// The URL, secret or not. Call it only where it goes to the destination,
    /// or is looked at in parts.
    #[must_use]
    pub fn destination(&self) -> &DestinationUrl {
        &self.url
    }

    /// The URL as text, secret or not. Call it only where it goes to the
    /// transform.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }
}

impl fmt::Debug for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_secret {
            let origin = self.url.as_url().origin().ascii_serialization();
            write!(f, "\"{origin}/...\"")
        } else {
            fmt::Debug::fmt(&self.url, f)
        }
    }
}

impl Endpoint {
    /// The content type that its static header fields give to requests.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        media_type::among(&self.headers)
    }

    /// Whether a request may go to this URL.
    #[must_use]
    pub fn admits_host(&self, url: &url::Url) -> bool {
        let own = || {
            let own = self.url.destination().as_url();
            own.host() == url.host() && own.port_or_known_default() == url.port_or_known_default()
        };
        let credential = || {
            self.credential
                .iter()
                .any(|credential| credential.hosts.iter().any(|host| host.admits(url)))
        };
        self.hosts.iter().any(|host| host.admits(url))
            || (self.hosts.is_empty() && (own() || credential()))
    }
}

#[cfg(test)]
mod tests {
    use super::{DestinationUrl, EndpointUrl};

    #[test]
    fn a_secret_url_shows_its_origin_alone() {
        let text = "https://hooks.chat.test:8443/services/T0/B0/s3cret?t=1";
        let url: DestinationUrl = text.parse().expect("a URL");
        let shown = format!("{:?}", EndpointUrl::secret(url.clone()));
        assert_eq!(shown, "\"https://hooks.chat.test:8443/...\"");
        let shown = format!("{:?}", EndpointUrl::new(url));
        assert_eq!(shown, format!("{text:?}"));
    }
}

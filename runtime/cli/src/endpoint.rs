//! The endpoint of a dry run, for which a transform is tried out: one of a
//! configuration, or one with every default.
//!
//! Of a declared endpoint everything holds that would hold in the relay, and
//! what it does not allow is a fault. Without one nothing is forbidden, and it
//! is said what an endpoint would have to allow. No secret is read.

use super::variables;
use anyhow::{Context as _, anyhow, bail};
use hookmill_config::nearest;
use hookmill_domain::caps::{DeliveryCaps, SandboxCaps};
use hookmill_domain::compose::{check_host, check_method, preview_headers};
use hookmill_domain::declared::Declared;
use hookmill_domain::destination_url::DestinationUrl;
use hookmill_domain::endpoint::{Endpoint, EndpointUrl};
use hookmill_domain::fault::Fault;
use hookmill_domain::filter::{EventFilter, TypePattern};
use hookmill_domain::request::{Method, Request};
use hookmill_domain::retry::RetryPolicy;
use hookmill_domain::webhook::Webhook;
use hookmill_domain::{EndpointId, TenantId};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The URL of an endpoint that is not declared.
const DEFAULT_URL: &str = "https://relay.invalid/default";

/// The flags that name an endpoint.
#[derive(Debug, Default, clap::Args)]
pub(super) struct EndpointFlags {
    /// Try it out for an endpoint of this configuration: its URL, hosts,
    /// methods, headers, variables and limits hold. Secrets need not be there
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Which endpoint of the configuration
    #[arg(long, value_name = "TENANT/NAME", requires = "config")]
    endpoint: Option<String>,
}

/// An endpoint to try a transform out for.
#[derive(Clone)]
pub(super) struct DryRunEndpoint {
    endpoint: Endpoint,
    rules: Rules,
}

/// What becomes of a request that the endpoint does not allow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    /// It is a fault: the endpoint is a declared one.
    Hold,
    /// It is said what is needed: there is no endpoint yet.
    Advise,
}

impl EndpointFlags {
    /// The configuration that was given.
    pub(super) fn config(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// The endpoint that the flags name.
    ///
    /// # Errors
    /// Problems in the configuration, or no such endpoint: those there are.
    pub(super) fn load(&self) -> anyhow::Result<DryRunEndpoint> {
        let Some(config) = &self.config else {
            return Ok(DryRunEndpoint::default());
        };
        let settings =
            hookmill_config::load_for_authors(config).map_err(|problems| anyhow!("{problems}"))?;
        let endpoint = find(config, &settings.declared, self.endpoint.as_deref())?;
        Ok(DryRunEndpoint {
            endpoint: endpoint.clone(),
            rules: Rules::Hold,
        })
    }
}

fn find<'d>(
    file: &Path,
    declared: &'d Declared,
    wanted: Option<&str>,
) -> anyhow::Result<&'d Endpoint> {
    let tenant = |endpoint: &Endpoint| {
        let mut tenants = declared.tenants.iter();
        let found = tenants.find(|tenant| tenant.id == endpoint.tenant);
        found.map_or("", |tenant| tenant.name.as_str())
    };
    let name = |endpoint: &Endpoint| format!("{}/{}", tenant(endpoint), endpoint.name);
    let names: Vec<String> = declared.endpoints.iter().map(name).collect();
    let file = file.display();
    if names.is_empty() {
        bail!("{file} declares no endpoint");
    }
    let list = names.join(", ");
    let Some(wanted) = wanted else {
        bail!("--endpoint has to say which endpoint of {file} it is for: {list}");
    };
    let at = names.iter().position(|name| name == wanted);
    at.map(|at| &declared.endpoints[at]).with_context(|| {
        let hint = match nearest(wanted, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? There are"),
            None => "there are".to_owned(),
        };
        format!("{file} declares no endpoint `{wanted}`; {hint}: {list}")
    })
}

impl Default for DryRunEndpoint {
    fn default() -> Self {
        let url: DestinationUrl = DEFAULT_URL.parse().expect("the default is a URL");
        let endpoint = Endpoint {
            id: EndpointId::UNDECLARED,
            tenant: TenantId::UNDECLARED,
            name: String::new(),
            is_disabled: false,
            url: EndpointUrl::new(url),
            sources: Vec::new(),
            filter: EventFilter::new(vec![TypePattern::Any]),
            transform: None,
            hosts: Vec::new(),
            methods: Method::DEFAULT.to_vec(),
            headers: Vec::new(),
            env: Arc::new([]),
            credential: None,
            signer: None,
            retry: RetryPolicy::default(),
            delivery: DeliveryCaps::default(),
            sandbox: SandboxCaps::default(),
        };
        Self {
            endpoint,
            rules: Rules::Advise,
        }
    }
}

impl DryRunEndpoint {
    /// This endpoint at another URL.
    ///
    /// # Errors
    /// An endpoint can't have this URL.
    pub(super) fn at(&self, url: &str) -> anyhow::Result<Self> {
        let mut moved = self.clone();
        moved.endpoint.url = EndpointUrl::new(url.parse()?);
        Ok(moved)
    }

    /// The endpoint's URL.
    pub(super) fn url(&self) -> &str {
        self.endpoint.url.as_str()
    }

    /// The content type that the endpoint's headers give to requests.
    pub(super) fn content_type(&self) -> Option<String> {
        self.endpoint.content_type().map(str::to_owned)
    }

    /// What a run may use.
    pub(super) fn caps(&self) -> SandboxCaps {
        self.endpoint.sandbox
    }

    /// Whether the endpoint wants events of this type.
    pub(super) fn wants(&self, event_type: &str) -> bool {
        self.endpoint.filter.admits(event_type)
    }

    /// The variables: those of a declared endpoint, and otherwise those of the
    /// folder's `env.json`.
    ///
    /// # Errors
    /// `env.json` can't be understood.
    pub(super) fn variables(
        &self,
        folder: Option<&Path>,
    ) -> anyhow::Result<BTreeMap<String, String>> {
        match (self.rules, folder) {
            (Rules::Hold, _) => Ok(self.endpoint.env.iter().cloned().collect()),
            (Rules::Advise, Some(folder)) => variables::of_folder(folder),
            (Rules::Advise, None) => Ok(BTreeMap::new()),
        }
    }

    /// What the relay would make of a transform's result.
    ///
    /// # Errors
    /// A declared endpoint does not allow it.
    pub(super) fn permitted(&self, webhook: Webhook) -> Result<Webhook, Fault> {
        if self.rules == Rules::Hold && !webhook.is_canceled() {
            if !self.has_unknown_host(webhook.request()) {
                check_host(&self.endpoint, webhook.request())?;
            }
            check_method(&self.endpoint, webhook.request())?;
        }
        Ok(webhook)
    }

    /// What an endpoint would have to say for the request to be sent, or what
    /// could not be checked about it.
    pub(super) fn needs(&self, webhook: &Webhook) -> Vec<String> {
        let request = webhook.request();
        if webhook.is_canceled() {
            return Vec::new();
        }
        let host = request.url().authority();
        if self.rules == Rules::Hold {
            let is_open = self.has_unknown_host(request) && self.endpoint.hosts.is_empty();
            let is_own = self.is_own_host(request);
            return (is_open && !is_own)
                .then(|| format!("the endpoint's URL is a secret, which is not read here: if its host is not {host}, the endpoint needs `hosts = [\"{host}\"]`"))
                .into_iter()
                .collect();
        }
        let mut needs = Vec::new();
        if check_host(&self.endpoint, request).is_err() {
            needs.push(format!(
                "an endpoint with another host in its `url` needs `hosts = [\"{host}\"]`"
            ));
        }
        if check_method(&self.endpoint, request).is_err() {
            let method = request.method();
            needs.push(format!("an endpoint needs `methods = [\"{method}\"]`, because only POST, PUT and PATCH are allowed otherwise"));
        }
        needs
    }

    /// The header fields of the request that would be sent.
    ///
    /// # Errors
    /// One of them can't be.
    pub(super) fn headers(&self, request: &Request) -> anyhow::Result<Vec<(String, String)>> {
        Ok(preview_headers(&self.endpoint, request)?)
    }

    /// Whether the endpoint's own host, which a request may always go to,
    /// stands in a secret that is not read here.
    fn has_unknown_host(&self, request: &Request) -> bool {
        let hosts = &self.endpoint.hosts;
        self.endpoint.url.is_secret() && (hosts.is_empty() || self.is_own_host(request))
    }

    fn is_own_host(&self, request: &Request) -> bool {
        let own = self.endpoint.url.destination().as_url();
        own.host() == request.url().host()
    }
}

//! The resources in force: sources by path, endpoints by id, tenants by name.
//!
//! Made once, at start, from what is declared. What changes afterwards is
//! which endpoints are disabled, and which programs run.

use crate::disabled::{Disabled, DisabledBy, DisabledEndpoints};
use crate::route::Route;
use crate::source_names::SourceNames;
use crate::transforms::Transforms;
use hookmill_domain::declared::Declared;
use hookmill_domain::endpoint::Endpoint;
use hookmill_domain::source::Source;
use hookmill_domain::transform::{TransformRef, WantedVersion};
use hookmill_domain::{EndpointId, SourceId, TenantId};
use std::collections::HashMap;
use std::sync::Arc;

/// What is in force.
pub(crate) struct Registry {
    sources: HashMap<String, Source>,
    routes: HashMap<EndpointId, Route>,
    by_tenant: HashMap<TenantId, Vec<EndpointId>>,
    tenant_names: HashMap<TenantId, Arc<str>>,
    source_names: HashMap<SourceId, Arc<SourceNames>>,
    transforms: Transforms,
    disabled: DisabledEndpoints,
}

impl Registry {
    /// Resolves the references between resources. Loads nothing: every slot is
    /// empty.
    ///
    /// # Panics
    /// The tenant or the transform of a resource is not declared.
    pub(crate) fn new(declared: &Declared) -> Self {
        let tenants = declared.tenants.iter();
        let tenant_names: HashMap<_, Arc<str>> = tenants
            .map(|tenant| (tenant.id, tenant.name.as_str().into()))
            .collect();
        let name_of = |tenant: TenantId| {
            let name: Option<&Arc<str>> = tenant_names.get(&tenant);
            Arc::clone(name.expect("the tenant of a resource is declared"))
        };
        let mut transforms = Transforms::new(declared);
        let mut by_tenant: HashMap<TenantId, Vec<EndpointId>> = HashMap::new();
        let mut routes = HashMap::new();
        for endpoint in declared.endpoints.iter().cloned() {
            let (id, tenant) = (endpoint.id, endpoint.tenant);
            by_tenant.entry(tenant).or_default().push(id);
            let wanted = endpoint.transform.as_ref();
            let slot = wanted.map(|wanted| transforms.slot_for(tenant, wanted));
            routes.insert(id, Route::new(endpoint, name_of(tenant), slot));
        }
        let source_names = declared.sources.iter().map(|source| {
            let names = SourceNames {
                tenant: name_of(source.tenant).as_ref().to_owned(),
                source: source.name.clone(),
            };
            (source.id, Arc::new(names))
        });
        let sources = declared.sources.iter().cloned();
        Self {
            sources: sources
                .map(|source| (source.path.clone(), source))
                .collect(),
            routes,
            by_tenant,
            source_names: source_names.collect(),
            tenant_names,
            transforms,
            disabled: DisabledEndpoints::default(),
        }
    }

    /// The source with this path.
    pub(crate) fn source(&self, path: &str) -> Option<&Source> {
        self.sources.get(path)
    }

    pub(crate) fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.values()
    }

    /// The endpoints that want this source's events of this type, disabled ones
    /// among them: what they are to get waits.
    pub(crate) fn subscribers<'r>(
        &'r self,
        source: &'r Source,
        event_type: &'r str,
    ) -> impl Iterator<Item = EndpointId> + 'r {
        let endpoints = self.endpoints(source.tenant).filter(move |endpoint| {
            (endpoint.sources.is_empty() || endpoint.sources.contains(&source.id))
                && endpoint.filter.admits(event_type)
        });
        endpoints.map(|endpoint| endpoint.id)
    }

    pub(crate) fn route(&self, endpoint: EndpointId) -> Option<&Route> {
        self.routes.get(&endpoint)
    }

    pub(crate) fn routes(&self) -> impl Iterator<Item = &Route> {
        self.routes.values()
    }

    /// The declared tenants and their names.
    pub(crate) fn tenants(&self) -> impl Iterator<Item = (TenantId, &str)> {
        let names = self.tenant_names.iter();
        names.map(|(id, name)| (*id, name.as_ref()))
    }

    /// The tenant with this name or id.
    pub(crate) fn tenant(&self, name_or_id: &str) -> Option<TenantId> {
        let id = name_or_id
            .parse()
            .unwrap_or_else(|_| TenantId::named(&[name_or_id]));
        self.tenant_names.contains_key(&id).then_some(id)
    }

    /// The name of a tenant; none when it is not declared.
    pub(crate) fn tenant_name(&self, tenant: TenantId) -> Option<&str> {
        self.tenant_names.get(&tenant).map(AsRef::as_ref)
    }

    /// A source by its names; none when it is not declared.
    pub(crate) fn source_names(&self, source: SourceId) -> Option<&Arc<SourceNames>> {
        self.source_names.get(&source)
    }

    /// A tenant's endpoint of this name.
    pub(crate) fn endpoint_named(&self, tenant: TenantId, name: &str) -> Option<&Endpoint> {
        let mut endpoints = self.endpoints(tenant);
        endpoints.find(|endpoint| endpoint.name == name)
    }

    fn endpoints(&self, tenant: TenantId) -> impl Iterator<Item = &Endpoint> {
        let ids = self.by_tenant.get(&tenant).into_iter().flatten();
        ids.map(|id| &self.routes[id].endpoint)
    }

    /// The endpoints that run a transform, and the version that each wants.
    pub(crate) fn endpoints_of(
        &self,
        tenant: TenantId,
        transform: &str,
    ) -> impl Iterator<Item = (&Endpoint, WantedVersion)> {
        self.endpoints(tenant).filter_map(move |endpoint| {
            let TransformRef { name, version } = endpoint.transform.as_ref()?;
            (name == transform).then_some((endpoint, *version))
        })
    }

    /// The declared transforms, and the programs that run.
    pub(crate) fn transforms(&self) -> &Transforms {
        &self.transforms
    }

    /// Which endpoints were disabled while the relay ran.
    pub(crate) fn disabled_endpoints(&self) -> &DisabledEndpoints {
        &self.disabled
    }

    /// Why an endpoint takes no deliveries for now; none when it takes them.
    pub(crate) fn disabled(&self, endpoint: EndpointId) -> Option<Disabled> {
        let route = self.routes.get(&endpoint);
        if route.is_some_and(|route| route.endpoint.is_disabled) {
            return Some(Disabled {
                by: DisabledBy::Declaration,
                since: None,
            });
        }
        self.disabled.get(endpoint)
    }

    /// Whether an endpoint has no program to run; what it is to get stays in
    /// the queue.
    pub(crate) fn is_waiting(&self, endpoint: EndpointId) -> bool {
        self.route(endpoint).is_some_and(Route::is_waiting)
    }

    /// Whether deliveries of an endpoint may be claimed. Those of an endpoint
    /// that is not declared any more may, to be parked.
    pub(crate) fn is_claimed_for(&self, endpoint: EndpointId) -> bool {
        self.disabled(endpoint).is_none() && !self.is_waiting(endpoint)
    }
}

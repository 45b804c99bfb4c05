//! The resources in force: sources by path, endpoints by id, each with its
//! loaded transform.
//!
//! Made once, at start, from what is declared. What changes afterwards is
//! which endpoints are disabled, and which versions of uploaded transforms run.

use crate::declared::{Declared, DeclaredTransform};
use crate::program;
use crate::slot::{Slot, Slots};
use crate::switches::{Disabled, DisabledBy, Switches};
use bytes::Bytes;
use hookmill_domain::endpoint::Endpoint;
use hookmill_domain::source::Source;
use hookmill_domain::transform::{TransformRef, VersionNumber, WantedVersion};
use hookmill_domain::{EndpointId, SourceId, TenantId};
use hookmill_sandbox::{LoadError, Program, Sandbox};
use hookmill_store::{ResourceId, ResourceRow};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Runs that one tenant may have in the sandbox, waiting ones included.
const SANDBOX_PLACES: usize = 8;

/// An endpoint and the program that makes its requests.
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    program: RouteProgram,
}

/// Where an endpoint's program comes from.
enum RouteProgram {
    /// It has none: events are forwarded as they came.
    None,
    /// A file of the operator's.
    File(Program),
    /// Whatever version is there when a delivery begins.
    Uploaded(Arc<Slot>),
}

/// What an endpoint runs now.
pub(crate) enum Running {
    /// Nothing: events are forwarded as they came.
    Nothing,
    /// This.
    Program(Program),
    /// It waits for a version of its transform.
    Waiting,
}

impl Route {
    pub(crate) fn running(&self) -> Running {
        match &self.program {
            RouteProgram::None => Running::Nothing,
            RouteProgram::File(program) => Running::Program(program.clone()),
            RouteProgram::Uploaded(slot) => slot.get().map_or(Running::Waiting, Running::Program),
        }
    }
}

/// How a transform is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransformUse {
    /// As a file.
    File,
    /// As one that is uploaded.
    Uploaded,
}

/// An uploaded transform, and the versions that endpoints are pinned to.
pub(crate) struct Uploads<'r> {
    pub(crate) tenant: TenantId,
    pub(crate) name: &'r str,
    pub(crate) pinned: Vec<VersionNumber>,
}

/// A declared transform can't be loaded.
#[derive(Debug, thiserror::Error)]
#[error("transform `{name}` of tenant `{tenant}` can't be loaded")]
pub struct TransformRefused {
    /// The tenant's name.
    pub tenant: String,
    /// The transform's name.
    pub name: String,
    /// The file it was read from.
    pub file: PathBuf,
    /// What is wrong with it.
    pub source: Box<LoadError>,
}

/// What is in force.
pub(crate) struct Registry {
    sources: HashMap<String, Source>,
    routes: HashMap<EndpointId, Route>,
    by_tenant: HashMap<TenantId, Vec<EndpointId>>,
    tenant_names: HashMap<TenantId, String>,
    source_names: HashMap<SourceId, String>,
    /// By tenant and name; none is a file.
    transforms: BTreeMap<(TenantId, String), Option<Slots>>,
    /// Each tenant's places in the sandbox's queue, which is one for all: a
    /// tenant whose runs take long waits for itself.
    sandbox_places: HashMap<TenantId, Semaphore>,
    switches: Switches,
}

impl Registry {
    /// Loads the transforms and resolves the references between resources.
    pub(crate) fn load(declared: &Declared, sandbox: &Sandbox) -> Result<Self, TransformRefused> {
        let mut programs = HashMap::new();
        let mut transforms = BTreeMap::new();
        for transform in &declared.transforms {
            let key = (transform.tenant, transform.name.clone());
            programs.insert(key.clone(), load_program(transform, sandbox)?);
            transforms.insert(key, None);
        }
        for upload in &declared.uploads {
            let key = (upload.tenant, upload.name.clone());
            transforms.insert(key, Some(Slots::default()));
        }
        let mut by_tenant: HashMap<TenantId, Vec<EndpointId>> = HashMap::new();
        let mut routes = HashMap::new();
        for endpoint in declared.endpoints.iter().cloned() {
            by_tenant
                .entry(endpoint.tenant)
                .or_default()
                .push(endpoint.id);
            let program = endpoint.transform.as_ref().map(|wanted| {
                let key = (endpoint.tenant, wanted.name.clone());
                match transforms.get_mut(&key) {
                    Some(Some(slots)) => RouteProgram::Uploaded(slots.slot(wanted.version)),
                    _ => programs
                        .get(&key)
                        .cloned()
                        .map_or(RouteProgram::None, RouteProgram::File),
                }
            });
            let program = program.unwrap_or(RouteProgram::None);
            routes.insert(endpoint.id, Route { endpoint, program });
        }
        let sources = declared.sources.iter().cloned();
        Ok(Self {
            sources: sources
                .map(|source| (source.path.clone(), source))
                .collect(),
            routes,
            sandbox_places: by_tenant
                .keys()
                .map(|tenant| (*tenant, Semaphore::new(SANDBOX_PLACES)))
                .collect(),
            by_tenant,
            tenant_names: declared
                .tenants
                .iter()
                .map(|tenant| (tenant.id, tenant.name.clone()))
                .collect(),
            source_names: declared
                .sources
                .iter()
                .map(|source| (source.id, source.name.clone()))
                .collect(),
            transforms,
            switches: Switches::default(),
        })
    }

    pub(crate) fn source(&self, path: &str) -> Option<&Source> {
        self.sources.get(path)
    }

    /// The endpoints that want this source's events of this type, disabled ones
    /// among them: what they are to get waits.
    pub(crate) fn subscribers<'r>(
        &'r self,
        source: &'r Source,
        event_type: &'r str,
    ) -> impl Iterator<Item = EndpointId> + 'r {
        let ids = self.by_tenant.get(&source.tenant).into_iter().flatten();
        ids.copied().filter(move |id| {
            let endpoint = &self.routes[id].endpoint;
            (endpoint.sources.is_empty() || endpoint.sources.contains(&source.id))
                && endpoint.filter.admits(event_type)
        })
    }

    /// The declared resources as the store records them. `Debug` shows every
    /// field and no secret, which is just what tells two declarations apart.
    pub(crate) fn resources(&self, declared: &Declared) -> Vec<ResourceRow> {
        let row = |id, name: &str, declaration: String| ResourceRow {
            id,
            name: name.to_owned(),
            declaration: Bytes::from(declaration),
        };
        let tenants = declared.tenants.iter().map(|tenant| {
            row(
                ResourceId::Tenant(tenant.id),
                &tenant.name,
                format!("{tenant:?}"),
            )
        });
        let sources = self.sources.values().map(|source| {
            row(
                ResourceId::Source(source.id),
                &source.name,
                format!("{source:?}"),
            )
        });
        let endpoints = self.routes.values().map(|route| {
            let endpoint = &route.endpoint;
            // A new version is no new declaration.
            let digest = match &route.program {
                RouteProgram::File(program) => Some(program.digest_hex()),
                RouteProgram::None | RouteProgram::Uploaded(_) => None,
            };
            row(
                ResourceId::Endpoint(endpoint.id),
                &endpoint.name,
                format!("{endpoint:?} {digest:?}"),
            )
        });
        tenants.chain(sources).chain(endpoints).collect()
    }

    /// Waits for one of the tenant's places in the sandbox's queue.
    pub(crate) async fn sandbox_place(&self, tenant: TenantId) -> Option<SemaphorePermit<'_>> {
        // None only for a tenant without endpoints; the semaphores are never
        // closed.
        self.sandbox_places.get(&tenant)?.acquire().await.ok()
    }

    pub(crate) fn route(&self, endpoint: EndpointId) -> Option<&Route> {
        self.routes.get(&endpoint)
    }

    /// The name of a tenant; empty when it is not declared.
    pub(crate) fn tenant_name(&self, tenant: TenantId) -> &str {
        self.tenant_names.get(&tenant).map_or("", String::as_str)
    }

    /// The name of a source; empty when it is not declared.
    pub(crate) fn source_name(&self, source: SourceId) -> &str {
        self.source_names.get(&source).map_or("", String::as_str)
    }

    /// The name of an endpoint; empty when it is not declared.
    pub(crate) fn endpoint_name(&self, endpoint: EndpointId) -> &str {
        let route = self.routes.get(&endpoint);
        route.map_or("", |route| route.endpoint.name.as_str())
    }

    pub(crate) fn routes(&self) -> impl Iterator<Item = &Route> {
        self.routes.values()
    }

    /// Whether an endpoint can take nothing now, as there is no version of its
    /// transform to run; what it is to get stays in the queue.
    pub(crate) fn is_waiting(&self, endpoint: EndpointId) -> bool {
        let route = self.routes.get(&endpoint);
        route.is_some_and(
            |route| matches!(&route.program, RouteProgram::Uploaded(slot) if slot.is_empty()),
        )
    }

    /// The tenant with this name or id.
    pub(crate) fn tenant(&self, name_or_id: &str) -> Option<TenantId> {
        let id = name_or_id
            .parse()
            .unwrap_or_else(|_| TenantId::named(&[name_or_id]));
        self.tenant_names.contains_key(&id).then_some(id)
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

    /// How a tenant's transform is declared.
    pub(crate) fn transform_use(&self, tenant: TenantId, name: &str) -> Option<TransformUse> {
        let found = self.transforms.get(&(tenant, name.to_owned()))?;
        Some(transform_use(found))
    }

    /// A tenant's transforms, by name.
    pub(crate) fn transforms(
        &self,
        tenant: TenantId,
    ) -> impl Iterator<Item = (&str, TransformUse)> {
        let all = self.transforms.range((tenant, String::new())..);
        all.take_while(move |((owner, _), _)| *owner == tenant)
            .map(|((_, name), slots)| (name.as_str(), transform_use(slots)))
    }

    /// The uploaded transforms of all tenants.
    pub(crate) fn uploads(&self) -> impl Iterator<Item = Uploads<'_>> {
        self.transforms
            .iter()
            .filter_map(|((tenant, name), slots)| {
                let slots = slots.as_ref()?;
                Some(Uploads {
                    tenant: *tenant,
                    name,
                    pinned: slots.pinned().collect(),
                })
            })
    }

    /// Runs a version of an uploaded transform where it is pinned.
    pub(crate) fn place_version(
        &self,
        tenant: TenantId,
        transform: &str,
        number: VersionNumber,
        program: &Program,
    ) {
        if let Some(Some(slots)) = self.transforms.get(&(tenant, transform.to_owned())) {
            slots.place(number, program);
        }
    }

    /// Runs a program as the active version of an uploaded transform.
    pub(crate) fn activate_version(&self, tenant: TenantId, transform: &str, program: Program) {
        if let Some(Some(slots)) = self.transforms.get(&(tenant, transform.to_owned())) {
            slots.activate(program);
        }
    }

    /// Which endpoints were disabled while the relay ran.
    pub(crate) fn switches(&self) -> &Switches {
        &self.switches
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
        self.switches.disabled(endpoint)
    }

    /// Whether deliveries of an endpoint may be claimed. They may of one that
    /// is no longer declared, to be parked.
    pub(crate) fn is_claimed_for(&self, endpoint: EndpointId) -> bool {
        self.disabled(endpoint).is_none() && !self.is_waiting(endpoint)
    }
}

fn load_program(
    transform: &DeclaredTransform,
    sandbox: &Sandbox,
) -> Result<Program, TransformRefused> {
    let refuse = |source| TransformRefused {
        tenant: transform.tenant_name.clone(),
        name: transform.name.clone(),
        file: transform.file.clone(),
        source: Box::new(source),
    };
    let name = transform.file.to_string_lossy();
    program::load(sandbox, &name, transform.kind, &transform.bytes).map_err(refuse)
}

fn transform_use(slots: &Option<Slots>) -> TransformUse {
    match slots {
        Some(_) => TransformUse::Uploaded,
        None => TransformUse::File,
    }
}

//! The resources in force: sources by path, endpoints by id, each with its
//! loaded transform.
//!
//! Made once, at start, from what is declared; the only thing that changes
//! afterwards is which endpoints are disabled.

use crate::declared::{Declared, DeclaredTransform, TransformKind};
use bytes::Bytes;
use hookmill_domain::endpoint::Endpoint;
use hookmill_domain::source::Source;
use hookmill_domain::{EndpointId, TenantId};
use hookmill_sandbox::{LoadError, Program, Sandbox, Source as ProgramSource};
use hookmill_store::{ResourceId, ResourceRow};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::RwLock;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Runs that one tenant may have in the sandbox, waiting ones included.
const SANDBOX_PLACES: usize = 8;

/// An endpoint and the program that makes its requests.
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    pub(crate) program: Option<Program>,
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
    /// Each tenant's places in the sandbox's queue, which is one for all: a
    /// tenant whose runs take long waits for itself.
    sandbox_places: HashMap<TenantId, Semaphore>,
    disabled: RwLock<HashSet<EndpointId>>,
}

impl Registry {
    /// Loads the transforms and resolves the references between resources.
    pub(crate) fn load(declared: &Declared, sandbox: &Sandbox) -> Result<Self, TransformRefused> {
        let mut programs = HashMap::new();
        for transform in &declared.transforms {
            let program = load_program(transform, sandbox)?;
            programs.insert((transform.tenant, transform.name.clone()), program);
        }
        let mut by_tenant: HashMap<TenantId, Vec<EndpointId>> = HashMap::new();
        let mut routes = HashMap::new();
        for endpoint in declared.endpoints.iter().cloned() {
            by_tenant
                .entry(endpoint.tenant)
                .or_default()
                .push(endpoint.id);
            let program = endpoint
                .transform
                .as_ref()
                .and_then(|name| programs.get(&(endpoint.tenant, name.clone())).cloned());
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
            disabled: RwLock::default(),
        })
    }

    pub(crate) fn source(&self, path: &str) -> Option<&Source> {
        self.sources.get(path)
    }

    /// The endpoints in force that want this source's events of this type.
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
                && !self.is_disabled(*id)
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
            let digest = route.program.as_ref().map(Program::digest_hex);
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

    pub(crate) fn routes(&self) -> impl Iterator<Item = &Route> {
        self.routes.values()
    }

    pub(crate) fn is_disabled(&self, endpoint: EndpointId) -> bool {
        let disabled = self.disabled.read().expect("no writer panics");
        disabled.contains(&endpoint)
    }

    pub(crate) fn disable(&self, endpoint: EndpointId) {
        let mut disabled = self.disabled.write().expect("no writer panics");
        disabled.insert(endpoint);
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
    let text: Cow<'_, str>;
    let source = match transform.kind {
        TransformKind::Component => ProgramSource::Component {
            name: &name,
            wasm: &transform.bytes,
        },
        TransformKind::JavaScript => {
            text = String::from_utf8_lossy(&transform.bytes);
            ProgramSource::JavaScript {
                name: &name,
                text: &text,
            }
        }
        TransformKind::TypeScript => {
            text = String::from_utf8_lossy(&transform.bytes);
            ProgramSource::TypeScript {
                name: &name,
                text: &text,
            }
        }
    };
    sandbox.load(source).map_err(refuse)
}

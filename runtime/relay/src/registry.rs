//! The resources in force: sources by path, endpoints by id, each with the
//! place that its program takes.
//!
//! Made once, at start, from what is declared. What changes afterwards is
//! which endpoints are disabled, and which programs run.

use crate::accept::SourceNames;
use crate::loader::LoadKey;
use crate::slot::{Content, Slot, Slots};
use crate::spec::Specs;
use crate::switches::{Disabled, DisabledBy, Switches};
use crate::transform_file;
use hookmill_domain::declared::{Declared, DeclaredTransform};
use hookmill_domain::endpoint::Endpoint;
use hookmill_domain::fingerprint::FingerprintKey;
use hookmill_domain::program::ProgramDigest;
use hookmill_domain::source::Source;
use hookmill_domain::transform::{TransformRef, VersionNumber, WantedVersion};
use hookmill_domain::{EndpointId, SourceId, TenantId};
use hookmill_sandbox::Program;
use hookmill_store::{ResourceId, ResourceRow};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Runs that one tenant may have in the sandbox, waiting ones included.
const SANDBOX_PLACES: usize = 8;

/// An endpoint and the program that makes its requests.
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    /// None where events are forwarded as they came.
    slot: Option<Arc<Slot>>,
}

/// What an endpoint runs now.
pub(crate) enum Running {
    /// Nothing: events are forwarded as they came.
    Nothing,
    /// This.
    Program(Program),
    /// It waits for a program.
    Waiting,
}

/// Why an endpoint has no program to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// It was not loaded yet.
    Loading,
    /// No version was uploaded, or not the one that is wanted.
    NoVersion,
    /// It can't be loaded, and why.
    NotLoadable(Arc<str>),
}

impl Waiting {
    /// The stable word for it.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::NoVersion => "no_version",
            Self::NotLoadable(_) => "not_loadable",
        }
    }
}

impl Route {
    pub(crate) fn running(&self) -> Running {
        let Some(slot) = &self.slot else {
            return Running::Nothing;
        };
        match slot.content() {
            Content::Program(program) => Running::Program(program),
            Content::Unknown | Content::NoVersion | Content::Unusable(_) => Running::Waiting,
        }
    }

    /// Why it has no program to run; none when it has one, or needs none.
    pub(crate) fn waiting(&self) -> Option<Waiting> {
        match self.slot.as_ref()?.content() {
            Content::Program(_) => None,
            Content::Unknown => Some(Waiting::Loading),
            Content::NoVersion => Some(Waiting::NoVersion),
            Content::Unusable(why) => Some(Waiting::NotLoadable(why)),
        }
    }

    /// What has to be loaded for it; none when it needs no program.
    pub(crate) fn load_key(&self) -> Option<LoadKey> {
        let TransformRef { name, version } = self.endpoint.transform.clone()?;
        Some((self.endpoint.tenant, name, version))
    }
}

/// A transform that is a file.
pub(crate) struct FileTransform {
    pub(crate) declared: DeclaredTransform,
    /// Of the bytes that run; until some do, of those that were there at the
    /// start, if any.
    digest: Mutex<Option<ProgramDigest>>,
}

impl FileTransform {
    fn new(declared: &DeclaredTransform) -> Self {
        let bytes = transform_file::read(declared).ok();
        Self {
            declared: declared.clone(),
            digest: Mutex::new(bytes.map(|bytes| ProgramDigest::of(&bytes))),
        }
    }

    pub(crate) fn digest(&self) -> Option<ProgramDigest> {
        let digest = self.digest.lock();
        *digest.unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_digest(&self, digest: ProgramDigest) {
        let mut held = self.digest.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some(digest);
    }
}

/// A transform of a tenant's.
struct Transform {
    slots: Slots,
    /// None for one that is uploaded.
    file: Option<FileTransform>,
}

/// How a transform is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransformUse {
    /// As a file.
    File,
    /// As one that is uploaded.
    Uploaded,
}

/// What is in force.
pub(crate) struct Registry {
    sources: HashMap<String, Source>,
    routes: HashMap<EndpointId, Route>,
    by_tenant: HashMap<TenantId, Vec<EndpointId>>,
    tenant_names: HashMap<TenantId, String>,
    source_names: HashMap<SourceId, Arc<SourceNames>>,
    /// By tenant and name.
    transforms: BTreeMap<(TenantId, String), Transform>,
    /// Each tenant's places in the sandbox's queue, which is one for all: a
    /// tenant whose runs take long waits for itself.
    sandbox_places: HashMap<TenantId, Semaphore>,
    switches: Switches,
}

impl Registry {
    /// Resolves the references between resources. Loads nothing: every slot is
    /// empty.
    pub(crate) fn new(declared: &Declared) -> Self {
        let mut transforms = BTreeMap::new();
        for file in &declared.transforms {
            let transform = Transform {
                slots: Slots::default(),
                file: Some(FileTransform::new(file)),
            };
            transforms.insert((file.tenant, file.name.clone()), transform);
        }
        for upload in &declared.uploads {
            let transform = Transform {
                slots: Slots::default(),
                file: None,
            };
            transforms.insert((upload.tenant, upload.name.clone()), transform);
        }
        let mut by_tenant: HashMap<TenantId, Vec<EndpointId>> = HashMap::new();
        let mut routes = HashMap::new();
        for endpoint in declared.endpoints.iter().cloned() {
            by_tenant
                .entry(endpoint.tenant)
                .or_default()
                .push(endpoint.id);
            let slot = endpoint.transform.as_ref().map(|wanted| {
                let transform = transforms.get_mut(&(endpoint.tenant, wanted.name.clone()));
                let transform = transform.expect("an endpoint's transform is declared");
                transform.slots.slot(wanted.version)
            });
            routes.insert(endpoint.id, Route { endpoint, slot });
        }
        let sources = declared.sources.iter().cloned();
        let tenant_names: HashMap<_, _> = declared
            .tenants
            .iter()
            .map(|tenant| (tenant.id, tenant.name.clone()))
            .collect();
        Self {
            sources: sources
                .map(|source| (source.path.clone(), source))
                .collect(),
            routes,
            sandbox_places: by_tenant
                .keys()
                .map(|tenant| (*tenant, Semaphore::new(SANDBOX_PLACES)))
                .collect(),
            by_tenant,
            source_names: declared
                .sources
                .iter()
                .map(|source| {
                    let names = SourceNames {
                        tenant: tenant_names
                            .get(&source.tenant)
                            .cloned()
                            .unwrap_or_default(),
                        source: source.name.clone(),
                    };
                    (source.id, Arc::new(names))
                })
                .collect(),
            tenant_names,
            transforms,
            switches: Switches::default(),
        }
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

    /// The declared resources as the store records them.
    pub(crate) fn resources(&self, key: &FingerprintKey) -> Vec<ResourceRow> {
        let specs = Specs { key };
        let row = |id, name: &str, declaration: Vec<u8>| ResourceRow {
            id,
            name: name.to_owned(),
            declaration: declaration.into(),
        };
        let tenants = self
            .tenant_names
            .iter()
            .map(|(id, name)| row(ResourceId::Tenant(*id), name, Specs::tenant(name)));
        let sources = self.sources.values().map(|source| {
            let id = ResourceId::Source(source.id);
            row(id, &source.name, specs.source(source))
        });
        let endpoints = self.routes.values().map(|route| {
            let endpoint = &route.endpoint;
            let file = endpoint
                .transform
                .as_ref()
                .and_then(|wanted| self.file(endpoint.tenant, &wanted.name)?.digest())
                .map(|digest| digest.to_string());
            let id = ResourceId::Endpoint(endpoint.id);
            row(
                id,
                &endpoint.name,
                specs.endpoint(endpoint, file.as_deref()),
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

    /// A source by its names.
    pub(crate) fn source_names(&self, source: SourceId) -> Option<Arc<SourceNames>> {
        self.source_names.get(&source).cloned()
    }

    /// The name of a source; empty when it is not declared.
    pub(crate) fn source_name(&self, source: SourceId) -> &str {
        let names = self.source_names.get(&source);
        names.map_or("", |names| names.source.as_str())
    }

    /// The name of an endpoint; empty when it is not declared.
    pub(crate) fn endpoint_name(&self, endpoint: EndpointId) -> &str {
        let route = self.routes.get(&endpoint);
        route.map_or("", |route| route.endpoint.name.as_str())
    }

    pub(crate) fn routes(&self) -> impl Iterator<Item = &Route> {
        self.routes.values()
    }

    /// Whether an endpoint has no program to run; what it is to get stays in
    /// the queue.
    pub(crate) fn is_waiting(&self, endpoint: EndpointId) -> bool {
        let slot = self.routes.get(&endpoint).and_then(|it| it.slot.as_ref());
        slot.is_some_and(|slot| !slot.is_ready())
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

    fn transform(&self, tenant: TenantId, name: &str) -> Option<&Transform> {
        self.transforms.get(&(tenant, name.to_owned()))
    }

    /// How a tenant's transform is declared.
    pub(crate) fn transform_use(&self, tenant: TenantId, name: &str) -> Option<TransformUse> {
        Some(self.transform(tenant, name)?.how())
    }

    /// A tenant's transforms, by name.
    pub(crate) fn transforms(
        &self,
        tenant: TenantId,
    ) -> impl Iterator<Item = (&str, TransformUse)> {
        let all = self.transforms.range((tenant, String::new())..);
        all.take_while(move |((owner, _), _)| *owner == tenant)
            .map(|((_, name), transform)| (name.as_str(), transform.how()))
    }

    /// A tenant's transform of this name, where it is a file.
    pub(crate) fn file(&self, tenant: TenantId, name: &str) -> Option<&FileTransform> {
        self.transform(tenant, name)?.file.as_ref()
    }

    /// Where a transform's program goes; none where no endpoint wants this
    /// version.
    pub(crate) fn slot(
        &self,
        tenant: TenantId,
        name: &str,
        wanted: WantedVersion,
    ) -> Option<&Arc<Slot>> {
        self.transform(tenant, name)?.slots.get(wanted)
    }

    /// Every program that may be wanted.
    pub(crate) fn load_keys(&self) -> impl Iterator<Item = LoadKey> {
        self.transforms
            .iter()
            .flat_map(|((tenant, name), transform)| {
                let wanted = transform.slots.wanted();
                wanted.map(move |wanted| (*tenant, name.clone(), wanted))
            })
    }

    /// The programs that may be others than those that run: files, and what
    /// could not be loaded.
    pub(crate) fn reload_keys(&self) -> impl Iterator<Item = LoadKey> {
        self.load_keys().filter(|(tenant, name, wanted)| {
            let slot = self.slot(*tenant, name, *wanted);
            let content = slot.map(|slot| slot.content());
            self.file(*tenant, name).is_some() || matches!(content, Some(Content::Unusable(_)))
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
        if let Some(transform) = self.transform(tenant, transform) {
            transform.slots.place(number, program);
        }
    }

    /// Runs a program as the active version of an uploaded transform.
    pub(crate) fn activate_version(&self, tenant: TenantId, transform: &str, program: Program) {
        if let Some(transform) = self.transform(tenant, transform) {
            transform.slots.activate(program);
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

impl Transform {
    fn how(&self) -> TransformUse {
        match self.file {
            Some(_) => TransformUse::File,
            None => TransformUse::Uploaded,
        }
    }
}

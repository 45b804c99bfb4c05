//! The declared resources as rows: how the store records them.

use crate::registry::Registry;
use crate::spec::Specs;
use hookmill_domain::fingerprint::FingerprintKey;
use hookmill_store::{ResourceId, ResourceRow};

/// A row for each tenant, source and endpoint, with its declaration.
pub(crate) fn resource_rows(registry: &Registry, key: &FingerprintKey) -> Vec<ResourceRow> {
    let specs = Specs { key };
    let row = |id, name: &str, declaration: Vec<u8>| ResourceRow {
        id,
        name: name.to_owned(),
        declaration: declaration.into(),
    };
    let tenants = registry
        .tenants()
        .map(|(id, name)| row(ResourceId::Tenant(id), name, Specs::tenant(name)));
    let sources = registry.sources().map(|source| {
        let id = ResourceId::Source(source.id);
        row(id, &source.name, specs.source(source))
    });
    let endpoints = registry.routes().map(|route| {
        let endpoint = &route.endpoint;
        let file = endpoint
            .transform
            .as_ref()
            .and_then(|wanted| registry.transforms().file(endpoint.tenant, &wanted.name))
            .and_then(|file| file.digest())
            .map(|digest| digest.to_string());
        let declaration = specs.endpoint(endpoint, file.as_deref());
        row(
            ResourceId::Endpoint(endpoint.id),
            &endpoint.name,
            declaration,
        )
    });
    tenants.chain(sources).chain(endpoints).collect()
}

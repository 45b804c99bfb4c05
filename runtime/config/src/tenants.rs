//! Reads `[tenants.NAME.sources|credentials|transforms|limits|endpoints]`, in
//! this order: endpoints refer to the others.

use super::credential;
use super::endpoint;
use super::limits;
use super::source::{self, SourcePaths};
use super::table::Table;
use super::tenant::Tenant;
use super::transform::{self, Transform};
use hookmill_domain::TenantId;
use hookmill_domain::caps::{ENDPOINTS_MAX, SandboxCaps};
use hookmill_domain::declared::{Declared, DeclaredTenant};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reads all tenants into `declared`.
pub(super) fn read(root: &Table<'_>, sandbox: SandboxCaps, declared: &mut Declared) {
    let mut paths = SourcePaths::default();
    for (name, table) in root.named("tenants") {
        read_tenant(name, &table, sandbox, &mut paths, declared);
        table.finish();
    }
    paths.report_duplicates();
}

fn read_tenant<'t>(
    name: &'t str,
    table: &Table<'t>,
    sandbox: SandboxCaps,
    paths: &mut SourcePaths<'t>,
    declared: &mut Declared,
) {
    let id = TenantId::named(&[name]);
    let sandbox = limits::read_limits(table, sandbox);
    declared.tenants.push(DeclaredTenant {
        id,
        name: name.to_owned(),
    });
    let mut tenant = Tenant {
        id,
        name,
        sources: Vec::new(),
        transforms: Vec::new(),
        uploads: Vec::new(),
        credentials: BTreeMap::new(),
        sandbox,
    };
    for (source, table) in table.named("sources") {
        tenant.sources.push(source);
        declared
            .sources
            .extend(source::read(&tenant, source, table, paths));
    }
    for (credential, table) in table.named("credentials") {
        let read = credential::read(credential, table).map(Arc::new);
        tenant.credentials.insert(credential, read);
    }
    for (transform, table) in table.named("transforms") {
        tenant.transforms.push(transform);
        match transform::read(&tenant, transform, table) {
            Some(Transform::File(file)) => declared.transforms.push(file),
            Some(Transform::Upload(upload)) => {
                tenant.uploads.push(transform);
                declared.uploads.push(upload);
            }
            None => {}
        }
    }
    let endpoints = table.named("endpoints");
    if let Some((_, first_over)) = endpoints.get(ENDPOINTS_MAX) {
        first_over.report(format_args!(
            "a tenant may have {ENDPOINTS_MAX} endpoints, not {}: move some to another tenant",
            endpoints.len()
        ));
    }
    for (endpoint, table) in endpoints {
        declared
            .endpoints
            .extend(endpoint::read(&tenant, endpoint, table));
    }
}

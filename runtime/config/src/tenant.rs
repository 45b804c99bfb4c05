//! One tenant: `[tenants.NAME.sources|credentials|transforms|limits|endpoints]`.
//!
//! References are checked against names, not against what could be read, so
//! that one mistake is reported once.

use super::caps;
use super::credential;
use super::endpoint;
use super::source::{self, SourcePaths};
use super::table::{Table, nearest};
use super::transform::{self, Transform};
use super::value::Value;
use hookmill_domain::TenantId;
use hookmill_domain::caps::{ENDPOINTS_MAX, SandboxCaps};
use hookmill_domain::credential::Credential;
use hookmill_domain::declared::{Declared, DeclaredTenant};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A tenant while its endpoints are read.
pub(super) struct Tenant<'t> {
    pub(super) id: TenantId,
    pub(super) name: &'t str,
    pub(super) sources: Vec<&'t str>,
    pub(super) transforms: Vec<&'t str>,
    /// Those of the transforms that are uploaded.
    pub(super) uploads: Vec<&'t str>,
    /// By name; none is a credential with a mistake, reported already.
    pub(super) credentials: BTreeMap<&'t str, Option<Arc<Credential>>>,
    /// What its transforms may use, unless an endpoint says otherwise.
    pub(super) sandbox: SandboxCaps,
}

/// Reads all tenants into `declared`.
pub(super) fn read_all(root: &Table<'_>, sandbox: SandboxCaps, declared: &mut Declared) {
    let mut paths = SourcePaths::default();
    for (name, table) in root.named("tenants") {
        read(name, &table, sandbox, &mut paths, declared);
        table.finish();
    }
    paths.report_duplicates();
}

fn read<'t>(
    name: &'t str,
    table: &Table<'t>,
    sandbox: SandboxCaps,
    paths: &mut SourcePaths<'t>,
    declared: &mut Declared,
) {
    let id = TenantId::named(&[name]);
    let sandbox = caps::read_limits(table, sandbox);
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

impl<'t> Tenant<'t> {
    /// The name that a value refers to, when it is one of `names`.
    pub(super) fn reference(
        &self,
        value: &Value<'t>,
        kind: &str,
        names: &[&'t str],
    ) -> Option<&'t str> {
        self.named(value, value.text()?, kind, names)
    }

    /// The same for a name that stands within the value.
    pub(super) fn named(
        &self,
        value: &Value<'t>,
        wanted: &str,
        kind: &str,
        names: &[&'t str],
    ) -> Option<&'t str> {
        if let Some(name) = names.iter().copied().find(|name| *name == wanted) {
            return Some(name);
        }
        let hint = match nearest(wanted, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => "none is declared".to_owned(),
            None => format!("declared: {}", names.join(", ")),
        };
        value.report(format_args!(
            "no {kind} `{wanted}` is declared for tenant `{}` ({hint})",
            self.name
        ));
        None
    }
}

//! `[tenants.TENANT.sources.NAME]`: where events come in.

use super::document::Document;
use super::name::{NAME_RULE, is_name};
use super::secret_ref;
use super::table::Table;
use super::tenant::Tenant;
use hookmill_domain::SourceId;
use hookmill_domain::signature::Verifier;
use hookmill_domain::source::Source;
use std::collections::BTreeMap;
use std::ops::Range;

const SCHEME: &str = "standard-webhooks";

/// Reads one source; none when there is a problem in it.
pub(super) fn read<'t>(
    tenant: &Tenant<'t>,
    name: &'t str,
    table: Table<'t>,
    paths: &mut SourcePaths<'t>,
) -> Option<Source> {
    let path = read_path(tenant, name, &table, paths);
    if let Some(scheme) = table.get("verify")
        && scheme.text().is_some_and(|text| text != SCHEME)
    {
        scheme.report(format_args!("no such scheme: the only one is \"{SCHEME}\""));
    }
    let secrets = table.require("secrets", "the signing secrets, newest first");
    let keys = secrets.and_then(|list| secret_ref::signing_keys(&list));
    table.finish();
    Some(Source {
        id: SourceId::named(&[tenant.name, name]),
        tenant: tenant.id,
        name: name.to_owned(),
        path: path?.to_owned(),
        verifier: Verifier::standard_webhooks(keys?),
    })
}

fn read_path<'t>(
    tenant: &Tenant<'t>,
    name: &'t str,
    table: &Table<'t>,
    paths: &mut SourcePaths<'t>,
) -> Option<&'t str> {
    let mut path_use = PathUse {
        document: table.document(),
        span: table.span().clone(),
        key: table.key().to_owned(),
        owner: format!("source `{name}` of tenant `{}`", tenant.name),
    };
    let path = match table.get("path") {
        None => name,
        Some(value) => {
            let text = value.text()?;
            if !is_name(text) {
                value.report(format_args!("is not a path segment: {NAME_RULE}"));
                return None;
            }
            (path_use.span, path_use.key) = (value.span, value.key);
            text
        }
    };
    paths.0.entry(path).or_default().push(path_use);
    Some(path)
}

/// The paths in use, over all tenants: a path alone says which source an
/// event is for.
#[derive(Default)]
pub(super) struct SourcePaths<'t>(BTreeMap<&'t str, Vec<PathUse<'t>>>);

/// A use of a path: which source has it, and where the file says so.
struct PathUse<'t> {
    document: &'t Document<'t>,
    span: Range<usize>,
    key: String,
    owner: String,
}

impl SourcePaths<'_> {
    /// Reports every use of a path but the first in the file.
    pub(super) fn report_duplicates(self) {
        for (path, mut uses) in self.0 {
            uses.sort_by_key(|path_use| path_use.span.start);
            let Some((first, others)) = uses.split_first() else {
                continue;
            };
            for other in others {
                let line = other.document.line(first.span.start);
                let message = format!(
                    "path `{path}` is taken by {} (line {line}): give one of them another `path`",
                    first.owner
                );
                other.document.report(&other.span, &other.key, message);
            }
        }
    }
}

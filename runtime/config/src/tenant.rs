//! A tenant while its parts are read: what it has declared so far, for those
//! parts that refer to others.
//!
//! References are checked against names, not against what could be read, so
//! that one problem is reported once.

use super::name::nearest;
use super::value::Value;
use hookmill_domain::TenantId;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::credential::Credential;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A tenant while its endpoints are read.
pub(super) struct Tenant<'t> {
    pub(super) id: TenantId,
    pub(super) name: &'t str,
    pub(super) sources: Vec<&'t str>,
    pub(super) transforms: Vec<&'t str>,
    /// The transforms among them that are uploaded.
    pub(super) uploads: Vec<&'t str>,
    /// By name; none is a credential with a problem, reported already.
    pub(super) credentials: BTreeMap<&'t str, Option<Arc<Credential>>>,
    /// What its transforms may use, unless an endpoint says otherwise.
    pub(super) sandbox: SandboxCaps,
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

    /// `wanted`, which stands within the value, when it is one of `names`.
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

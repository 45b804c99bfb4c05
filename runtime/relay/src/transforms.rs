//! The declared transforms, by tenant and name: where each comes from, and the
//! slots that its programs are put into.

use crate::load_key::LoadKey;
use crate::slot::{Content, Slot, Slots};
use crate::transform_file::FileTransform;
use hookmill_domain::TenantId;
use hookmill_domain::declared::Declared;
use hookmill_domain::transform::{TransformRef, VersionNumber};
use hookmill_sandbox::Program;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A transform of a tenant's.
struct Transform {
    slots: Slots,
    origin: Origin,
}

/// Where a transform's programs come from.
pub(crate) enum Origin {
    /// From a file of the operator's.
    File(FileTransform),
    /// From uploads.
    Uploads,
}

/// The declared transforms.
pub(crate) struct Transforms(BTreeMap<(TenantId, String), Transform>);

impl Transforms {
    /// Loads nothing: every slot is empty.
    pub(crate) fn new(declared: &Declared) -> Self {
        let entry = |tenant, name: &str, origin| {
            let slots = Slots::default();
            ((tenant, name.to_owned()), Transform { slots, origin })
        };
        let files = declared.transforms.iter().map(|file| {
            let origin = Origin::File(FileTransform::new(file));
            entry(file.tenant, &file.name, origin)
        });
        let uploads = declared.uploads.iter();
        let uploads = uploads.map(|upload| entry(upload.tenant, &upload.name, Origin::Uploads));
        Self(files.chain(uploads).collect())
    }

    /// The slot that an endpoint of this tenant's runs from.
    ///
    /// # Panics
    /// The transform is not declared.
    pub(crate) fn slot_for(&mut self, tenant: TenantId, wanted: &TransformRef) -> Arc<Slot> {
        let transform = self.0.get_mut(&(tenant, wanted.name.clone()));
        let transform = transform.expect("an endpoint's transform is declared");
        transform.slots.slot(wanted.version)
    }

    fn get(&self, tenant: TenantId, name: &str) -> Option<&Transform> {
        self.0.get(&(tenant, name.to_owned()))
    }

    /// Where a transform's programs come from; none when it is not declared.
    pub(crate) fn origin(&self, tenant: TenantId, name: &str) -> Option<&Origin> {
        Some(&self.get(tenant, name)?.origin)
    }

    /// A tenant's transforms, by name.
    pub(crate) fn of(&self, tenant: TenantId) -> impl Iterator<Item = (&str, &Origin)> {
        let all = self.0.range((tenant, String::new())..);
        all.take_while(move |((owner, _), _)| *owner == tenant)
            .map(|((_, name), transform)| (name.as_str(), &transform.origin))
    }

    /// A tenant's transform of this name, where it is a file.
    pub(crate) fn file(&self, tenant: TenantId, name: &str) -> Option<&FileTransform> {
        match self.origin(tenant, name)? {
            Origin::File(file) => Some(file),
            Origin::Uploads => None,
        }
    }

    /// Where a program goes; none where no endpoint wants this version.
    pub(crate) fn slot(&self, key: &LoadKey) -> Option<&Arc<Slot>> {
        let transform = self.get(key.tenant, &key.transform)?;
        transform.slots.get(key.wanted)
    }

    /// Every program that may be wanted.
    pub(crate) fn load_keys(&self) -> impl Iterator<Item = LoadKey> {
        self.entries().map(|(key, _, _)| key)
    }

    /// The programs that may be others than those that run: files, and what
    /// could not be loaded.
    pub(crate) fn reload_keys(&self) -> impl Iterator<Item = LoadKey> {
        let changeable = self.entries().filter(|(_, origin, slot)| {
            let is_unusable = || matches!(*slot.content(), Content::Unusable(_));
            matches!(origin, Origin::File(_)) || is_unusable()
        });
        changeable.map(|(key, _, _)| key)
    }

    fn entries(&self) -> impl Iterator<Item = (LoadKey, &Origin, &Arc<Slot>)> {
        self.0.iter().flat_map(|((tenant, name), transform)| {
            transform.slots.wanted().filter_map(move |wanted| {
                let key = LoadKey {
                    tenant: *tenant,
                    transform: name.clone(),
                    wanted,
                };
                Some((key, &transform.origin, transform.slots.get(wanted)?))
            })
        })
    }

    /// Runs a version of an uploaded transform for the endpoints that are
    /// pinned to it.
    pub(crate) fn set_pinned(
        &self,
        tenant: TenantId,
        name: &str,
        number: VersionNumber,
        program: &Program,
    ) {
        if let Some(transform) = self.get(tenant, name) {
            transform.slots.set_pinned(number, program);
        }
    }

    /// Runs a program as the active version of an uploaded transform.
    pub(crate) fn set_active(&self, tenant: TenantId, name: &str, program: Program) {
        if let Some(transform) = self.get(tenant, name) {
            transform.slots.set_active(program);
        }
    }
}

//! A transform, in the shape of the API.

use super::version::version;
use hookmill_api::transform::{Latest, Transform, UsedVersion, User};
use hookmill_domain::transform::WantedVersion;
use hookmill_relay::uploads::{TransformView, Versions};

/// A transform with its active version and its endpoints.
pub(in super::super) fn transform(view: &TransformView) -> Transform {
    let versions = view.versions.as_ref();
    let active = versions.and_then(Versions::active);
    Transform {
        name: view.name.clone(),
        uploaded: versions.is_some(),
        versions: versions.map_or(0, |it| it.list.len()),
        active: active.map(|it| version(view, it)),
        endpoints: view.endpoints.iter().map(user).collect(),
    }
}

fn user((name, wanted): &(String, WantedVersion)) -> User {
    User {
        name: name.clone(),
        version: match wanted {
            WantedVersion::Active => UsedVersion::Followed(Latest::Latest),
            WantedVersion::Pinned(number) => UsedVersion::Pinned(number.get()),
        },
    }
}

//! Transforms and their versions as JSON.

use super::{operator, sample_run};
use hookmill_domain::transform::WantedVersion;
use hookmill_relay::uploads::{Checked, TransformView, Version, Versions};
use serde_json::{Value, json};

/// A transform with its active version and its endpoints.
pub(super) fn show_transform(view: &TransformView) -> Value {
    let endpoints = view.endpoints.iter().map(|(name, wanted)| {
        let version = match wanted {
            WantedVersion::Active => json!("latest"),
            WantedVersion::Pinned(number) => json!(number.get()),
        };
        json!({ "name": name, "version": version })
    });
    let active = view.versions.as_ref().and_then(Versions::active);
    json!({
        "name": view.name,
        "uploaded": view.versions.is_some(),
        "versions": view.versions.as_ref().map_or(0, |it| it.list.len()),
        "active": active.map(|version| show_version_of(view, version)),
        "endpoints": endpoints.collect::<Vec<_>>(),
    })
}

/// One of its versions.
pub(super) fn show_version_of(view: &TransformView, version: &Version) -> Value {
    let active = view.versions.as_ref().and_then(|it| it.active);
    let is_active = active == Some(version.number);
    let users = view.endpoints.iter().filter(|(_, wanted)| match wanted {
        WantedVersion::Active => is_active,
        WantedVersion::Pinned(number) => *number == version.number,
    });
    json!({
        "version": version.number.get(),
        "active": is_active,
        "digest": format!("sha256:{}", version.digest),
        "fileName": version.file_name,
        "kind": version.kind,
        "language": version.language,
        "sizeBytes": version.size_bytes,
        "imports": version.imports,
        "compileTimeMs": milliseconds(u128::from(version.load_us)),
        "author": version.author,
        "createdAt": operator::timestamp(version.created_at()),
        "endpoints": users.map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
    })
}

/// What was found about a program that is no version.
pub(super) fn show_checked(file_name: &str, checked: &Checked) -> Value {
    let about = &checked.about;
    json!({
        "digest": format!("sha256:{}", checked.digest),
        "fileName": file_name,
        "kind": about.kind.as_str(),
        "language": about.language,
        "sizeBytes": about.size_bytes,
        "imports": about.imports,
        "compileTimeMs": milliseconds(checked.load_time.as_micros()),
        "samples": sample_run::show_all(&checked.samples),
        "builtIn": sample_run::show_built_in(&checked.built_in),
    })
}

/// With three digits after the point.
fn milliseconds(microseconds: u128) -> f64 {
    microseconds as f64 / 1_000.0
}

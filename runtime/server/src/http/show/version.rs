//! A version of a transform, and a program that was only checked, in the
//! shape of the API.

use super::sample_run::trial;
use super::timestamp::timestamp;
use hookmill_api::version::{Checked, Program, Uploaded, Version};
use hookmill_domain::transform::WantedVersion;
use hookmill_relay::uploads::{
    Checked as CheckedUpload, TransformView, Uploaded as StoredUpload, Version as Record,
};

/// One of a transform's versions.
pub(in super::super) fn version(view: &TransformView, record: &Record) -> Version {
    let active = view.versions.as_ref().and_then(|it| it.active);
    let is_active = active == Some(record.number);
    let users = view.endpoints.iter().filter(|(_, wanted)| match wanted {
        WantedVersion::Active => is_active,
        WantedVersion::Pinned(number) => *number == record.number,
    });
    Version {
        version: record.number.get(),
        active: is_active,
        program: Program {
            digest: format!("sha256:{}", record.digest),
            file_name: record.file_name.clone(),
            kind: record.kind.as_str().to_owned(),
            language: record.language.clone(),
            size_bytes: record.size_bytes,
            imports: record.imports.clone(),
            compile_time_ms: milliseconds(u128::from(record.load_us)),
        },
        author: record.author.clone(),
        created_at: timestamp(record.created_at()),
        endpoints: users.map(|(name, _)| name.clone()).collect(),
    }
}

/// What became of an upload.
pub(in super::super) fn uploaded(view: &TransformView, upload: &StoredUpload) -> Uploaded {
    Uploaded {
        version: version(view, &upload.version),
        trial: trial(&upload.checked),
    }
}

/// What was found about a program that is not kept.
pub(in super::super) fn checked(file_name: String, upload: &CheckedUpload) -> Checked {
    let about = &upload.about;
    Checked {
        program: Program {
            digest: format!("sha256:{}", upload.digest),
            file_name,
            kind: about.kind.as_str().to_owned(),
            language: about.language.clone(),
            size_bytes: about.size_bytes,
            imports: about.imports.clone(),
            compile_time_ms: milliseconds(upload.load_time.as_micros()),
        },
        trial: trial(upload),
    }
}

/// Milliseconds, with three digits after the point.
fn milliseconds(microseconds: u128) -> f64 {
    microseconds as f64 / 1_000.0
}

//! `[tenants.TENANT.transforms.NAME]`: a transform's file, or that its
//! versions are uploaded.
//!
//! Knows the file's kind and whether it can be read; whether it is a good
//! transform is for the sandbox to say, when the relay loads it.

use super::table::Table;
use super::tenant::Tenant;
use super::value::Value;
use hookmill_domain::declared::{DeclaredTransform, DeclaredUpload};
use hookmill_domain::program::{ProgramKind, UnreadableFile};
use std::path::Path;

/// What a declared transform is.
pub(super) enum Transform {
    /// A file.
    File(DeclaredTransform),
    /// One whose versions are uploaded.
    Upload(DeclaredUpload),
}

/// Reads one transform; none when there is a problem in it.
pub(super) fn read(tenant: &Tenant<'_>, name: &str, table: Table<'_>) -> Option<Transform> {
    let upload = table.get("upload");
    let file = match &upload {
        None => table.require(
            "file",
            "a .js, .mjs, .ts, .mts or .wasm file; or `upload = true`",
        ),
        Some(_) => table.get("file"),
    };
    table.finish();
    if let Some(upload) = upload {
        return read_upload(tenant, name, &upload, file.as_ref()).map(Transform::Upload);
    }
    read_file(tenant, name, &file?).map(Transform::File)
}

fn read_upload(
    tenant: &Tenant<'_>,
    name: &str,
    upload: &Value<'_>,
    file: Option<&Value<'_>>,
) -> Option<DeclaredUpload> {
    if let Some(file) = file {
        file.report("a transform is a file or is uploaded, not both: leave `file` or `upload` out");
        return None;
    }
    if !upload.boolean()? {
        upload.report("can only be true; for a transform that is a file write `file` instead");
        return None;
    }
    Some(DeclaredUpload {
        tenant: tenant.id,
        name: name.to_owned(),
    })
}

fn read_file(tenant: &Tenant<'_>, name: &str, file: &Value<'_>) -> Option<DeclaredTransform> {
    let path = file.document.resolve(file.text()?);
    let kind = kind_of(file, &path)?;
    let transform = DeclaredTransform {
        tenant: tenant.id,
        tenant_name: tenant.name.to_owned(),
        name: name.to_owned(),
        file: path,
        kind,
    };
    if !file.document.is_for_authors()
        && let Err(problem) = try_to_read(&transform)
    {
        let path = transform.file.display();
        file.report_unusable(format_args!("{path}: {problem}"));
    }
    Some(transform)
}

fn kind_of(value: &Value<'_>, path: &Path) -> Option<ProgramKind> {
    let extension = path.extension().and_then(|it| it.to_str());
    let kind = extension.and_then(ProgramKind::from_extension);
    if kind.is_none() {
        value.report(ProgramKind::expected(extension));
    }
    kind
}

fn try_to_read(transform: &DeclaredTransform) -> Result<(), UnreadableFile> {
    let file = std::fs::File::open(&transform.file)?;
    transform.kind.read(file).map(drop)
}

//! `[tenants.TENANT.transforms.NAME]`: a transform's file, or that its
//! versions are uploaded.
//!
//! Reads the file and knows its kind; whether it is a good transform is for
//! the sandbox to say, when the relay loads it.

use super::table::Table;
use super::tenant::Tenant;
use super::value::Value;
use hookmill_relay::declared::{DeclaredTransform, DeclaredUpload, TransformKind};
use std::io::Read as _;
use std::path::Path;

/// What a declared transform is.
pub(super) enum Transform {
    /// A file, as it was read.
    File(DeclaredTransform),
    /// One whose versions are uploaded.
    Upload(DeclaredUpload),
}

/// Reads one transform; none when there is a mistake in it.
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
    let bytes = read_capped(&path, kind)
        .map_err(|problem| file.report(format_args!("{}: {problem}", path.display())))
        .ok()?;
    Some(DeclaredTransform {
        tenant: tenant.id,
        tenant_name: tenant.name.to_owned(),
        name: name.to_owned(),
        file: path,
        kind,
        bytes: bytes.into(),
    })
}

fn kind_of(value: &Value<'_>, path: &Path) -> Option<TransformKind> {
    let extension = path.extension().and_then(|it| it.to_str());
    let kind = extension.and_then(TransformKind::from_extension);
    if kind.is_none() {
        value.report(TransformKind::expected(extension));
    }
    kind
}

/// # Errors
/// Says why the file can't be a transform's.
fn read_capped(path: &Path, kind: TransformKind) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("can't be read: {error}");
    let max = kind.bytes_max();
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(max as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > max {
        return Err(format!("is larger than {max} bytes, the most for its kind"));
    }
    if kind != TransformKind::Component
        && let Err(error) = std::str::from_utf8(&bytes)
    {
        return Err(format!("is not UTF-8: {error}"));
    }
    Ok(bytes)
}

//! `[tenants.TENANT.transforms.NAME]`: the file of a transform.
//!
//! Reads the file and knows its kind; whether it is a good transform is for
//! the sandbox to say, when the relay loads it.

use super::table::Table;
use super::tenant::Tenant;
use super::value::Value;
use hookmill_relay::declared::{DeclaredTransform, TransformKind};
use std::io::Read as _;
use std::path::Path;

/// Reads one transform; none when there is a mistake in it.
pub(super) fn read(tenant: &Tenant<'_>, name: &str, table: Table<'_>) -> Option<DeclaredTransform> {
    let file = table.require("file", "a .js, .mjs, .ts, .mts or .wasm file");
    table.finish();
    let file = file?;
    let path = file.document.resolve(file.text()?);
    let kind = kind_of(&file, &path)?;
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

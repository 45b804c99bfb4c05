//! Reads the JSON files of a folder of samples, which may be absent.

use anyhow::Context as _;
use hookmill_domain::json;
use serde::de::DeserializeOwned;
use std::fs;
use std::path::Path;

/// A JSON file's value; none when there is no such file.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Option<T>> {
    let text = match fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        read => read.with_context(|| format!("{} can't be read", path.display()))?,
    };
    let value = json::read(&text);
    Ok(Some(value.with_context(|| {
        format!("{} can't be understood", path.display())
    })?))
}

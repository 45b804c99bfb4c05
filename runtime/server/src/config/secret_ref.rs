//! References to secrets: `{ env = "NAME" }` or `{ file = "path" }`.
//!
//! A configuration file gets copied, committed and mailed, so it never holds
//! a secret itself. Messages name the variable or file, never its content.

use super::value::Value;
use hookmill_domain::secret::Secret;
use hookmill_domain::signature::SigningKey;
use std::env::VarError;
use std::io::Read as _;
use std::path::Path;
use toml::de::DeValue;

/// Bytes of a secret file.
const SECRET_BYTES_MAX: u64 = 64 << 10;

const REFERENCE: &str = "{ env = \"NAME\" } or { file = \"path\" }";

/// Reads the secret that a value refers to.
pub(super) fn secret(value: &Value<'_>) -> Option<Secret> {
    match value.value {
        DeValue::Table(_) => {}
        DeValue::String(_) => {
            value.report(format_args!(
                "a secret never stands in this file: put it into an environment variable or a file, and write {REFERENCE}"
            ));
            return None;
        }
        _ => return value.wrong_type(REFERENCE),
    }
    let table = value.table()?;
    let (env, file) = (table.get("env"), table.get("file"));
    let text = match (env, file) {
        (Some(name), None) => from_variable(&name),
        (None, Some(path)) => from_file(&path),
        _ => {
            value.report(format_args!("must be {REFERENCE}, one of the two"));
            None
        }
    };
    table.finish();
    text.map(Secret::new)
}

/// Reads a list of signing secrets, newest first.
pub(super) fn signing_keys(list: &Value<'_>) -> Option<Vec<SigningKey>> {
    let values = list.list_not_empty(&format!("write [{REFERENCE}], newest first"))?;
    let keys: Vec<_> = values.iter().map(signing_key).collect();
    keys.into_iter().collect()
}

fn signing_key(value: &Value<'_>) -> Option<SigningKey> {
    let key = secret(value)?.expose().parse();
    key.map_err(|error| value.report(format_args!("is no signing secret: {error}")))
        .ok()
}

fn from_variable(value: &Value<'_>) -> Option<String> {
    let name = value.text()?;
    let problem = match value.document.variable(name) {
        Ok(text) if text.is_empty() => "is empty",
        Ok(text) => return Some(text),
        Err(VarError::NotPresent) => "is not set",
        Err(VarError::NotUnicode(_)) => "is not Unicode",
    };
    value.report(format_args!("environment variable `{name}` {problem}"));
    None
}

fn from_file(value: &Value<'_>) -> Option<String> {
    let path = value.document.resolve(value.text()?);
    let mut text = match read_text(&path) {
        Ok(text) => {
            value.document.note_file(&path, text.as_bytes());
            text
        }
        Err(problem) => {
            value.report(format_args!("secret file {}: {problem}", path.display()));
            return None;
        }
    };
    // Editors and `echo` end a file with a line break; no secret does.
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    if text.is_empty() {
        value.report(format_args!("secret file {} is empty", path.display()));
        return None;
    }
    Some(text)
}

fn read_text(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(SECRET_BYTES_MAX + 1).read_to_string(&mut text))
        .map_err(|error| error.to_string())?;
    if text.len() as u64 > SECRET_BYTES_MAX {
        return Err(format!("has more than {SECRET_BYTES_MAX} bytes"));
    }
    Ok(text)
}

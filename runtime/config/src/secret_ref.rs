//! References to secrets: `{ env = "NAME" }` or `{ file = "path" }`.
//!
//! A configuration file gets copied, committed and mailed, so it never holds
//! a secret itself. Wherever it comes from, one reader says what it may be.
//! Messages name the variable or file, never its content.

use super::table::Table;
use super::value::Value;
use hookmill_domain::caps::SECRET_BYTES_MAX;
use hookmill_domain::secret::{BadSecret, Secret, SecretUse};
use hookmill_domain::signature::SigningKey;
use std::env::VarError;
use std::io::Read as _;
use std::path::Path;
use toml::de::DeValue;

const REFERENCE: &str = "{ env = \"NAME\" } or { file = \"path\" }";

/// Reads the secret that a value refers to.
pub(super) fn secret(value: &Value<'_>, intended: SecretUse<'_>) -> Option<Secret> {
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
    let table = Table::of(value)?;
    let (env, file) = (table.get("env"), table.get("file"));
    let secret = match (env, file) {
        (Some(known), None) | (None, Some(known)) if known.document.is_for_authors() => {
            known.text().map(|_| Secret::new(stand_in(intended)))
        }
        (Some(name), None) => from_variable(&name, intended),
        (None, Some(path)) => from_file(&path, intended),
        _ => {
            value.report(format_args!("must be {REFERENCE}, one of the two"));
            None
        }
    };
    table.finish();
    secret
}

/// What stands for a secret where none is read.
fn stand_in(intended: SecretUse<'_>) -> &'static str {
    match intended {
        SecretUse::Signing => "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        SecretUse::Url => "https://secret-url.invalid/",
        _ => "stand-in",
    }
}

/// Reads a list of signing secrets, newest first.
pub(super) fn signing_keys(list: &Value<'_>) -> Option<Vec<SigningKey>> {
    let values = list.list_not_empty(&format!("write [{REFERENCE}], newest first"))?;
    let keys: Vec<_> = values.iter().map(signing_key).collect();
    keys.into_iter().collect()
}

fn signing_key(value: &Value<'_>) -> Option<SigningKey> {
    let key = secret(value, SecretUse::Signing)?.expose().parse();
    key.map_err(|error| value.report(format_args!("is not a signing secret: {error}")))
        .ok()
}

fn from_variable(value: &Value<'_>, intended: SecretUse<'_>) -> Option<Secret> {
    let name = value.text()?;
    let read = match value.document.variable(name) {
        Ok(text) => Secret::read(&text, intended).map_err(|bad| bad.to_string()),
        Err(VarError::NotPresent) => Err("is not set".to_owned()),
        Err(VarError::NotUnicode(_)) => Err("is not Unicode".to_owned()),
    };
    read.map_err(|problem| value.report(format_args!("environment variable `{name}` {problem}")))
        .ok()
}

fn from_file(value: &Value<'_>, intended: SecretUse<'_>) -> Option<Secret> {
    let path = value.document.resolve(value.text()?);
    let shown = path.display();
    let read = read_text(&path)
        .map_err(|problem| format!("secret file {shown}: {problem}"))
        .and_then(|text| {
            value.document.note_file(&path, text.as_bytes());
            let read = Secret::read(&text, intended);
            read.map_err(|bad: BadSecret| format!("secret file {shown} {bad}"))
        });
    read.map_err(|problem| value.report(problem)).ok()
}

/// Reads one byte more than a secret can have, so that too many are seen.
fn read_text(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| {
            file.take(SECRET_BYTES_MAX as u64 + 1)
                .read_to_end(&mut bytes)
        })
        .map_err(|error| error.to_string())?;
    if bytes.len() > SECRET_BYTES_MAX {
        return Err(format!("has more than {SECRET_BYTES_MAX} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "is not Unicode (UTF-8)".to_owned())
}

//! A project of a transform's author: made of a template, built, tested and
//! tried as he would.

use crate::binary::{self, root};
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The instant at which expected requests were made.
pub const FROZEN: &str = "2026-01-15T12:34:56.789Z";

/// A search path on which these folders come first.
///
/// # Panics
/// When a folder's name can't stand in a search path.
#[must_use]
pub fn path_with(folders: &[PathBuf]) -> OsString {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let all = folders
        .iter()
        .cloned()
        .chain(std::env::split_paths(&inherited));
    std::env::join_paths(all).expect("no folder here has a colon in its name")
}

/// Runs `hookmill build` on a folder.
///
/// # Panics
/// When the binary can't be started.
#[must_use]
pub fn build(folder: &Path, output: &Path, path: &OsString) -> Output {
    Command::new(binary::hookmill())
        .arg("build")
        .arg(folder)
        .arg("-o")
        .arg(output)
        .env("PATH", path)
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
        .output()
        .expect("the binary starts")
}

/// What a program that had to succeed printed.
///
/// # Panics
/// When it failed; what it said is shown.
#[must_use]
pub fn succeeded(output: &Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{words}\n{printed}");
    printed.into_owned()
}

/// The request that a transform makes of an event, as `expected/` has it.
///
/// # Panics
/// When `hookmill run` does not answer.
#[must_use]
pub fn request(transform: &Path, event: &Path, env: &Value) -> Value {
    let mut command = Command::new(binary::hookmill());
    command
        .arg("run")
        .arg(transform)
        .arg("--event")
        .arg(event)
        .args(["--now", FROZEN, "--json"])
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir());
    for (key, value) in env.as_object().into_iter().flatten() {
        let value = value.as_str().expect("variables are texts");
        command.args(["--env", &format!("{key}={value}")]);
    }
    let output = command.output().expect("the binary starts");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    let printed: Result<Value, _> = serde_json::from_slice(&output.stdout);
    let printed = printed.unwrap_or_else(|error| panic!("{}: {error}: {words}", event.display()));
    assert!(printed["fault"].is_null(), "{}: {printed}", event.display());
    printed["webhook"].clone()
}

/// A JSON file.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("the file is JSON")
}

/// The files of a folder, by name.
///
/// # Panics
/// When it can't be listed.
#[must_use]
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be listed");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

/// Makes a new project of a language's template, as `template.toml` says.
///
/// # Panics
/// When the template names what is not there.
pub fn from_template(language: &str, folder: &Path) {
    let template = root().join("guest-sdk").join(language).join("template");
    copy(&template, folder);
    let manifest = folder.join("template.toml");
    let text = fs::read_to_string(&manifest).expect("the template has its list");
    fs::remove_file(&manifest).expect("the list can be removed");
    let named = |line: &str, key: &str| {
        let value = line.strip_prefix(key)?.strip_prefix(" = \"")?;
        value.strip_suffix('"').map(PathBuf::from)
    };
    let from = text.lines().filter_map(|line| named(line, "from"));
    let to = text.lines().filter_map(|line| named(line, "to"));
    for (from, to) in from.zip(to) {
        let source = root().join(&from);
        assert!(source.exists(), "there is no {}", from.display());
        copy(&source, &folder.join(to));
    }
}

/// A file, or a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    if from.is_file() {
        fs::create_dir_all(to.parent().expect("a file has a folder")).expect("it can be made");
        fs::copy(from, to).expect("the file can be copied");
        return;
    }
    for file in files(from) {
        copy(&file, &to.join(file.file_name().expect("a name")));
    }
}

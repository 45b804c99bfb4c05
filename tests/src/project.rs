//! A project of a transform's author: made, built and tested as its author would.

use crate::binary::{self, root};
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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

/// Makes a new project in a language, `my-transform` in the folder.
///
/// # Panics
/// When that fails.
#[must_use]
pub fn make(language: &str, folder: &Path) -> PathBuf {
    let output = Command::new(binary::hookmill())
        .args(["new", "--lang", language, "my-transform"])
        .current_dir(folder)
        .output();
    let _ = succeeded(&output.expect("the binary starts"));
    folder.join("my-transform")
}

/// Runs `hookmill test` on a project.
///
/// # Panics
/// When the binary can't be started.
#[must_use]
pub fn test(project: &Path, path: &OsString) -> Output {
    Command::new(binary::hookmill())
        .arg("test")
        .arg(project)
        .env("PATH", path)
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
        .output()
        .expect("the binary starts")
}

/// The component `target/guests/NAME.wasm` of a Rust project of the repository:
/// made by `tests/run`, and here where it is missing; none, and said, where it
/// can't be made.
///
/// # Panics
/// When the folder can't be made or the binary does not start.
#[must_use]
pub fn component(source: &str, name: &str) -> Option<PathBuf> {
    let folder = root().join("target/guests");
    let path = folder.join(format!("{name}.wasm"));
    if path.exists() {
        return Some(path);
    }
    fs::create_dir_all(&folder).expect("the folder can be made");
    let output = build(&root().join(source), &path, &path_with(&[]));
    if output.status.success() {
        return Some(path);
    }
    hookmill_peer::missing(String::from_utf8_lossy(&output.stderr));
    None
}
